"""The editor's flows: nothing typed is lost, what is saved is sound, an issued invoice stays."""

from datetime import date
from decimal import Decimal

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax, LineKind
from fsm_portal.domain.invoice_sheet import InvoiceSheet
from fsm_portal.domain.job import Job
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.customers.create_customer import create_customer
from fsm_portal.flows.customers.edit_customer import CustomerWords
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.invoices.invoice_document import invoice_document
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.invoicing.keep_sheet import (
    CannotWrite,
    begin_sheet,
    choose_customer,
    duplicate,
    edit_draft,
    is_own_sheet,
    keep_sheet,
    remove_line,
)
from fsm_portal.flows.invoicing.save_sheet import NewerDraft, Unsound, discard_draft, save_sheet
from fsm_portal.flows.invoicing.send_invoice import CannotSend, send_invoice
from fsm_portal.flows.invoicing.show_sheet import show_sheet
from tests import cast
from tests.flows import books
from tests.invoices import write_invoice

BOILER = {"description-1": "Boiler service", "quantity-1": "2.5", "price-1": "120"}


def identity(company, person) -> Identity:
    return Identity(
        "staff", company.id, person.id, "5" * 32, person.name, person.email, person.role
    )


@pytest.fixture
def maya(clock, company) -> Identity:
    return identity(company, cast.save(cast.maya(company)))


@pytest.fixture
def sales_tax(company) -> TaxRate:
    return cast.save(TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500))


def seen(who: Identity, sheet: str):
    return show_sheet(who.scope, sheet)


def sheet_for(who: Identity, customer, form: dict[str, str]) -> str:
    sheet = begin_sheet(who, customer.id)
    keep_sheet(who, sheet, form)
    return sheet


def saved(who: Identity, sheet: str, **changes: str) -> Invoice:
    invoice_id, _ = save_sheet(who, sheet, changes)
    with reading() as session:
        return session.get_one(Invoice, (who.company_id, invoice_id))


def test_what_is_typed_comes_to_a_draft(any_database, maya, company, dana, sales_tax):
    sheet = sheet_for(
        maya,
        dana,
        BOILER | {"discount-1": "10%", "tax-1": sales_tax.id, "discount": "5%", "deposit": "50%"},
    )
    keep_sheet(
        maya,
        sheet,
        {"kind-2": "part", "description-2": "Valve", "price-2": "0.499", "quantity-2": "100"}
        | {"tax-2": ""},
    )
    view = seen(maya, sheet)
    assert [line.amount for line in view.lines] == ["$270.00", "$49.90", ""]
    assert (view.sums.subtotal, view.sums.discount, view.sums.total) == (
        "$319.90",
        "-$16.00",
        "$325.06",
    )
    invoice = saved(maya, sheet)
    assert (invoice.subtotal, invoice.discount, invoice.tax, invoice.total) == (
        30_390,
        1_600,
        2_116,
        32_506,
    )
    assert invoice.deposit == 16_253 and invoice.discount_ppm == 50_000
    boiler, valve = books.rows(InvoiceLine)
    assert (boiler.discount, boiler.discount_ppm, boiler.kind) == (
        3_000,
        100_000,
        LineKind.SERVICE,
    )
    assert (valve.kind, valve.unit_price, valve.tax_rate_id) == (
        LineKind.PART,
        Decimal("49.9"),
        None,
    )
    (tax,) = books.rows(InvoiceTax)
    assert (tax.base, tax.amount) == (25_650, 2_116)
    assert books.rows(InvoiceSheet) == []
    assert [entry.deed for entry in books.rows(AuditEntry)] == ["wrote invoice"]


def test_taxes_stand_in_the_order_of_the_invoice_while_it_is_typed(maya, company, dana, sales_tax):
    """By name, then by rate: in the editor, on the page of the draft, on paper."""
    city, more = (
        cast.save(TaxRate(company_id=company.id, name=name, rate_ppm=ppm))
        for name, ppm in (("City tax of New York", 10_000), ("Sales tax", 20_000))
    )
    sheet = begin_sheet(maya, dana.id)
    for at, rate in enumerate((sales_tax, more, city), 1):
        words = {"description": "Valve", "price": "10", "tax": rate.id}
        keep_sheet(maya, sheet, {f"{field}-{at}": typed for field, typed in words.items()})
    typed = seen(maya, sheet).sums.taxes
    assert [tax.label for tax in typed] == [
        "City tax of New York 1%",
        "Sales tax 2%",
        "Sales tax 8.25%",
    ]
    # What its field would cut off stands below it.
    called = [line.tax_called for line in seen(maya, sheet).lines]
    assert called == ["", "", "City tax of New York 1%", ""]
    draft = saved(maya, sheet)
    assert show_staff_invoice(maya.scope, draft.id).sums.taxes == typed
    with reading() as session:
        paper = invoice_document(session, draft)
    assert [tax.label for tax in paper.taxes] == [tax.label for tax in typed]


