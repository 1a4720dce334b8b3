"""The editor's handlers: open endpoints that keep, save, send, and refuse whoever may not."""

import pytest

from fsm_portal.dashboard.clerk import SIGN_IN
from fsm_portal.dashboard.customer_form import CustomerForm
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.invoicing import editor_page
from fsm_portal.dashboard.invoicing.crediting import Crediting
from fsm_portal.dashboard.invoicing.drafting import Drafting
from fsm_portal.dashboard.invoicing.editor_page import EditorPage
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.invoice_sheet import InvoiceSheet
from fsm_portal.portal.invoice_page import InvoicePage
from tests import cast
from tests.flows import books

NEW = "/dashboard/invoices/new/"
BOILER = {"description-1": "Boiler service", "price-1": "120"}


@pytest.fixture
def editor(tab, maya, dana):
    """Maya's editor with a sheet for Dana."""
    page = tab(maya, f"{NEW}?customer={dana.id}")
    return page.navigate(page.redirected_to)


@pytest.fixture
def noor(company):
    """A colleague of Maya's."""
    return cast.save(cast.maya(company, name="Noor", email="noor@brightheating.example"))


def test_every_key_is_kept_and_added_up(editor, dana):
    editor.call(EditorPage.typed, {"form": BOILER | {"quantity-1": "2.5", "discount": "10%"}})
    view = editor.wait_until(EditorPage, lambda view: view.sums.total == "$270.00")
    assert view.customer.name == dana.name and view.sums.discount == "-$30.00"
    assert view.kept and len(view.lines) == 2


def test_a_lost_connection_and_a_restart_lose_nothing(editor):
    editor.call(EditorPage.typed, {"form": BOILER})
    editor.close()
    view = editor.reconnect().view(EditorPage)
    assert view.lines[0].description == "Boiler service" and view.sums.total == "$120.00"


def test_saving_leads_to_the_draft_and_sending_to_the_customer(editor, tab, dana):
    editor.call(EditorPage.save, {"form": BOILER})
    (draft,) = books.rows(Invoice)
    assert editor.redirected_to == f"/dashboard/invoices/{draft.id}/"
    assert draft.issued_at is None and draft.total == 12_000

    editor.navigate(f"/dashboard/invoices/{draft.id}/edit/")
    assert editor.view(EditorPage).lines[0].price == "120.00"
    editor.call(EditorPage.send, {"form": {"price-1": "130"}})
    seen = tab(dana, f"/portal/invoices/{draft.id}/").view(InvoicePage)
    assert seen.sums.total == "$130.00" and seen.may_pay
    assert len(books.rows(InvoiceDelivery)) == 1


def test_what_is_not_sound_stays_and_says_so(editor):
    editor.call(EditorPage.save, {"form": {"description-1": "Boiler", "price-1": "abc"}})
    assert editor.var(EditorPage, "problem").startswith("Nothing was saved yet")
    view = editor.wait_until(EditorPage, lambda view: view.problems > 0)
    assert view.lines[0].price == "abc" and "Enter a price" in view.lines[0].price_problem
    assert books.rows(Invoice) == []


def test_discarding_is_asked_about_first(editor):
    editor.call(EditorPage.typed, {"form": BOILER})
    editor.call(EditorPage.throw_away)
    assert len(books.rows(InvoiceSheet)) == 1, "nobody was asked"
    editor.call(EditorPage.ask)
    assert editor.var(EditorPage, "asking")
    editor.call(EditorPage.throw_away)
    assert books.rows(InvoiceSheet) == [] and editor.redirected_to == "/dashboard/invoices/"


def test_a_customer_written_down_in_the_editor_is_billed_and_nothing_is_lost(editor):
    editor.call(EditorPage.typed, {"form": BOILER})
    editor.call(EditorPage.choose, {"customer_id": ""})
    sheet = editor.var(EditorPage, "sheet")
    editor.call(CustomerForm.begin_billed, {"sheet_id": sheet})
    for _ in range(2):
        editor.call(CustomerForm.save, {"form": {"name": "Ash & Lee"}})
    view = editor.wait_until(EditorPage, lambda view: view.customer.name == "Ash & Lee")
    assert view.lines[0].description == "Boiler service" and view.id == sheet
    assert [one.name for one in books.rows(Customer)].count("Ash & Lee") == 1


