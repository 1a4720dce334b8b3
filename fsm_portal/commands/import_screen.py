"""What every import on the command line has: whose it is, bars, a way to stop, and its end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from sqlalchemy.exc import SQLAlchemyError

from fsm_portal.commands.one_line import INTERRUPTED
from fsm_portal.domain.company import Company
from fsm_portal.flows.companies.open_company import all_companies
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.report import Progress


def end(stopped: str, lines_left: int, *, interrupted: bool) -> NoReturn:
    """End an import that was not worked through, and say how the rest lands."""
    rest = f"{lines_left:,} lines were not reached: run it again for the rest."
    typer.secho(f"{stopped} {rest}", fg=typer.colors.RED, err=True)
    raise typer.Exit(INTERRUPTED if interrupted else 1)


def company_called(slug: str) -> Company:
    """The company of that slug. Raises CannotImport."""
    try:
        companies = {company.slug: company for company in all_companies()}
    except SQLAlchemyError as problem:
        first = str(problem).splitlines()[0]
        raise CannotImport(f"The database cannot be read ({first}). `migrate` first.") from None
    if slug not in companies:
        known = ", ".join(sorted(companies)[:20]) or "none yet: `bin/portal company add`"
        raise CannotImport(f"There is no company {slug!r}. There is: {known}.")
    return companies[slug]


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """The first Ctrl-C asks for a stop between batches; a second one ends the process."""
    stop = threading.Event()
    usual = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def ask(*_: object) -> None:
        stop.set()
        for name, handler in usual.items():
            signal.signal(name, handler)

    for name in usual:
        signal.signal(name, ask)
    try:
        yield stop
    finally:
        for name, handler in usual.items():
            signal.signal(name, handler)


@contextmanager
def bars() -> Iterator["Show"]:
    """A bar for each step, on standard error."""
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        yield Show(bars)


class Show:
    """Shows each step as a bar of its own."""

    _names = {"checking": "Checking the file (KB)", "importing": "Importing (lines)"}

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        unit = 1024 if progress.step == "checking" else 1
        total, done = -(-progress.total // unit), -(-progress.done // unit)
        if progress.step not in self._tasks:
            self._tasks[progress.step] = self._bars.add_task(self._names[progress.step])
        self._bars.update(self._tasks[progress.step], total=total, completed=done)