def test_whatever_is_typed_is_there_after_a_reload(maya, company, dana):
    """Sound or not, word for word."""
    words = {"description-1": "Bo", "price-1": "12,5x", "quantity-1": "two", "notes": "as\nagreed"}
    sheet = sheet_for(maya, dana, words | {"discount": "lots", "typed_no": "7"})
    view = seen(maya, sheet)
    line = view.lines[0]
    assert (line.description, line.price, line.quantity) == ("Bo", "12,5x", "two")
    assert view.notes == "as\nagreed" and view.discount == "lots" and view.typed_no == 7
    assert line.price_problem and line.quantity_problem and view.discount_problem
    # The next time the page is opened without saying which, it is this one that is gone on with.
    assert begin_sheet(maya) == sheet
    assert begin_sheet(maya, anew=True) != sheet


def test_two_tabs_for_two_customers_are_two_sheets(any_database, maya, company, dana):
    """What is typed in the first bills the first, though nothing was typed before the second."""
    cedar = cast.save(cast.harbor_view(company, name="Cedar & Pine Café", email="post@cedar.ex"))
    first, second = begin_sheet(maya, dana.id), begin_sheet(maya, cedar.id)
    assert saved(maya, first, **BOILER).customer_id == dana.id
    assert saved(maya, second, **BOILER).customer_id == cedar.id


def test_looking_at_the_page_leaves_one_sheet_behind(maya, dana, clock):
    assert begin_sheet(maya, dana.id) == begin_sheet(maya, dana.id)
    assert begin_sheet(maya) == begin_sheet(maya)
    assert len(books.rows(InvoiceSheet)) == 2
    clock.move(days=8)
    left = begin_sheet(maya)
    assert [each.id for each in books.rows(InvoiceSheet)] == [left]


def test_a_draft_in_the_currency_of_before_is_not_written_in_another(
    any_database, maya, company, dana
):
    """120 typed under a company of yen is no dollar and twenty cents."""
    draft = saved(maya, sheet_for(maya, dana, BOILER))
    sheet = edit_draft(maya, draft.id)
    with unit_of_work() as session:
        session.get_one(Company, company.id).currency = "JPY"
    with pytest.raises(CannotWrite, match="is in USD, and new invoices are written in JPY"):
        save_sheet(maya, sheet, {"price-1": "120", "quantity-1": "1"})
    assert [each.total for each in books.rows(Invoice)] == [draft.total]


def test_what_is_missing_is_told_when_it_is_to_be_saved_and_not_before(maya, company, dana):
    sheet = begin_sheet(maya)
    keep_sheet(maya, sheet, {"description-1": "Boiler service"})
    assert seen(maya, sheet).problems == 0
    with pytest.raises(Unsound):
        save_sheet(maya, sheet, {})
    view = seen(maya, sheet)
    assert view.customer_problem == "Choose who is billed."
    assert view.lines[0].price_problem == "Enter a price."
    assert books.rows(Invoice) == []
    choose_customer(maya, sheet, dana.id)
    assert saved(maya, sheet, **BOILER).number == "INV-0001"


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"quantity-1": "-1"}, "quantity_problem", "Enter a number"),
        ({"quantity-1": "0"}, "quantity_problem", "Enter a number"),
        ({"price-1": "1e9"}, "price_problem", "Enter a price"),
        ({"price-1": "1.0000001"}, "price_problem", "decimals"),
        ({"discount-1": "400"}, "discount_problem", "at most the price"),
        ({"discount-1": "101%"}, "discount_problem", "at most 100%"),
        ({"tax-1": "0" * 32}, "tax_problem", "gone"),
        ({"description-1": "x" * 501}, "description_problem", "At most 500"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_saves_nothing(
    maya, company, dana, form, field, words
):
    sheet = sheet_for(maya, dana, BOILER | form)
    assert words in getattr(seen(maya, sheet).lines[0], field)
    with pytest.raises(Unsound):
        save_sheet(maya, sheet, {})
    assert books.rows(Invoice) == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"discount": "301"}, "discount_problem"),
        ({"deposit": "301"}, "deposit_problem"),
        ({"deposit": "half"}, "deposit_problem"),
        ({"issue_date": "2026-02-30"}, "issue_date_problem"),
        ({"terms": "day", "due_date": "2020-01-01"}, "due_date_problem"),
        ({"notes": "x" * 2_100}, "notes_problem"),
    ],
)
def test_so_it_is_with_what_is_about_the_whole(maya, company, dana, form, field):
    sheet = sheet_for(maya, dana, BOILER | form)
    assert getattr(seen(maya, sheet), field)
    with pytest.raises(Unsound):
        save_sheet(maya, sheet, {})


