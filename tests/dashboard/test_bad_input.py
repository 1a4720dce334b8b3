"""Bad input in every form of the dashboard: said beside its field, and nothing is kept of it.

What was typed stays with the browser: no form is made anew by a refusal, no dialog is closed.
"""

from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from fsm_portal.dashboard.customer_form import CustomerForm
from fsm_portal.dashboard.customers.customer_page import CustomerPage
from fsm_portal.dashboard.customers.noting import Noting
from fsm_portal.dashboard.invoicing.crediting import Crediting
from fsm_portal.dashboard.invoicing.editor_page import EditorPage
from fsm_portal.dashboard.jobs.finishing import Finishing
from fsm_portal.dashboard.jobs.job_form import JobForm
from fsm_portal.dashboard.noticing.notifications_page import NotificationSettings
from fsm_portal.dashboard.reconciliation_facts import Settling
from fsm_portal.dashboard.refunding import Refunding
from fsm_portal.dashboard.reminding.schedule_page import ReminderSettings
from fsm_portal.dashboard.reminding.steps import ReminderSteps
from fsm_portal.dashboard.sending import Sending
from fsm_portal.dashboard.settings.billing_portal_page import BillingPortalSettings
from fsm_portal.dashboard.settings.branding_page import BrandingSettings
from fsm_portal.dashboard.settings.changing_member import ChangingMember
from fsm_portal.dashboard.settings.company_page import CompanySettings
from fsm_portal.dashboard.settings.customer_portal_page import CustomerPortalSettings
from fsm_portal.dashboard.settings.emails_page import EmailSettings
from fsm_portal.dashboard.settings.inviting_member import InvitingMember
from fsm_portal.dashboard.settings.invoices_page import InvoiceSettings
from fsm_portal.dashboard.settings.taxes_page import TaxSettings
from fsm_portal.dashboard.settings.welcome_page import Welcome
from fsm_portal.dashboard.taking import Taking
from fsm_portal.dashboard.using_credit import UsingCredit
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.job import Job
from fsm_portal.flows.customers.notes import write_note
from tests import cast
from tests.dashboard.test_access import dashboard_states
from tests.fake_browser import FakeBrowser
from tests.flows import books
from tests.flows.conftest import staff_identity

SETTINGS = "/dashboard/settings/"
LONG = "x" * 4_100
# Walked with bad input by their own tests in this room.
ELSEWHERE = {
    CustomerForm.save: "test_customer_form.py",
    CustomerPage.show_days: "test_customers.py",
    EditorPage.save: "test_invoice_editor_page.py",
    EditorPage.send: "test_invoice_editor_page.py",
    EditorPage.typed: "test_invoice_editor_page.py",
    EmailSettings.save: "test_emails_page.py",
    Refunding.refund: "test_refunding.py",
    Sending.send_there: "test_sending.py",
    Settling.set_aside: "test_reconciliation.py",
    Taking.record: "test_by_hand.py",
    UsingCredit.use: "test_by_hand.py",
    # Boxes to tick, and nothing that could be wrong.
    NotificationSettings.save: "test_noticing.py",
}


@dataclass(frozen=True)
class BadInput:
    """What is typed into a form at ``path``, which of its fields is wrong, and what is said.

    ``opens`` is the handler that shows it, with its arguments: names of ids, or what they say. The
    sentence stands in ``problems`` of the State by the field's name, or in ``problem`` with the
    name in ``field``; ``var`` where it is another.
    """

    form: Any
    path: str
    typed: dict[str, str]
    field: str
    said: str
    opens: tuple[Any, dict[str, str]] | None = None
    var: str = ""

    @property
    def state(self) -> Any:
        return next(each for each in dashboard_states() if self.form in handlers_of(each))


def handlers_of(state: Any) -> list[Any]:
    return [getattr(state, name) for name in state.event_handlers]


def of_section(state: Any, part: str, typed: dict[str, str], said: str) -> BadInput:
    (field,) = typed
    return BadInput(state.save, part, typed, field, said)


def presses(handler: Any, **arguments: str) -> tuple[Any, dict[str, str]]:
    return handler, arguments


