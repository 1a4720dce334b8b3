"""1,000 letters through the outbox to the demo's mail server, against smtplib alone; their memory.

Invoices are put in the post; the worker of the portal, a process of its own, takes each from the
queue, asks the books what is due, makes the link that signs its customer in, takes the kept PDF,
writes the letter, hands it over and notes it. The baseline hands the very same messages, ready
made, to the same server over one connection. The clock runs from the first letter to the last.

    python -m bench.outbox_mail                (BENCH_LETTERS: how many)
"""

import os
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from bench.engines import Databases, engines
from bench.memory import peak
from bench.portal_on import environment, portal_on
from bench.row import Row
from fsm_portal import db, worker
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.outbox import MAIL_KINDS, OutboxMessage
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.papers.paper_of import paper_of
from fsm_portal.flows.send_invoice import send_invoice
from tests import cast
from tests.invoices import write_invoice
from tests.mail_process import MailCatcher, start_mail_catcher

LETTERS = int(os.environ.get("BENCH_LETTERS", "1000"))
FEW = max(LETTERS // 10, 1)
GOAL, FLAT = 1.5, 1.1
TURNS = 3
# What one address may get in ten minutes: see flows/post_office.
_EACH = 10
_outbox = table_of(OutboxMessage)


def run() -> list[Row]:
    """Two rows for each engine, in a few minutes; most of them draw the documents beforehand."""
    with tempfile.TemporaryDirectory() as folder, engines(Path(folder)) as all_of_them:
        return [row for databases in all_of_them for row in _run(databases, Path(folder))]


def _run(databases: Databases, folder: Path) -> Iterator[Row]:
    few, many = _queued(databases)
    taken: list[float] = []
    bare: list[float] = []
    peaks: list[float] = []
    for turn in range(TURNS):
        catcher = start_mail_catcher(folder / f"{databases.name}-{turn}")
        try:
            seconds, megabytes = _through_the_outbox(databases.copy(many), catcher)
            taken.append(seconds)
            peaks.append(megabytes)
            bare.append(_ready_made(catcher))
        finally:
            catcher.stop()
    catcher = start_mail_catcher(folder / f"{databases.name}-few")
    try:
        _, small = _through_the_outbox(databases.copy(few), catcher)
    finally:
        catcher.stop()
    ours, theirs = min(taken), min(bare)
    yield Row(
        f"{LETTERS:,} letters through the outbox on {databases.name}, against smtplib",
        f"{ours:.2f} s",
        f"{theirs:.2f} s",
        ours / theirs,
        GOAL,
    )
    yield Row(
        f"peak memory of the worker on {databases.name}, {LETTERS:,} letters against {FEW:,}",
        f"{max(peaks):.0f} MB",
        f"{small:.0f} MB",
        max(peaks) / small,
        FLAT,
    )


def _queued(databases: Databases) -> tuple[Path | str, Path | str]:
    """Databases with a few and with all of the letters in their queue, documents drawn."""
    database = databases.new()
    with portal_on(database):
        metadata.create_all(db.engine())
        company = cast.save(cast.bright_heating())
        maya: Staff = cast.save(cast.maya(company))
        who = Identity("staff", company.id, maya.id, "session", maya.name, maya.email, maya.role)
        invoices: list[Invoice] = []
        for number in range(LETTERS):
            if number % _EACH == 0:
                customer: Customer = cast.harbor_view(company)
                customer.name, customer.email = f"Customer {number}", f"c{number}@example.com"
                cast.save(customer)
            invoices.append(write_invoice(company, customer, number=f"INV-{number:05}"))
        for invoice in invoices[:FEW]:
            send_invoice(who, invoice.id)
            paper_of(company.id, PaperKind.INVOICE, invoice.id)
        db.engine().dispose()
        few = databases.copy(database)
        for invoice in invoices[FEW:]:
            send_invoice(who, invoice.id)
            paper_of(company.id, PaperKind.INVOICE, invoice.id)
        db.engine().dispose()
        return few, databases.copy(database)


def _through_the_outbox(database: Path | str, catcher: MailCatcher) -> tuple[float, float]:
    """The seconds from the first letter to the last, and the worker's peak memory."""
    variables = os.environ | environment(database)
    variables |= {
        "FSM_SMTP_HOST": "127.0.0.1",
        "FSM_SMTP_PORT": str(catcher.smtp_port),
        "FSM_MAIL_FROM": "billing@portal.example",
        # The worker's sweep asks Stripe at once: nobody there is an answer too.
        "FSM_STRIPE_API_BASE": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "bench.outbox_mail", "worker"]
    said = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    seconds, megabytes = said.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def _worker() -> None:
    """The worker's process: until nothing is left to mail."""
    db.engine()
    stop = threading.Event()
    began = time.perf_counter()
    thread = threading.Thread(target=worker.work, args=(stop,))
    thread.start()
    while _left():
        time.sleep(0.05)
    took = time.perf_counter() - began
    stop.set()
    thread.join()
    print(took, peak())


def _left() -> int:
    with db.reading() as session:
        found = session.connection().execute(
            select(func.count()).where(
                _outbox.c.settled_at.is_(None), _outbox.c.kind.in_(MAIL_KINDS)
            )
        )
        return int(found.scalar_one())


def _ready_made(catcher: MailCatcher) -> float:
    """The seconds in which smtplib hands over again what the catcher has got."""
    messages = [catcher.raw(message) for message in catcher.messages()]
    if len(messages) != LETTERS:
        raise RuntimeError(f"{len(messages)} letters arrived instead of {LETTERS}")
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, "localhost") as connection:
        for number, message in enumerate(messages):
            to = f"c{number - number % _EACH}@example.com"
            connection.sendmail("billing@portal.example", [to], message)
    return time.perf_counter() - began


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        _worker()
    else:
        for row in run():
            print(f"{row.name:75} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