def test_there_is_always_a_line_to_type_into_and_any_can_go(maya, company, dana, sales_tax):
    sheet = sheet_for(maya, dana, BOILER | {"kind-1": "part"})
    lines = seen(maya, sheet).lines
    assert [line.key for line in lines] == ["1", "2"]
    # As the one before: most invoices are all of a kind.
    assert (lines[1].kind, lines[1].tax) == ("part", sales_tax.id)
    remove_line(maya, sheet, "1")
    assert [line.key for line in seen(maya, sheet).lines] == ["2"]
    # A key pressed before the line went says nothing any more.
    keep_sheet(maya, sheet, BOILER)
    assert [line.key for line in seen(maya, sheet).lines] == ["2"]


def test_dates_run_from_the_day_it_is_sent_unless_they_were_chosen(clock, maya, company, dana):
    floating = saved(maya, sheet_for(maya, dana, BOILER | {"terms": "14"}))
    fixed = saved(
        maya,
        sheet_for(
            maya,
            dana,
            BOILER | {"issue_date": "2026-11-01", "terms": "day", "due_date": "2026-11-30"},
        ),
    )
    clock.move(days=3)
    for invoice in (floating, fixed):
        send_invoice(maya, invoice.id)
    sent = {invoice.id: invoice for invoice in books.rows(Invoice)}
    assert (sent[floating.id].issue_date, sent[floating.id].due_date) == (
        date(2026, 11, 19),
        date(2026, 12, 3),
    )
    assert (sent[fixed.id].issue_date, sent[fixed.id].due_date) == (
        date(2026, 11, 1),
        date(2026, 11, 30),
    )


def test_a_draft_whose_due_date_is_over_is_not_sent(clock, maya, company, dana):
    chosen = {"terms": "day", "due_date": "2026-11-18"}
    draft = saved(maya, sheet_for(maya, dana, BOILER | chosen))
    clock.move(days=5)
    with pytest.raises(CannotSend, match="due date has passed"):
        send_invoice(maya, draft.id)


def test_a_draft_is_written_anew_under_its_number(maya, company, dana, sales_tax):
    draft = saved(maya, sheet_for(maya, dana, BOILER | {"discount-1": "15", "notes": "Ring twice"}))
    sheet = edit_draft(maya, draft.id)
    view = seen(maya, sheet)
    line = view.lines[0]
    assert (line.quantity, line.price, line.discount) == ("2.5", "120.00", "15.00")
    assert view.notes == "Ring twice" and view.number == draft.number
    again = saved(maya, sheet, **{"price-1": "100"})
    assert (again.id, again.number, again.subtotal) == (draft.id, draft.number, 23_500)
    assert len(books.rows(InvoiceLine)) == 1 and len(books.rows(InvoiceTax)) == 1


def test_two_who_edit_the_same_draft_are_told(maya, company, dana):
    """Whoever saves last knows that somebody did before."""
    draft = saved(maya, sheet_for(maya, dana, BOILER))
    noor = identity(company, cast.save(cast.maya(company, email="noor@brightheating.example")))
    mine, hers = edit_draft(maya, draft.id), edit_draft(noor, draft.id)
    assert mine != hers and not is_own_sheet(maya, hers)
    saved(noor, hers, **{"price-1": "90"})
    keep_sheet(maya, mine, {"price-1": "80"})
    assert seen(maya, mine).newer
    with pytest.raises(NewerDraft) as told:
        save_sheet(maya, mine, {})
    # Meanwhile somebody saves once more: that was not told of.
    saved(noor, edit_draft(noor, draft.id), **{"price-1": "95"})
    with pytest.raises(NewerDraft) as once_more:
        save_sheet(maya, mine, {}, over=told.value.revision)
    invoice_id, _ = save_sheet(maya, mine, {}, over=once_more.value.revision)
    assert invoice_id == draft.id and books.rows(Invoice)[0].subtotal == 20_000


def test_an_issued_invoice_is_never_changed(maya, company, dana):
    """Not by its editor, not by a sheet that was opened before it was sent."""
    draft = saved(maya, sheet_for(maya, dana, BOILER))
    sheet = edit_draft(maya, draft.id)
    send_invoice(maya, draft.id)
    with pytest.raises(CannotWrite, match="never changed"):
        save_sheet(maya, sheet, {"price-1": "1"}, over=draft.revision)
    with pytest.raises(CannotWrite, match="Credit it and duplicate it"):
        edit_draft(maya, draft.id)
    with pytest.raises(CannotWrite, match="sent meanwhile"):
        discard_draft(maya, draft.id)
    assert books.rows(Invoice)[0].subtotal == 30_000


