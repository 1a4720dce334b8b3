"""Starts a demo and keeps it running. ``bin/demo`` and ``bin/dev`` end up here.

What can happens side by side: while the front end is built, the sandbox and the mail catcher come
up and the database is migrated; while the portal starts, the database is filled. What customers
have paid goes the whole way, through the sandbox's checkout and its webhooks.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from fsm_portal.demo.children import Child, Children, ChildStopped
from fsm_portal.demo.environment import (
    base_url,
    mail_arguments,
    mail_url,
    portal_environment,
    sandbox_arguments,
    stripe_url,
)
from fsm_portal.demo.options import Options, check_ports, hold, parse
from fsm_portal.demo.steps import Steps
from fsm_portal.demo.summary import Places, show, write
from fsm_portal.front_end import current_build, reflex_environment


class _Stop(BaseException):
    """Ctrl-C or SIGTERM, wherever we are."""


def main(arguments: list[str]) -> int:
    options = parse(arguments[0], arguments[1:])
    check_ports(options)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    (options.data / "demo.json").unlink(missing_ok=True)
    with hold(options.data), Children() as children:
        try:
            run(options, children)
        except ChildStopped as error:
            print(f"\n{error}", file=sys.stderr, flush=True)
            return 1
        except _Stop:
            # A second Ctrl-C must not interrupt the clearing up.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            print("\n  Stopping …", flush=True)
    print(f"  Stopped. The data stays in {os.path.relpath(options.data)}.", flush=True)
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def run(options: Options, children: Children) -> None:
    """Brings everything up, says where to look, and stays until one of the parts stops."""
    steps = Steps()
    logs = options.data / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    environment = portal_environment(options)
    os.environ.update(environment)

    build = _start_build(options, children, logs)
    neighbours = [
        children.start(
            "The Stripe sandbox",
            sandbox_arguments(options),
            stripe_url(options),
            logs / "stripe.log",
        ),
        children.start(
            "The mail catcher", mail_arguments(options), mail_url(options), logs / "mail.log"
        ),
    ]
    with steps.step("Stripe sandbox and mail catcher"):
        children.wait_for(neighbours)
    with steps.step("Database and the demo's company"):
        # Read this late because they read the settings, and take half a second.
        from fsm_portal.demo.links import customer_links, staff_links
        from fsm_portal.demo.pay import pay_some
        from fsm_portal.demo.seed import seed
        from fsm_portal.demo.stripe_accounts import open_accounts
        from fsm_portal.migrations import migrate

        migrate()
    if build:
        with steps.step("Front end (only when pages have changed)"):
            children.finish(build)
    portal = _start_portal(options, children, logs)
    with steps.step("Portal"):
        seed()
        open_accounts()
        children.wait_for([portal])
    with steps.step("What the customers have paid so far"):
        pay_some()
    places = Places(
        base_url=base_url(options),
        stripe_url=stripe_url(options),
        mail_url=mail_url(options),
        staff=staff_links(),
        customer=customer_links(),
    )
    write(options.data, places)
    show(options.data, places, steps.seconds)
    children.watch()


def _start_build(options: Options, children: Children, logs: Path) -> Child | None:
    if options.command == "dev":
        arguments = ["fsm_portal.ui.build", "prepare"]
    elif current_build() is None:
        arguments = ["fsm_portal.serve", "build"]
    else:
        return None
    return children.start("Building the front end", arguments, "", logs / "build.log")


def _start_portal(options: Options, children: Children, logs: Path) -> Child:
    ready = f"{base_url(options)}/readyz"
    if options.command == "demo":
        arguments = ["fsm_portal.serve", str(options.ports.portal)]
        return children.start("The portal", arguments, ready, logs / "portal.log")
    os.environ.update(reflex_environment())
    ports = ["--frontend-port", str(options.ports.portal)]
    ports += ["--backend-port", str(options.ports.backend), "--backend-host", "127.0.0.1"]
    return children.start("The portal", ["reflex", "run", *ports], ready)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
