"""Papers with several readers and workers at once: one version each, whoever is first. (Case 44)

With a control that shows the race when the guard is off.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.paper import PaperContent, PaperKind, StoredPaper
from fsm_portal.flows.papers import drawing, paper_of
from tests.flows import books
from tests.flows.forks import forks
from tests.flows.paper_readers import read_again_and_again
from tests.invoices import write_invoice
from tests.payments import checkout, received


def of_invoice(invoice):
    return paper_of.paper_of(invoice.company_id, PaperKind.INVOICE, invoice.id)


def kept() -> dict[int, str]:
    """The hash of each version."""
    with reading() as session:
        return {row.version: row.sha256 for row in session.exec(select(StoredPaper))}


def _both_draw_before_either_is_kept(monkeypatch, invoice):
    """The first reads the unpaid invoice, the second the paid one; the second is kept first."""
    drawn_first, second_kept = threading.Event(), threading.Event()
    draw = drawing.pdf.draw

    def slowly(document):
        content = draw(document)
        if document.paid == 0:
            drawn_first.set()
            second_kept.wait(20)
        return content

    monkeypatch.setattr(drawing.pdf, "draw", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(of_invoice, invoice)
        assert drawn_first.wait(20)
        received(checkout(invoice, amount=10_000))
        second = pool.submit(of_invoice, invoice).result(20)
        second_kept.set()
        return first.result(20), second


def test_two_readers_at_once_agree_on_one_version(any_database, monkeypatch, invoice):
    """Whoever began with older facts looks again."""
    first, second = _both_draw_before_either_is_kept(monkeypatch, invoice)
    assert (first.version, first.content) == (second.version, second.content)
    assert kept() == {1: second.sha256}
    assert len(books.rows(PaperContent)) == 1


def test_without_the_look_at_what_was_kept_they_do_not(any_database, monkeypatch, invoice):
    """The control."""
    keep = paper_of.keep
    monkeypatch.setattr(paper_of, "keep", lambda *paper: [keep(*paper)] and True)
    first, second = _both_draw_before_either_is_kept(monkeypatch, invoice)
    assert first.version == second.version and first.content != second.content


def test_eight_readers_of_a_new_paper_keep_it_once(any_database, invoice):
    together = threading.Barrier(8)

    def read(_n):
        together.wait(20)
        return of_invoice(invoice)

    with ThreadPoolExecutor(8) as pool:
        papers = list(pool.map(read, range(8)))
    assert len({paper.content for paper in papers}) == 1
    assert [paper.is_new for paper in papers].count(True) == 1
    assert kept() == {1: papers[0].sha256}


def test_a_reader_who_dies_between_drawing_and_keeping_has_lost_nothing(
    any_database, monkeypatch, invoice
):
    """Case 24: the next one draws the same."""
    drawn = []

    def dies(*paper):
        drawn.append(paper[3])
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(paper_of, "keep", dies)
        with pytest.raises(SystemExit):
            of_invoice(invoice)
    assert kept() == {} and not books.rows(PaperContent)
    assert of_invoice(invoice) == drawn[0]


def test_a_file_without_its_version_is_not_left_behind(any_database, monkeypatch, invoice):
    """Case 46: the disk is full between the two."""
    from fsm_portal.flows.papers import keep as keeping

    insert_once = keeping.insert_once

    def full(connection, model, values):
        if model is StoredPaper:
            raise OSError("No space left on device")
        return insert_once(connection, model, values)

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "insert_once", full)
        with pytest.raises(OSError, match="No space"):
            of_invoice(invoice)
    assert not books.rows(PaperContent)
    assert of_invoice(invoice).version == 1


def test_workers_that_read_while_money_comes_in_hand_out_what_is_kept(any_database, company, dana):
    """Three processes read, this one takes payments; in the end everybody sees the last version."""
    invoice = write_invoice(company, dana, number="INV-0050")
    context = forks()
    ready, done, answers = context.Barrier(4), context.Event(), context.Queue()
    workers = [
        context.Process(
            target=read_again_and_again,
            args=(dict(os.environ), company.id, invoice.id, ready, done, answers),
        )
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    try:
        ready.wait(60)
        for _ in range(6):
            received(checkout(invoice, amount=1_000))
        done.set()
        seen = [pair for _ in workers for pair in answers.get(timeout=60)]
    finally:
        done.set()
        for worker in workers:
            worker.join(30)
            with suppress(ValueError):
                worker.close()
    last = of_invoice(invoice)
    versions = kept()
    assert set(seen) <= set(versions.items()) and len(set(seen)) > 1
    assert sorted(versions) == list(range(1, last.version + 1))
    assert versions[last.version] == sha256(last.content).hexdigest()