def test_a_duplicate_is_the_same_with_a_number_and_dates_of_its_own(maya, company, dana):
    first = saved(maya, sheet_for(maya, dana, BOILER | {"discount": "10%", "terms": "7"}))
    send_invoice(maya, first.id)
    again = saved(maya, duplicate(maya, first.id))
    assert (again.total, again.discount_ppm) == (first.total, 100_000)
    assert again.number == "INV-0002" and again.issued_at is None
    assert (again.due_date - again.issue_date).days == 7


def test_an_invoice_of_a_job_says_which(maya, clock, company, dana):
    job = cast.save(
        Job(
            company_id=company.id,
            customer_id=dana.id,
            title="Boiler service",
            starts_at=clock.now,
        )
    )
    sheet = begin_sheet(maya, "", job.id)
    view = seen(maya, sheet)
    assert (view.customer.id, view.job, view.lines[0].description) == (
        dana.id,
        job.id,
        "Boiler service",
    )
    assert saved(maya, sheet, **{"price-1": "10"}).job_id == job.id


def test_a_discarded_draft_keeps_its_number(maya, company, dana):
    draft = saved(maya, sheet_for(maya, dana, BOILER))
    edit_draft(maya, draft.id)
    discard_draft(maya, draft.id)
    discard_draft(maya, draft.id)
    assert books.rows(InvoiceSheet) == []
    assert saved(maya, sheet_for(maya, dana, BOILER)).number == "INV-0002"
    with pytest.raises(CannotWrite, match="discarded"):
        edit_draft(maya, draft.id)


def test_pressing_save_twice_writes_one(maya, company, dana):
    sheet = sheet_for(maya, dana, BOILER)
    save_sheet(maya, sheet, {})
    with pytest.raises(CannotWrite, match="saved already"):
        save_sheet(maya, sheet, {})
    assert len(books.rows(Invoice)) == 1


def test_nobody_but_the_office_writes_and_nobody_elses_sheet_is_touched(
    maya, company, dana, other_company
):
    """Case 35: the sheet of a stranger is no sheet."""
    sheet = sheet_for(maya, dana, BOILER)
    tom = identity(company, cast.save(cast.tom(company)))
    priya = identity(other_company, cast.save(cast.priya(other_company)))
    with pytest.raises(CannotWrite, match="role"):
        begin_sheet(tom)
    assert not show_sheet(tom.scope, sheet).found
    assert not show_sheet(Scope("staff", other_company.id, None, priya.role), sheet).found
    assert keep_sheet(priya, sheet, {"notes": "mine"}) == frozenset()
    with pytest.raises(CannotWrite):
        save_sheet(priya, sheet, {})
    theirs = write_invoice(company, dana)
    for flow in (edit_draft, duplicate, discard_draft):
        with pytest.raises(CannotWrite, match="does not exist"):
            flow(priya, theirs.id)
    assert seen(maya, sheet).notes == ""


@pytest.mark.parametrize("form", [None, 5, [], "x", {"price-1": 5, "lines": [], "job": "x" * 99}])
def test_a_form_that_makes_no_sense_changes_nothing(maya, company, dana, form):
    sheet = sheet_for(maya, dana, BOILER)
    before = seen(maya, sheet)
    keep_sheet(maya, sheet, form)
    after = seen(maya, sheet)
    assert (after.lines, after.job) == (before.lines, before.job)


def test_duplicate_pressed_twice_is_one(maya, company, dana):
    draft = saved(maya, sheet_for(maya, dana, BOILER))
    press = new_id()
    assert duplicate(maya, draft.id, press) == duplicate(maya, draft.id, press) == press
    assert len(books.rows(InvoiceSheet)) == 1


def test_the_editor_finds_whom_the_customers_list_finds(any_database, maya, company, dana):
    """By name, contact, address and phone number, as everywhere else."""
    spa = Customer(company_id=company.id, name="Élan Spa", phone="212 555 0147")
    cast.save(spa)
    sheet = begin_sheet(maya)
    for typed in ("élan", "ELAN", "555 0147"):
        keep_sheet(maya, sheet, {"customer_search": typed})
        assert [one.name for one in seen(maya, sheet).matches] == [spa.name], typed
    keep_sheet(maya, sheet, {"customer_search": "nobody"})
    view = seen(maya, sheet)
    assert view.nobody_called and view.may_add_customer


def test_a_new_customer_is_one_for_each_press(maya, company):
    press, words = new_id(), CustomerWords("Ash & Lee", "", "", "")
    made = [create_customer(maya, words, press)[0] for _ in range(2)]
    assert made == [press, press] and len(books.rows(Customer)) == 1
