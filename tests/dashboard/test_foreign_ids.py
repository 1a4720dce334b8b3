"""Case 35 at every handler: what belongs to another company is neither touched nor shown.

The owner of one company calls each handler with whatever ids the other company has, in every
argument and in every field of a form, dialogs opened on them first.
"""

from inspect import signature
from typing import Any

import pytest
from reflex.utils.format import format_event_handler
from sqlalchemy import select

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer_note import CustomerNote
from fsm_portal.domain.job import Job
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.flows.invoicing.keep_sheet import begin_sheet, edit_draft, keep_sheet
from fsm_portal.live.throttle import Throttle
from tests import cast
from tests.dashboard.test_access import dashboard_states
from tests.dashboard.test_roles_matrix import handlers_of
from tests.invoices import write_invoice
from tests.payments import checkout, received, refused

# In the names of everything that the other company has.
SECRET = "Zaphod"
_OPENERS = ("ask", "edit", "look_for")


@pytest.fixture
def theirs(clock, other_company) -> dict[str, str]:
    """The other company's rows, one of each kind, by what they are."""
    priya = cast.save(cast.priya(other_company, name=f"{SECRET} Priya"))
    who = Identity(
        "staff", other_company.id, priya.id, "5" * 32, priya.name, priya.email, priya.role
    )
    customer = cast.save(
        cast.harbor_view(other_company, name=f"{SECRET} House", email="z@zaphod.example")
    )
    rate = TaxRate(company_id=other_company.id, name=f"{SECRET} tax", rate_ppm=200_000)
    invoice = write_invoice(other_company, customer, number=f"{SECRET}-1", tax_rate=rate)
    paid = write_invoice(other_company, customer, number=f"{SECRET}-2")
    draft = write_invoice(other_company, customer, number=f"{SECRET}-3", issued=False)
    job = cast.save(
        Job(
            company_id=other_company.id,
            customer_id=customer.id,
            title=f"{SECRET} boiler",
            starts_at=now(),
        )
    )
    note = cast.save(
        CustomerNote(
            company_id=other_company.id,
            customer_id=customer.id,
            text=f"{SECRET} rings twice",
            staff_id=priya.id,
        )
    )
    sheet = begin_sheet(who, customer.id)
    keep_sheet(who, sheet, {"description-1": f"{SECRET} service"})
    credit_invoice(who, invoice.id, Asked("c" * 32, "1.00"))
    return {
        "staff": priya.id,
        "customer": customer.id,
        "invoice": invoice.id,
        "draft": draft.id,
        "payment": received(checkout(paid)).id,
        "failed": refused(checkout(invoice)).id,
        "job": job.id,
        "note": note.id,
        "sheet": sheet,
        "edited": edit_draft(who, draft.id),
        "rate": rate.id,
        "credit note": "c" * 32,
    }


def rows_of(company: Company) -> dict[str, list[str]]:
    with reading() as session:
        connection = session.connection()
        return {
            table.name: sorted(
                map(repr, connection.execute(select(table).where(_is_its(table, company))).all())
            )
            for table in metadata.sorted_tables
            if "company_id" in table.c or table.name == "company"
        }


def _is_its(table: Any, company: Company) -> Any:
    return (table.c.id if table.name == "company" else table.c.company_id) == company.id


def _form(some_id: str) -> dict[str, Any]:
    """Each field that any form of ours has, with the id for what a field may name."""
    names = ("customer", "customer_id", "job", "job_id", "technician", "invoice", "payment")
    fields = {"amount": "1.00", "taken_amount": "1.00", "credited_amount": "1.00", "name": "Mine"}
    fields |= {"refund_amount": "1.00", "note": "x", "text": "x", "reason": "x", "tax-1": some_id}
    fields |= {"description-1": "x", "price-1": "1", "role": "owner", "title": "x"}
    return fields | dict.fromkeys(names, some_id)


@pytest.mark.parametrize(
    "kind",
    ["staff", "customer", "invoice", "draft", "payment", "failed", "job", "note", "sheet",
     "edited", "rate", "credit note"],
)  # fmt: skip
def test_case_35_no_handler_touches_or_shows_what_is_another_companys(
    monkeypatch, server, tab, maya, invoice, other_company, theirs, kind
):
    monkeypatch.setattr(Throttle, "delay", lambda *_: 0.0)
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    before = rows_of(other_company)
    some_id = theirs[kind]
    for state in dashboard_states():
        ours = handlers_of(state).items()
        # Dialogs are opened first, then everything is pressed.
        for _, handler in sorted(ours, key=lambda each: not each[0].startswith(_OPENERS)):
            arguments = [*signature(handler.fn).parameters][1:]
            payload = {
                each: _form(some_id) if each == "form" else [some_id] if each == "ids" else some_id
                for each in arguments
            }
            page.call(format_event_handler(handler), payload, settle=False)
        page.settle()
    assert rows_of(other_company) == before
    for path in ("/dashboard/invoices/new/?{}", "/dashboard/jobs/new/?{}"):
        query = "&".join(f"{name}={some_id}" for name in ("customer", "job", "sheet"))
        page.navigate(path.format(query))
    for path in ("invoices/{}/", "invoices/{}/edit/", "customers/{}/", "jobs/{}/"):
        page.navigate("/dashboard/" + path.format(some_id))
    assert rows_of(other_company) == before
    assert SECRET not in "".join(page.frames)


def test_whose_it_is_is_shown_it(server, tab, theirs, other_company):
    """The control: the frames that are looked through above do carry such names."""
    with reading() as session:
        priya = session.get_one(Staff, (other_company.id, theirs["staff"]))
    page = tab(priya, f"/dashboard/invoices/{theirs['invoice']}/")
    assert SECRET in "".join(page.frames)
