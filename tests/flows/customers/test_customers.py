"""One customer: written down, with notes, and everything about them on one page."""

from datetime import timedelta

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.audit_entry import AuditEntry, Deed
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.access.invite_customer import invite_customer
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.crediting.undo_credit import undo_credit
from fsm_portal.flows.crediting.use_credit import use_credit
from fsm_portal.flows.customers.create_customer import create_customer
from fsm_portal.flows.customers.edit_customer import (
    CannotEdit,
    CustomerWords,
    SharedAddress,
    edit_customer,
)
from fsm_portal.flows.customers.notes import CannotNote, change_note, remove_note, write_note
from fsm_portal.flows.customers.show_customer import (
    CustomerPageView,
    customer_page_query,
    show_customer,
)
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.flows.invoicing.void_invoice import void_invoice
from fsm_portal.flows.jobs.finish_job import complete_job
from fsm_portal.flows.jobs.save_job import JobWords, create_job
from fsm_portal.flows.keyset import PAGE, moment_text
from fsm_portal.flows.statement.show_statement import StatementQuery
from fsm_portal.flows.statement.statement_document import statement_for_staff, statement_pdf
from tests import cast
from tests.flows.conftest import customer_identity, staff_identity
from tests.invoices import write_invoice
from tests.portal.people import session_cookie


def words(name: str = "Atlas Gym", email: str = "marcus@atlasgym.example", **more) -> CustomerWords:
    return CustomerWords(name, "Marcus Lee", email, "+1 212 555 0100", **more)


def deeds() -> list[tuple[str, str]]:
    with reading() as session:
        found = session.exec(select(AuditEntry).order_by(AuditEntry.id))
        return [(one.deed, one.words) for one in found]


def page(who: Identity, customer_id: str, show: str = "", **said) -> CustomerPageView:
    query = customer_page_query(
        customer_id,
        show,
        said.get("before"),
        said.get("after"),
        StatementQuery(preset=said.get("period", "")),
    )
    return show_customer(who.scope, query)


@pytest.fixture
def technician(tom: Staff) -> Identity:
    return staff_identity(tom)


# ── Written down ────────────────────────────────────────────────────────────────────────────────


