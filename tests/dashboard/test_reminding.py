"""Reminders on staff pages: the schedule, the button on an invoice, the pause of a customer."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from fsm_portal import live
from fsm_portal.dashboard.customers.customer_page import CustomerPage
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.reminding.letters_page import ReminderLetters
from fsm_portal.dashboard.reminding.reminding import Reminding
from fsm_portal.dashboard.reminding.schedule_page import ReminderSettings
from fsm_portal.dashboard.reminding.steps import ReminderSteps
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.company import Company
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.reminder import Reminder, ReminderPause, ReminderStep
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.reminding.its_steps import letter_address
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.ui.toast import Toast
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, received

PATH = "/dashboard/settings/reminders/"


def rows(model):
    with reading() as session:
        return list(session.exec(select(model)).all())


def deeds() -> list[tuple[str, str]]:
    return [(each.deed, each.words) for each in rows(AuditEntry)]


def problems_of(page) -> dict[str, str]:
    return dict(vars(page.var(ReminderSettings, "problems")))


def step_problems_of(page) -> dict[str, str]:
    return dict(vars(page.var(ReminderSteps, "problems")))


def test_a_company_begins_with_the_usual_four_and_makes_them_its_own(tab, maya, company):
    page = tab(maya, PATH)
    assert page.view(ReminderSettings).steps == []
    page.call(ReminderSteps.usual)
    page.wait_until(ReminderSettings, lambda view: len(view.steps) == 4)
    page.call(ReminderSteps.remove, {"days": 14})
    page.call(ReminderSteps.add, {"form": {"count": "21", "when": "after"}})
    page.wait_until(ReminderSettings, lambda view: len(view.steps) == 4)
    assert [step.words for step in page.view(ReminderSettings).steps] == [
        "3 days before the due date",
        "On the due date",
        "7 days after the due date",
        "21 days after the due date",
    ]
    assert ("removed reminder", "14 days after the due date") in deeds()
    assert ("added reminder", "21 days after the due date") in deeds()


@pytest.mark.parametrize(
    ("count", "when", "field"),
    [("", "after", "count"), ("x", "after", "count"), ("-1", "before", "count"),
     ("61", "before", "count"), ("366", "after", "count"), ("1e3", "after", "count"),
     ("７", "after", "count"), ("3", "later", "when"), ("7", "after", "count")],
)  # fmt: skip
def test_what_cannot_be_a_step_is_said_beside_its_field(tab, maya, company, count, when, field):
    cast.save(ReminderStep(company_id=company.id, days=7))
    page = tab(maya, PATH)
    page.call(ReminderSteps.add, {"form": {"count": count, "when": when}})
    assert set(step_problems_of(page)) == {field}
    assert problems_of(page) == {}, "the form above is as it was"
    assert len(rows(ReminderStep)) == 1


def test_what_is_typed_stays_while_other_steps_come_and_go(tab, maya):
    page = tab(maya, PATH)
    page.call(ReminderSteps.usual)
    page.call(ReminderSteps.remove, {"days": 7})
    page.call(ReminderSteps.add, {"form": {"count": "x", "when": "after"}})
    assert page.var(ReminderSteps, "added") == 0, "the form is the same"
    page.call(ReminderSteps.add, {"form": {"count": "21", "when": "after"}})
    assert page.var(ReminderSteps, "added") == 1, "and begins anew once it was kept"


def test_who_is_not_signed_in_changes_nothing_of_the_schedules_page(tab):
    page = tab(None, PATH)
    page.deltas.clear()
    page.call(ReminderSteps.add, {"form": {"count": "21", "when": "after"}})
    assert page.redirected_to == "/sign-in"
    assert not any("busy" in str(delta) for delta in page.deltas)


def test_the_switch_and_the_hour_are_kept(tab, maya, company):
    page = tab(maya, PATH)
    view = page.view(ReminderSettings)
    assert dict(vars(view.texts)) == {"on": "", "hour": "9"}
    form = {"on": True, "hour": "11", "before": view.basis}
    page.call(ReminderSettings.save, {"form": form})
    assert problems_of(page) == {}
    with reading() as session:
        kept = session.get_one(Company, company.id)
    assert (kept.reminders_on, kept.reminder_hour) == (True, 11)
    page.call(ReminderSettings.save, {"form": {"on": True, "hour": "23", "before": view.basis}})
    assert set(problems_of(page)) == {"hour"}


def test_the_preview_names_who_is_next_and_who_is_not(tab, maya, company, dana, clock):
    """Monday November 16: the seven days ahead, with the reason beside whoever is left out."""
    clock.now = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    for days in (-3, 0):
        cast.save(ReminderStep(company_id=company.id, days=days))
    nobody = cast.save(cast.northwind_dental(company, email=None))
    write_invoice(company, dana)  # due December 2
    write_invoice(company, nobody, number="INV-0043", due_in_days=31)
    view = tab(maya, PATH).view(ReminderSettings)
    told = [
        (day.words, row.number, row.amount, row.step, row.quiet)
        for day in view.coming
        for row in day.rows
    ]
    assert told == [
        ("Today, Nov 30, 2026", "INV-0043", "$280.00", "3 days before the due date",
         "The customer has no email address."),
        ("Wednesday, Dec 2, 2026", "INV-0042", "$280.00", "On the due date", ""),
        ("Thursday, Dec 3, 2026", "INV-0043", "$280.00", "On the due date",
         "The customer has no email address."),
    ]  # fmt: skip
    assert [row.letter for day in view.coming for row in day.rows][1] == letter_address(
        row_id := view.coming[1].rows[0].id, 0
    )
    assert is_id(row_id)


def test_the_letters_of_an_invoice_follow_what_happens_to_it(tab, maya, company, dana, invoice):
    """What is looked at stands in the address; a payment changes it as it comes in."""
    page = tab(maya, f"{letter_address(invoice.id, 7)}&q=harbor")
    view = page.view(ReminderLetters)
    assert (view.preview.id, view.preview.chosen) == (invoice.id, 7)
    assert [one.number for one in view.preview.offered] == ["INV-0042"]
    assert "INV-0042" in view.preview.letter.subject and not view.has_steps
    page.call(ReminderLetters.look_for, {"text": "nobody"})
    assert page.redirected_to == f"{letter_address(invoice.id, 7)}&q=nobody"
    received(checkout(invoice))
    live.ring(frozenset({company_topic(company.id)}))
    page.wait_until(
        ReminderLetters, lambda view: view.preview.quiet == "Nothing is left to pay on it."
    )


def test_send_reminder_on_an_invoice_stands_in_its_timeline_and_the_log(
    tab, maya, company, dana, invoice
):
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    assert page.view(StaffInvoicePage).reminding.may
    page.call(Reminding.remind, {"invoice_id": invoice.id})
    page.call(Reminding.remind, {"invoice_id": invoice.id})
    assert page.var(Reminding, "reminded") == "dana@harborview.example"
    assert len(rows(Reminder)) == 1
    assert ("sent reminder", "INV-0042 to dana@harborview.example") in deeds()
    page.wait_until(
        StaffInvoicePage,
        lambda view: any("Reminder waits" in one.title for one in view.timeline),
    )
    # From another tab, at once: told of the first.
    other = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    other.call(Reminding.remind, {"invoice_id": invoice.id})
    assert "a moment ago" in other.var(Reminding, "problem")


def test_a_customer_is_paused_and_resumed(tab, maya, company, dana, invoice):
    page = tab(maya, f"/dashboard/customers/{dana.id}/")
    page.call(Reminding.pause, {"customer_id": dana.id})
    assert page.var(Toast, "text") == "Reminders paused"
    page.wait_until(CustomerPage, lambda view: view.reminders.paused)
    assert page.view(CustomerPage).reminders.note.startswith("Paused by Maya Ortiz")
    theirs = tab(maya, f"/dashboard/invoices/{invoice.id}/").view(StaffInvoicePage)
    assert not theirs.reminding.may
    assert theirs.reminding.note == "No reminders. Reminders to this customer are paused."
    page.call(Reminding.resume, {"customer_id": dana.id})
    page.wait_until(CustomerPage, lambda view: not view.reminders.paused)
    assert rows(ReminderPause) == []
    assert [deed for deed, _ in deeds() if "remind" in deed] == [
        "paused reminders to",
        "resumed reminders to",
    ]


def test_a_technician_is_offered_neither(tab, company, dana, invoice):
    tom = cast.save(cast.tom(company))
    page = tab(tom, f"/dashboard/invoices/{invoice.id}/")
    assert not page.view(StaffInvoicePage).reminding.may
    page.call(Reminding.remind, {"invoice_id": invoice.id})
    assert page.var(Reminding, "problem").startswith("Your role cannot")
    page.call(Reminding.pause, {"customer_id": dana.id})
    assert rows(Reminder) == rows(ReminderPause) == []
    assert work_one() is None


def test_case_35_another_companys_customer_and_invoice_are_like_none(
    tab, maya, other_company, invoice
):
    theirs = cast.save(cast.harbor_view(other_company))
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    page.call(Reminding.pause, {"customer_id": theirs.id})
    assert page.var(Toast, "text") == "This customer does not exist."
    page.call(Reminding.remind, {"invoice_id": write_invoice(other_company, theirs).id})
    assert page.var(Reminding, "problem") == "This invoice does not exist."
    with unit_of_work() as session:
        assert session.exec(select(ReminderPause)).all() == []


def test_many_are_reminded_of_at_one_press_and_the_rest_is_said(
    tab, maya, company, dana, draft, worker
):
    """A second press is the same one; what cannot be reminded of is named with its reason."""
    nobody = cast.save(cast.northwind_dental(company, email=None))
    chosen = [write_invoice(company, dana, number=f"INV-{n}").id for n in range(3)]
    chosen.append(write_invoice(company, nobody, number="INV-9").id)
    chosen.append(draft.id)
    page = tab(maya, "/dashboard/invoices/")
    page.call(InvoicesPage.choose, {"ids": chosen, "ticked": True})
    page.call(InvoicesPage.remind_chosen)
    page.call(InvoicesPage.remind_chosen)
    worker()
    page.wait_until(InvoicesPage, lambda view: view.bulk.done)
    bulk = page.view(InvoicesPage).bulk
    assert bulk.result == "3 reminders on the way, 2 not sent"
    assert {one.number: one.why for one in bulk.not_sent} == {
        "INV-9": "The customer has no email address.",
        draft.number: "It is a draft: nobody has it yet.",
    }
    assert len(rows(Reminder)) == 3
    assert [deed for deed, _ in deeds()].count("sent reminder") == 3
