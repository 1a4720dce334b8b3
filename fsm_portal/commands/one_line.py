"""How a command ends that cannot do what was asked: one line on what to change, no traceback."""

import sys
from collections.abc import Callable
from typing import NoReturn

import typer
from sqlalchemy.exc import SQLAlchemyError

from fsm_portal.config import WrongSettings, settings, unknown_variables
from fsm_portal.logs import configure, redacted
from fsm_portal.migrations import DatabaseUnusable, NotMigrated, check_migrated

# As the shell's own for a command that was used wrongly.
WRONG_USE = 2
INTERRUPTED = 130


def fail(message: str, status: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with ``status``."""
    typer.secho(message, fg=typer.colors.RED, err=True)
    raise typer.Exit(status)


def set_up() -> None:
    """Read the settings and open the log; warn of variables that nobody reads."""
    if _asks_for_help():
        return
    configure(settings())
    for line in unknown_variables():
        typer.secho(line, fg=typer.colors.YELLOW, err=True)


def needs_database() -> None:
    """End here unless the database answers and is in the form that this version expects."""
    if not _asks_for_help():
        check_migrated()


def needs_stripe() -> None:
    """End here unless there is a key to ask Stripe with."""
    if not settings().stripe_secret_key.get_secret_value():
        fail(
            "FSM_STRIPE_SECRET_KEY is not set (your platform's key, with which Stripe is asked). "
            "It has to be: sk_live_… or sk_test_….",
            WRONG_USE,
        )


def in_one_line(error: Exception) -> str:
    """What an error says, without secrets; vendors spread theirs over several lines."""
    return redacted(" ".join(str(error).split()))


def run(command: Callable[[], object]) -> int:
    """Run ``command``; the exit status, after one line for whatever a person can mend."""
    try:
        status = command()
        return status if isinstance(status, int) else 0
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort:
        return _say("Stopped.", INTERRUPTED)
    except typer.TyperException as error:
        return _say(*_usage(error))
    except NotMigrated as error:
        return _say(str(error), 1)
    except (WrongSettings, DatabaseUnusable) as error:
        return _say(str(error), WRONG_USE)
    except SQLAlchemyError as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        return _say(f"The database could not do it: {redacted(cause)}.", 1)


def _usage(error: typer.TyperException) -> tuple[str, int]:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    if not message or "\n" in message:
        # Called without any argument: this is the help itself.
        return message, error.exit_code
    hint = f" See {context.command_path} --help." if context is not None else ""
    message = message.replace("Input should be", "it has to be").rstrip(".")
    return f"{message}{'' if message.endswith('?') else '.'}{hint}", error.exit_code


def _say(message: str, status: int) -> int:
    typer.secho(message, fg=typer.colors.RED if status != INTERRUPTED else None, err=True)
    return status


def _asks_for_help() -> bool:
    """Help is there for whoever has not set anything up yet."""
    return "--help" in sys.argv[1:]