def test_only_what_was_told_of_is_saved_over(editor, tab, maya, noor):
    """A second press that was under way already, as a double click is, is not the answer."""
    editor.call(EditorPage.save, {"form": BOILER})
    (draft,) = books.rows(Invoice)
    path = f"/dashboard/invoices/{draft.id}/edit/"
    mine, hers = tab(maya, path), tab(noor, path)
    hers.call(EditorPage.save, {"form": {"price-1": "90"}})
    for _ in range(2):
        mine.call(EditorPage.save, {"form": {"price-1": "80", "over": "0"}})
        assert "Somebody else has saved" in mine.var(EditorPage, "problem")
    assert books.rows(Invoice)[0].subtotal == 9_000
    over = str(mine.var(EditorPage, "warned"))
    hers = tab(noor, path)
    hers.call(EditorPage.save, {"form": {"price-1": "95"}})
    mine.call(EditorPage.save, {"form": {"price-1": "80", "over": over}})
    assert books.rows(Invoice)[0].subtotal == 9_500, "this one was not told of"
    over = str(mine.var(EditorPage, "warned"))
    mine.call(EditorPage.save, {"form": {"price-1": "80", "over": over}})
    assert books.rows(Invoice)[0].subtotal == 8_000


def test_a_letter_that_fails_in_an_unforeseen_way_leaves_the_draft_on_screen(editor, monkeypatch):
    def broken(*_args):
        raise RuntimeError("no paper")

    monkeypatch.setattr(editor_page, "send_invoice", broken)
    editor.call(EditorPage.send, {"form": BOILER})
    (draft,) = books.rows(Invoice)
    assert editor.redirected_to == f"/dashboard/invoices/{draft.id}/"


def test_who_may_not_write_is_shown_no_sheet_and_changes_nothing(tab, tom, dana, editor, draft):
    """Case 37: each handler is called by somebody who may not, and by nobody at all."""
    editor.call(EditorPage.typed, {"form": BOILER})
    sheet = editor.var(EditorPage, "sheet")
    calls = (
        (EditorPage.typed, {"form": {"notes": "mine"}}),
        (EditorPage.choose, {"customer_id": dana.id}),
        (EditorPage.remove, {"key": "1"}),
        (EditorPage.save, {"form": BOILER}),
        (EditorPage.send, {"form": BOILER}),
        (EditorPage.ask, {}),
        (EditorPage.throw_away, {}),
        (Drafting.duplicate, {"invoice_id": draft.id}),
        (Drafting.ask, {"invoice_id": draft.id}),
        (Crediting.ask, {"invoice_id": draft.id}),
        (Crediting.reckon, {"name": "quantity-1", "quantity": "1"}),
        (Crediting.credit, {"form": {}}),
        (InvoicesPage.choose, {"ids": [draft.id], "ticked": True}),
        (InvoicesPage.send_chosen, {}),
    )
    for somebody in (tom, None, dana):
        page = tab(somebody, f"{NEW}?sheet={sheet}")
        assert not page.view(EditorPage).found
        for handler, arguments in calls:
            page.read_all()
            page.events.clear()
            page.call(handler, arguments)
            assert page.redirected_to == SIGN_IN, handler
    assert [invoice.id for invoice in books.rows(Invoice)] == [draft.id]
    assert editor.view(EditorPage).notes == ""


def test_a_credit_note_shows_everywhere_at_once(tab, maya, dana, invoice):
    path = f"/dashboard/invoices/{invoice.id}/"
    office, customer = tab(maya, path), tab(dana, f"/portal/invoices/{invoice.id}/")
    office.call(Crediting.ask, {"invoice_id": invoice.id})
    office.call(Crediting.credit, {"form": {"credited_amount": "500"}})
    assert office.var(Crediting, "field") == "amount"
    office.call(Crediting.credit, {"form": {"credited_amount": "80", "credited_reason": "Late"}})
    view = office.wait_until(StaffInvoicePage, lambda view: view.sums.due == "$200.00")
    assert view.credit_notes[0].number == "CN-0001"
    customer.wait_until(InvoicePage, lambda view: view.sums.due == "$200.00")