NEW_JOB = {"title": "Check", "description": "", "day": "2026-12-01", "time": "09:00"}
WALK = [
    of_section(CompanySettings, f"{SETTINGS}company/", {"phone": "call me!"}, "no phone number"),
    of_section(Welcome, "/dashboard/welcome/", {"phone": "call me!"}, "no phone number"),
    of_section(BrandingSettings, f"{SETTINGS}branding/", {"color": "bluish"}, "#0f766e"),
    of_section(
        CustomerPortalSettings, f"{SETTINGS}customer-portal/", {"invitation": LONG}, "2,000 at most"
    ),
    of_section(InvoiceSettings, f"{SETTINGS}invoices/", {"next": "soon"}, "number"),
    of_section(
        BillingPortalSettings, f"{SETTINGS}billing-portal/", {"privacy": "ours"}, "https://"
    ),
    of_section(ReminderSettings, f"{SETTINGS}reminders/", {"hour": "noon"}, "hour"),
    BadInput(
        TaxSettings.add, f"{SETTINGS}taxes/", {"name": "VAT", "rate": "eight"}, "rate", "percentage"
    ),
    BadInput(
        ReminderSteps.add,
        f"{SETTINGS}reminders/",
        {"count": "next week", "when": "after"},
        "count",
        "whole number of days",
    ),
    BadInput(
        InvitingMember.invite,
        f"{SETTINGS}team/",
        {"member_name": "Lena", "member_email": "nobody", "role": "office"},
        "email",
        "not an email address",
        presses(InvitingMember.ask),
    ),
    BadInput(
        ChangingMember.change,
        f"{SETTINGS}team/",
        {"role": "king"},
        "role",
        "role",
        presses(ChangingMember.ask, staff_id="tom", question="role", role="technician"),
    ),
    BadInput(Noting.write, "{customer}", {"note": " "}, "", "Type the note first", var="problem"),
    BadInput(
        Noting.change,
        "{customer}",
        {"changed_note": " "},
        "",
        "Type the note first",
        presses(Noting.edit, note_id="note"),
        var="edit_problem",
    ),
    BadInput(
        JobForm.create,
        "/dashboard/jobs/new/?customer={customer_id}",
        {**NEW_JOB, "day": "soon"},
        "day",
        "day",
    ),
    BadInput(
        JobForm.save,
        "/dashboard/jobs/{job}/",
        {**NEW_JOB, "time": "early"},
        "time",
        "time",
        presses(JobForm.edit, job_id="job"),
    ),
    BadInput(
        Finishing.complete,
        "/dashboard/jobs/{job}/",
        {"report": LONG},
        "",
        "longer than 2,000 characters",
        presses(Finishing.ask_complete, job_id="job"),
    ),
    BadInput(
        Crediting.credit,
        "/dashboard/invoices/{invoice}/",
        {"credited_amount": "much", "credited_reason": "Late"},
        "amount",
        "amount",
        presses(Crediting.ask, invoice_id="invoice"),
    ),
]


@pytest.fixture
def ids(clock, company, maya, tom, dana, invoice) -> dict[str, str]:
    job = cast.save(
        Job(company_id=company.id, customer_id=dana.id, title="Check", starts_at=clock.now)
    )
    note = "5" * 32
    write_note(staff_identity(maya), dana.id, "Ring twice", note)
    return {
        "customer_id": dana.id,
        "customer": f"/dashboard/customers/{dana.id}/",
        "tom": tom.id,
        "job": job.id,
        "note": note,
        "invoice": invoice.id,
    }


@pytest.mark.usefixtures("in_a_rush")
def test_it_is_said_beside_its_field_and_nothing_is_kept(tab, maya, ids):
    page = tab(maya, "/dashboard/")
    before = books.rows(AuditEntry)
    for each in WALK:
        page.navigate(each.path.format(**ids))
        if each.opens:
            handler, arguments = each.opens
            page.call(handler, {name: ids.get(one, one) for name, one in arguments.items()})
        about = {"press": page.var(Noting, "press")} if each.form is Noting.write else {}
        shown = getattr(page.states.get(each.state.get_full_name()), "basis", "")
        page.call(each.form, {"form": {**each.typed, **about, "before": shown or "{}"}})
        assert each.said in said(page, each), each
        assert not page.var(each.state, "busy"), each
    assert books.rows(AuditEntry) == before


def said(page: FakeBrowser, each: BadInput) -> str:
    """What stands beside the field."""
    if each.var:
        return page.var(each.state, each.var)
    if "problems" in each.state.vars:
        return vars(page.var(each.state, "problems")).get(each.field, "")
    assert page.var(each.state, "field") == each.field
    return page.var(each.state, "problem")


def test_every_form_is_walked():
    """A new one is tested without anybody's remembering it."""
    forms = {
        handler
        for state in dashboard_states()
        for handler in handlers_of(state)
        if "form" in signature(handler.fn).parameters
    }
    assert forms == {each.form for each in WALK} | set(ELSEWHERE)
    rooms = Path(__file__).parent
    for handler, file in ELSEWHERE.items():
        assert f"{handler.fn.__qualname__}," in (rooms / file).read_text(), file
