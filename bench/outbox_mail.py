"""1,000 letters through the outbox to the demo's mail server, against smtplib alone; their memory.

Invoices are put in the post; the worker of the portal, a process of its own, takes each from the
queue, asks the books what is due, makes the link that signs its customer in, takes the kept PDF,
writes the letter, hands it over and notes it. The clock runs from the first letter to the last.

The baseline is plain smtplib: one process that has the same texts, pages and documents in its
memory, puts each letter together with the library's ``EmailMessage`` and sends it to the same
server over one connection. It asks no database, writes no words and notes nothing. Beside it, the
very same bytes that the worker sent, handed over ready made: there is nothing less to do.

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
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
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
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.papers.paper_of import paper_of
from tests import cast
from tests.invoices import write_invoice
from tests.mail_process import MailCatcher, start_mail_catcher

LETTERS = int(os.environ.get("BENCH_LETTERS", "1000"))
FEW = max(LETTERS // 10, 1)
GOAL, FLAT = 1.5, 1.1
TURNS = 3
# What one address may get in ten minutes: see flows/post_office.
_EACH = 10
_FIELDS = (
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("Auto-Submitted", "X-Auto-Response-Suppress"),
)
_outbox = table_of(OutboxMessage)


def run() -> list[Row]:
    """Three rows for each engine, in a few minutes; most of them draw the documents beforehand."""
    with tempfile.TemporaryDirectory() as folder, engines(Path(folder)) as all_of_them:
        return [row for databases in all_of_them for row in _run(databases, Path(folder))]


def _run(databases: Databases, folder: Path) -> Iterator[Row]:
    few, many = _queued(databases)
    taken: list[float] = []
    bare: list[float] = []
    again: list[float] = []
    peaks: list[float] = []
    for turn in range(TURNS):
        catcher = start_mail_catcher(folder / f"{databases.name}-{turn}")
        try:
            seconds, megabytes = _through_the_outbox(databases.copy(many), catcher)
            taken.append(seconds)
            peaks.append(megabytes)
            wire = _arrived(catcher)
            bare.append(_built_and_sent(catcher, wire))
            again.append(_handed_over(catcher, wire))
        finally:
            catcher.stop()
    catcher = start_mail_catcher(folder / f"{databases.name}-few")
    try:
        _, small = _through_the_outbox(databases.copy(few), catcher)
    finally:
        catcher.stop()
    ours = min(taken)
    for against, theirs, goal in (
        ("smtplib", min(bare), GOAL),
        ("smtplib with them ready made", min(again), None),
    ):
        yield Row(
            f"{LETTERS:,} letters through the outbox on {databases.name}, against {against}",
            f"{ours:.2f} s",
            f"{theirs:.2f} s",
            ours / theirs,
            goal,
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


def _arrived(catcher: MailCatcher) -> list[bytes]:
    """Every letter that the worker sent, as it came."""
    messages = [catcher.raw(message) for message in catcher.messages()]
    if len(messages) != LETTERS:
        raise RuntimeError(f"{len(messages)} letters arrived instead of {LETTERS}")
    return messages


def _built_and_sent(catcher: MailCatcher, wire: list[bytes]) -> float:
    """The seconds in which smtplib and the email library put them together anew and send them."""
    parts = [_parts(message) for message in wire]
    began = time.perf_counter()
    with _connected(catcher) as connection:
        for fields, text, page, name, document in parts:
            message = EmailMessage()
            for field, value in fields.items():
                message[field] = value
            message.set_content(text)
            message.add_alternative(page, subtype="html")
            message.add_attachment(document, maintype="application", subtype="pdf", filename=name)
            connection.send_message(message)
    return time.perf_counter() - began


def _parts(wire: bytes) -> tuple[dict[str, str], str, str, str, bytes]:
    message = message_from_bytes(wire, policy=default)
    body, page = message.get_body(("plain",)), message.get_body(("html",))
    (file,) = message.iter_attachments()
    if body is None or page is None:
        raise RuntimeError("a letter without its text or its page")
    fields = {name: str(message[name]) for name in _FIELDS if name in message}
    name = file.get_filename() or ""
    return fields, body.get_content(), page.get_content(), name, file.get_content()


def _handed_over(catcher: MailCatcher, wire: list[bytes]) -> float:
    """The seconds in which smtplib hands over the same bytes again."""
    addressed = [(str(message_from_bytes(each, policy=default)["To"]), each) for each in wire]
    began = time.perf_counter()
    with _connected(catcher) as connection:
        for to, message in addressed:
            connection.sendmail("billing@portal.example", [to], message)
    return time.perf_counter() - began


def _connected(catcher: MailCatcher) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", catcher.smtp_port, "localhost")


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        _worker()
    else:
        for row in run():
            print(f"{row.name:75} {row.ours:>10} {row.baseline:>10} {row.ratio or 0:6.2f}")