def test_a_line_of_the_invoice_is_credited(tab, maya, invoice):
    office = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    assert [line.left for line in office.view(StaffInvoicePage).credit.lines] == [
        "1 of 1 left, $189.00 before tax",
        "2 of 2 left, $91.00 before tax",
    ]
    office.call(Crediting.ask, {"invoice_id": invoice.id})
    office.call(Crediting.choose, {"what": "lines"})
    office.call(Crediting.credit, {"form": {"quantity-2": "3", "quantity-1": ""}})
    assert office.var(Crediting, "field") == "quantity-2"
    hostile = {"quantity-": "1", "quantity-x": "1", "quantity-9999999": "1", "quantity-1": {"a": 1}}
    office.call(Crediting.credit, {"form": hostile})
    assert "how much of which line" in office.var(Crediting, "problem")
    # What it comes to is said while it is typed.
    for name, typed, total, problem in (
        ("quantity-2", "1", "$45.50", ""),
        ("quantity-1", "0.5", "$140.00", ""),
        ("quantity-1", "2", "", "Only 1 is left of this line."),
        ("quantity-1", " ", "$45.50", ""),
        ("quantity-x", "7", "$45.50", ""),
        (["quantity-1"], {"a": 1}, "$45.50", ""),
    ):
        office.call(Crediting.reckon, {"name": name, "quantity": typed})
        said = office.var(Crediting, "preview")
        assert (said.total, said.problem) == (total, problem), typed
    office.call(Crediting.credit, {"form": {"quantity-2": "1", "credited_amount": "280.00"}})
    view = office.wait_until(StaffInvoicePage, lambda view: view.sums.due == "$234.50")
    assert view.credit.lines[1].quantity == "1"


def test_the_customers_look_shows_on_the_offices_page(tab, maya, dana, invoice):
    office = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    assert [one.title for one in office.view(StaffInvoicePage).timeline] == ["Written"]
    tab(dana, f"/portal/invoices/{invoice.id}/")
    view = office.wait_until(StaffInvoicePage, lambda view: len(view.timeline) == 2)
    assert view.timeline[0].title == "Looked at in the portal"


def test_a_discarded_draft_is_void_and_nobody_was_sent_it(tab, maya, draft):
    office = tab(maya, f"/dashboard/invoices/{draft.id}/")
    assert office.view(StaffInvoicePage).may_edit
    office.call(Drafting.ask, {"invoice_id": draft.id})
    office.call(Drafting.discard)
    view = office.wait_until(StaffInvoicePage, lambda view: view.status.code == "void")
    assert not view.may_edit and not view.sendable


def test_many_are_sent_from_the_list_with_progress(tab, maya, invoice, draft, worker):
    """The tab that pressed need not stay for it."""
    page = tab(maya, "/dashboard/invoices/")
    page.call(InvoicesPage.choose, {"ids": [invoice.id, draft.id], "ticked": True})
    assert sorted(page.var(InvoicesPage, "chosen")) == sorted([invoice.id, draft.id])
    page.call(InvoicesPage.send_chosen)
    bulk = page.wait_until(InvoicesPage, lambda view: view.bulk.id).bulk
    assert (bulk.words, bulk.done) == ("0 of 2", False)
    worker()
    view = page.wait_until(InvoicesPage, lambda view: view.bulk.done)
    assert view.bulk.result == "2 invoices on the way"
    assert len(books.rows(InvoiceDelivery)) == 2
    # Nothing is chosen any more, so a second press is none.
    page.call(InvoicesPage.send_chosen)
    page.call(InvoicesPage.heard)
    worker()
    page.settle()
    assert len(books.rows(InvoiceDelivery)) == 2


@pytest.mark.parametrize("ids", [None, 5, "x", [None, 5, {}], ["x" * 32]])
def test_ticks_that_make_no_sense_are_none(tab, maya, invoice, ids):
    page = tab(maya, "/dashboard/invoices/")
    page.call(InvoicesPage.choose, {"ids": ids, "ticked": True})
    assert page.var(InvoicesPage, "chosen") == []