def test_a_new_customer_is_written_down(any_database, company, owner):
    made, topics = create_customer(owner, words(address="19 Grand Street\n\n New York "))
    with reading() as session:
        gym = session.get_one(Customer, (company.id, made))
    assert (gym.name, gym.contact, gym.email) == (
        "Atlas Gym", "Marcus Lee", "marcus@atlasgym.example",
    )  # fmt: skip
    # In the company's country, unless somebody says otherwise.
    assert (gym.address, gym.country) == ("19 Grand Street\nNew York", "US")
    assert deeds() == [(Deed.ADDED_CUSTOMER, "Atlas Gym")]
    assert topics == {f"company:{company.id}"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (words(name=" "), "name"),
        (words(name="x" * 201), "name"),
        (words(email="no address"), "email"),
        (words(address="x" * 501), "address"),
        (words(address="a\x00b"), "address"),
        (words(country="XX"), "country"),
        (words(locale="xx_XX"), "locale"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(company, owner, typed, field):
    with pytest.raises(CannotEdit) as refused:
        create_customer(owner, typed)
    assert refused.value.field == field
    assert deeds() == []


def test_an_address_that_somebody_has_already_is_warned_about(any_database, company, owner, dana):
    with pytest.raises(SharedAddress, match="Harbor View Apartments has this address too"):
        create_customer(owner, words(email="DANA@harborview.example"))
    made, _ = create_customer(owner, words(email="DANA@harborview.example", shared=True))
    with pytest.raises(SharedAddress, match="Harbor View Apartments and 1 more have"):
        create_customer(owner, words(email="dana@harborview.example"))
    # Saved again as it is, nobody is asked again.
    edit_customer(owner, made, words("Atlas", "DANA@harborview.example"))
    with pytest.raises(SharedAddress):
        other, _ = create_customer(owner, words("Third", "third@example.com"))
        edit_customer(owner, other, words("Third", "dana@harborview.example"))


def test_another_companys_customer_has_nothing_to_do_with_it(company, other_company, owner, dana):
    """Invariant F."""
    cast.save(cast.northwind_dental(other_company, email="marcus@atlasgym.example"))
    create_customer(owner, words())


def test_only_who_may_edit_customers_adds_any(company, technician, payer):
    for who in (technician, payer):
        with pytest.raises(CannotEdit, match="role"):
            create_customer(who, words())


# ── Notes ───────────────────────────────────────────────────────────────────────────────────────


def test_notes_are_written_changed_and_removed_by_their_writer(
    any_database, company, owner, technician, dana
):
    write_note(owner, dana.id, "Key with the porter.\n\n  Ring twice.  ")
    write_note(technician, dana.id, "Boiler room is in the basement.")
    newest, first = page(owner, dana.id).notes
    assert (newest.by, first.by) == ("Tom Becker", "Maya Ortiz")
    assert first.text == "Key with the porter.\n\n  Ring twice."
    change_note(owner, first.id, "Key is with Dana.")
    assert page(owner, dana.id).notes[1].when.endswith("changed since")
    for change in (
        lambda: change_note(owner, newest.id, "x"),
        lambda: remove_note(owner, newest.id),
    ):
        with pytest.raises(CannotNote, match="Only whoever wrote"):
            change()
    remove_note(technician, newest.id)
    (left,) = page(owner, dana.id).notes
    assert left.text == "Key is with Dana."
    assert [deed for deed, _ in deeds()] == [
        Deed.WROTE_NOTE, Deed.WROTE_NOTE, Deed.CHANGED_NOTE, Deed.REMOVED_NOTE,
    ]  # fmt: skip
    assert "Key" not in str(deeds())


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_refused(company, owner, dana, text):
    with pytest.raises(CannotNote):
        write_note(owner, dana.id, text)


def test_customers_and_other_companies_keep_no_notes_here(
    company, other_company, payer, owner, dana
):
    """Case 35."""
    write_note(owner, dana.id, "Ours alone")
    (note,) = page(owner, dana.id).notes
    priya = staff_identity(cast.save(cast.priya(other_company)))
    for who in (payer, priya):
        for act in (
            lambda who=who: write_note(who, dana.id, "x"),
            lambda who=who: change_note(who, note.id, "x"),
            lambda who=who: remove_note(who, note.id),
        ):
            with pytest.raises(CannotNote):
                act()
    assert page(owner, dana.id).notes == (note,)


# ── The page ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_is_owed_and_how_they_stand(
    any_database, company, owner, dana, invoice, part_payment
):
    part_payment(invoice, 10_000)
    view = page(owner, dana.id)
    assert (view.found, view.customer.email) == (True, "dana@harborview.example")
    assert (view.owing.owed, view.owing.open, view.owing.overdue) == ("$180.00", "1 invoice", "")
    assert view.portal.words == "Never invited"
    assert [row.number for row in view.invoices.rows] == ["INV-0042"]
    assert view.credit == ""


def test_another_companys_customer_is_no_different_from_none(company, other_company, owner, dana):
    """Case 35: the identical answer."""
    priya = staff_identity(cast.save(cast.priya(other_company)))
    for nobody in (dana.id, "0" * 32):
        for show in ("invoices", "payments", "jobs", "statement", "history"):
            view = page(priya, nobody, show)
            assert not view.found
            assert view == page(priya, nobody, "invoices")


def test_a_long_list_of_invoices_is_gone_through(any_database, company, owner, dana):
    for number in range(PAGE + 2):
        write_invoice(company, dana, number=f"INV-{number:03}", issued=number != 5)
    first = page(owner, dana.id)
    before = first.older.partition("before=")[2]
    rest = page(owner, dana.id, before=before)
    numbers = [row.number for view in (first, rest) for row in view.invoices.rows]
    assert numbers == [f"INV-{number:03}" for number in reversed(range(PAGE + 2))]
    assert (bool(rest.newer), rest.older) == (True, "")


def test_the_statement_is_the_customers_own_with_links_for_the_office(
    company, owner, dana, invoice, part_payment
):
    part_payment(invoice, 10_000)
    shown = page(owner, dana.id, "statement", period="all").statement
    (currency,) = shown.currencies
    assert (currency.closing, currency.closing_words) == ("$180.00", "Owed to you")
    assert f"/dashboard/invoices/{invoice.id}/" in [row.page for row in currency.rows]
    assert shown.pdf_url == f"/documents/customers/{dana.id}/statement.pdf?period=all"
    ours = statement_for_staff(owner.scope, dana.id, "all", "", "")
    theirs = statement_pdf(customer_identity(dana).scope, "all", "", "")
    assert ours is not None and theirs is not None
    assert ours[0] == theirs[0]
    assert ours[1][:5] == b"%PDF-"


def test_the_statements_paper_is_for_staff_of_the_company(
    company, other_company, owner, payer, dana, northwind
):
    """Case 35."""
    priya = staff_identity(cast.save(cast.priya(other_company)))
    for who, whose in (
        (payer, dana.id),
        (payer, northwind.id),
        (priya, dana.id),
        (owner, new_id()),
        (owner, "../x"),
    ):
        assert statement_for_staff(who.scope, whose, "all", "", "") is None


def test_the_history_tells_what_was_sent_paid_done_and_opened(
    any_database, company, owner, technician, dana, invoice
):
    job, _ = create_job(
        owner, dana.id, JobWords("Boiler service", "", "2026-11-10", "09:00", technician.person_id)
    )
    complete_job(technician, job, "Two hours")
    void_invoice(owner, invoice.id)
    invite_customer(owner, dana.id)
    session_cookie(dana)
    titles = [event.title for event in page(owner, dana.id, "history").history.events]
    assert set(titles) == {
        "Signed in to the portal",
        "Invoice INV-0042 voided",
        "Job done: Boiler service",
        "Added as a customer",
    }


def test_the_history_tells_of_credit(any_database, clock, company, owner, dana, invoice):
    """Written, used where it was meant, and taken off where it was not."""
    later = write_invoice(company, dana, number="INV-0043")
    credit_invoice(owner, invoice.id, Asked(new_id(), "50", "Came late"))
    take_payment(owner, invoice.id, Taken(new_id(), "cash", "330.00", "2026-11-16", keep=True))
    clock.move(minutes=1)
    use_credit(owner, later.id, press := new_id(), "60")
    clock.move(minutes=1)
    undo_credit(owner, press)
    events = page(owner, dana.id, "history").history.events
    assert [(event.title, event.page[-33:-1]) for event in events[:3]] == [
        ("$60.00 of credit no longer used", later.id),
        ("$60.00 of credit used", later.id),
        ("Paid $330.00", invoice.id),
    ]
    (written,) = (each for each in events if "credited" in each.title)
    assert written.title.endswith(": $50.00 credited")
    assert written.note.endswith("INV-0042 · Came late")


def test_the_history_is_gone_through_without_a_gap(any_database, clock, company, owner, dana):
    made = []
    for number in range(PAGE * 2 + 3):
        clock.move(minutes=1)
        job, _ = create_job(
            owner, dana.id, JobWords(f"Job {number:02}", "", "2026-11-16", "09:00", "")
        )
        # Several at one moment.
        if number % 4 == 0:
            clock.move(minutes=-1)
        complete_job(owner, job, "")
        made.append(f"Job done: Job {number:02}")
    seen, before = [], None
    while True:
        view = page(owner, dana.id, "history", before=before)
        seen += [event.title for event in view.history.events]
        if not view.older:
            break
        before = view.older.partition("before=")[2]
    assert sorted(seen) == sorted([*made, "Added as a customer"])


def test_an_old_address_of_the_history_leads_to_the_newest(any_database, clock, owner, dana):
    """Whatever stood before it is pruned by now."""
    before = f"{moment_text(dana.created_at - timedelta(days=9))}_{dana.id}"
    found = page(owner, dana.id, "history", before=before)
    assert found.history == page(owner, dana.id, "history").history
    assert [event.title for event in found.history.events] == ["Added as a customer"]


def test_how_they_found_the_portal(clock, company, owner, dana):
    session_cookie(dana)
    clock.move(days=1)
    assert page(owner, dana.id).portal.words.startswith("Signed in")
