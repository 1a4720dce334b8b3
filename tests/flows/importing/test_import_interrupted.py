"""An import that is stopped, killed or starved lands what it says; a second run does the rest."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, func, select

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.domain.balances import account_balance
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.flows.importing import import_invoices as flow
from fsm_portal.flows.importing import landing
from fsm_portal.flows.importing.report import ImportReport, Progress
from tests.imports import SLICE, Importer, as_csv, line, rows_in

WHOLE = {
    "customer": 17,
    "invoice": 16,
    "invoice_line": 170,
    "invoice_tax": 0,
    "credit_note": 2,
    "credit_note_line": 12,
    "ledger_entry": 18,
}


@pytest.fixture
def importer(any_database, company, tmp_path, monkeypatch) -> Importer:
    """Batches of three documents, so that a small file has several."""
    monkeypatch.setattr(flow, "BATCH_DOCUMENTS", 3)
    return Importer(company, tmp_path)


def assert_whole_documents(company_id: str) -> None:
    """Every invoice that is there has all its lines and stands in the ledger; the books balance."""
    line, entry = table_of(InvoiceLine).c, table_of(LedgerEntry).c
    with db.reading() as session:
        connection = session.connection()
        by_invoice = select(line.invoice_id, func.sum(line.amount)).group_by(line.invoice_id)
        lines = dict(connection.execute(by_invoice).all())
        sales = select(entry.invoice_id, entry.amount).where(entry.kind == Kind.SALE)
        posted = dict(connection.execute(sales).all())
        invoice = table_of(Invoice).c
        totals = dict(connection.execute(select(invoice.id, invoice.total)).all())
        trial = [account_balance(session, company_id, account, "GBP") for account in Account]
    assert {key: int(value) for key, value in lines.items()} == totals == posted
    assert sum(trial) == 0


def stop_after(batches: int) -> dict[str, Callable[..., Any]]:
    """Ctrl-C during the n-th batch: it is asked for while the batch is in hand."""
    done: list[Progress] = []

    def note(progress: Progress) -> None:
        if progress.step == "importing":
            done.append(progress)

    return {"progress": note, "should_stop": lambda: len(done) >= batches}


def test_a_stop_lands_whole_batches_and_the_report_says_which(importer):
    report = importer(**stop_after(2))
    assert report.stopped == "Stopped before the end."
    assert (report.invoices + report.credit_notes, report.lines_landed) == (6, 45)
    assert report.lines_left == 193 - 45 - report.lines_refused > 0
    rows = rows_in(importer.company)
    assert rows["invoice"] + rows["credit_note"] == 6
    assert_whole_documents(importer.company.id)


def test_the_next_run_lands_the_rest(importer):
    first = importer(**stop_after(2))
    second = importer()
    assert rows_in(importer.company) == WHOLE
    assert second.documents_present == first.invoices + first.credit_notes
    assert first.invoices + second.invoices == WHOLE["invoice"]
    assert first.customers + second.customers == WHOLE["customer"]
    assert not second.stopped and second.lines_left == 0


def test_a_stop_while_the_file_is_checked_lands_nothing(importer):
    many = as_csv(*[line(f"{500000 + number}") for number in range(2_500)])
    with pytest.raises(flow.CannotImport, match="Stopped while the file was checked"):
        importer(many, should_stop=lambda: True)
    assert sum(rows_in(importer.company).values()) == 0


def test_kill_nine_at_any_batch_leaves_whole_documents(importer, tmp_path):
    """Cases 24 and 47: two runs are killed before a commit; the third finishes."""
    program = textwrap.dedent(
        f"""
        import os, signal
        from pathlib import Path
        from fsm_portal.flows.importing import import_invoices as flow
        from tests.imports import RETAIL, SLICE

        flow.BATCH_DOCUMENTS = 3
        lands, batches = flow.land, []

        def land_and_die(*arguments):
            landed = lands(*arguments)   # in the database, not yet committed
            batches.append(landed)
            if len(batches) == int(os.environ["DIE_IN_BATCH"]):
                os.kill(os.getpid(), signal.SIGKILL)
            return landed

        flow.land = land_and_die
        flow.import_invoices(
            SLICE, {importer.company.id!r}, RETAIL, refused_path=Path(os.environ["REFUSED"])
        )
        """
    )
    environment = os.environ | {
        "FSM_DATABASE_URL": settings().database,
        "REFUSED": str(tmp_path / "killed.csv"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    landed: list[int] = []
    for batch in (2, 4):
        killed = subprocess.run(
            [sys.executable, "-c", program],
            env=environment | {"DIE_IN_BATCH": str(batch)},
            cwd=SLICE.parent.parent.parent,
            timeout=60,
        )
        assert killed.returncode == -signal.SIGKILL
        assert_whole_documents(importer.company.id)
        rows = rows_in(importer.company)
        landed.append(rows["invoice"] + rows["credit_note"])
    assert landed == [3, 9]
    assert importer().documents_present == 9
    assert rows_in(importer.company) == WHOLE


@pytest.mark.sqlite
def test_a_full_disk_stops_the_import_with_a_report_of_what_landed(
    database, company, tmp_path, monkeypatch
):
    """Case 46: no half document, and room made, the next run lands the rest."""
    monkeypatch.setattr(flow, "BATCH_DOCUMENTS", 3)
    importer = Importer(company, tmp_path)
    with db.unit_of_work() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = {"pages": pages + 4}

    def full(connection: Any, *_: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={limit['pages']}")

    event.listen(database, "begin", full)
    report = importer()
    assert "database or disk is full" in report.stopped
    rows = rows_in(company)
    assert 0 < rows["invoice"] + rows["credit_note"] == report.invoices + report.credit_notes < 18
    assert_whole_documents(company.id)
    limit["pages"] = 10**6
    assert not importer().stopped
    assert rows_in(company) == WHOLE


# ── Two imports at once ─────────────────────────────────────────────────────────────────────


def _both_at_once(importer: Importer, tmp_path) -> list[ImportReport]:
    reports: list[ImportReport] = []
    threads = [
        threading.Thread(
            target=lambda name=name: reports.append(importer(refused_path=tmp_path / name))
        )
        for name in ("one.csv", "two.csv")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return reports


def _meet_before_inserting(monkeypatch) -> None:
    """Both have looked what is there before either inserts, if nothing makes them take turns."""
    monkeypatch.setattr(flow, "BATCH_DOCUMENTS", 250)
    both, looks = threading.Barrier(2), landing.differences

    def look_and_wait(*arguments: Any) -> dict[tuple[bool, str], str]:
        found = looks(*arguments)
        try:
            both.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            both.reset()
        return found

    monkeypatch.setattr(landing, "differences", look_and_wait)


def test_two_imports_of_one_file_at_once_double_nothing(importer, tmp_path, monkeypatch):
    """Case 13, for files."""
    _meet_before_inserting(monkeypatch)
    reports = _both_at_once(importer, tmp_path)
    assert [report.stopped for report in reports] == ["", ""]
    assert sum(report.invoices for report in reports) == WHOLE["invoice"]
    assert sum(report.documents_present for report in reports) == 18
    assert rows_in(importer.company) == WHOLE


def test_without_taking_turns_they_would_collide(postgres_database, company, tmp_path, monkeypatch):
    """The control: with the lock off, the unique number is what stops the second one."""
    _meet_before_inserting(monkeypatch)
    monkeypatch.setattr(landing, "take_turns", lambda *_: None)
    reports = _both_at_once(Importer(company, tmp_path), tmp_path)
    assert sorted(bool(report.stopped) for report in reports) == [False, True]
    assert rows_in(company) == WHOLE
