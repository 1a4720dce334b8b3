"""Numbers of invoices and credit notes: one each, without a gap, however many write at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.flows.invoicing.keep_sheet import begin_sheet, edit_draft, keep_sheet
from fsm_portal.flows.invoicing.save_sheet import NewerDraft, Unsound, discard_draft, save_sheet
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from tests import cast
from tests.flows import books

_AT_ONCE = 6
_FORM = {"description-1": "Boiler service", "price-1": "120"}


@pytest.fixture
def office(clock, company) -> list[Identity]:
    """As many of the staff as write at once."""
    people = [
        cast.save(cast.maya(company, name=f"Maya {at}", email=f"maya{at}@brightheating.example"))
        for at in range(_AT_ONCE)
    ]
    return [
        Identity("staff", company.id, one.id, "5" * 32, one.name, one.email, one.role)
        for one in people
    ]


def together(what, each):
    """``what`` of every one of ``each``, all let go at the same moment."""
    gate = Barrier(len(each))

    def run(one):
        gate.wait(30)
        return what(one)

    with ThreadPoolExecutor(len(each)) as threads:
        return list(threads.map(run, each))


def test_drafts_written_and_sent_at_once_have_numbers_without_a_gap(any_database, office, dana):
    def write_and_send(who: Identity) -> str:
        invoice_id, _ = save_sheet(who, begin_sheet(who, dana.id), _FORM)
        send_invoice(who, invoice_id)
        return invoice_id

    ids = together(write_and_send, office)
    numbers = sorted(invoice.number for invoice in books.rows(Invoice))
    assert len(set(ids)) == _AT_ONCE
    assert numbers == [f"INV-{number:04}" for number in range(1, _AT_ONCE + 1)]


def test_one_that_is_not_sound_and_one_that_is_thrown_away_leave_no_gap(any_database, office, dana):
    """A refused one takes none; a discarded one keeps its own, on a void invoice."""

    def write(at_and_who) -> None:
        at, who = at_and_who
        sheet = begin_sheet(who, dana.id)
        if at % 3 == 0:
            with pytest.raises(Unsound):
                save_sheet(who, sheet, _FORM | {"price-1": "abc"})
            return
        invoice_id, _ = save_sheet(who, sheet, _FORM)
        if at % 3 == 1:
            discard_draft(who, invoice_id)

    together(write, list(enumerate(office)))
    invoices = sorted(books.rows(Invoice), key=lambda one: one.number)
    assert [one.number for one in invoices] == [f"INV-{number:04}" for number in range(1, 5)]
    assert sum(one.voided_at is not None for one in invoices) == 2


def test_a_changed_prefix_and_writers_at_once_leave_no_gap_in_either(
    any_database, office, dana, company
):
    def write(at_and_who) -> None:
        at, who = at_and_who
        if at == 2:
            with unit_of_work() as session:
                session.get_one(
                    Company, company.id, with_for_update={"key_share": True}
                ).invoice_prefix = "2027-"
        save_sheet(who, begin_sheet(who, dana.id), _FORM)

    together(write, list(enumerate(office)))
    counted = sorted(int(one.number.rpartition("-")[2]) for one in books.rows(Invoice))
    assert counted == list(range(1, _AT_ONCE + 1))


def test_credit_notes_written_at_once_have_numbers_without_a_gap(any_database, office, dana):
    def write_send_and_credit(who: Identity) -> None:
        invoice_id, _ = save_sheet(who, begin_sheet(who, dana.id), _FORM)
        send_invoice(who, invoice_id)
        credit_invoice(who, invoice_id, Asked(new_id(), "20.00"))

    together(write_send_and_credit, office)
    numbers = sorted(note.number for note in books.rows(CreditNote))
    assert numbers == [f"CN-{number:04}" for number in range(1, _AT_ONCE + 1)]


def test_a_draft_of_two_hundred_lines_saved_by_all_at_once_is_one_of_theirs_whole(
    any_database, office, dana
):
    """Whoever comes second is told; no invoice is put together from two sheets."""
    first = office[0]
    sheet = begin_sheet(first, dana.id)
    for at in range(1, 201):
        # The empty line at the end makes room for the next.
        keep_sheet(first, sheet, {f"description-{at}": f"Line {at}", f"price-{at}": "1.00"})
    draft_id, _ = save_sheet(first, sheet, {})
    prices = [f"price-{at}" for at in range(1, 201)]
    sheets = [(at, who, edit_draft(who, draft_id)) for at, who in enumerate(office)]

    def save(each) -> int:
        at, who, own = each
        try:
            save_sheet(who, own, dict.fromkeys(prices, f"{at + 2}.00"))
        except NewerDraft:
            return 0
        return 1

    assert sum(together(save, sheets)) == 1
    with reading() as session:
        total = session.get_one(Invoice, (first.company_id, draft_id)).subtotal
    assert total in {200 * 100 * (at + 2) for at in range(_AT_ONCE)}
