"""Fills an empty database with the cast. A database that has them already is left as it is."""

from sqlmodel import Session, select

from fsm_portal.db import unit_of_work
from fsm_portal.demo.cast import CUSTOMERS, INVOICES, JOBS, STAFF, CastInvoice
from fsm_portal.demo.logo import bright_heating_logo
from fsm_portal.demo.past import add_job, add_past, draft_lines, morning
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.staff import Role, Staff
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.companies.brand_company import set_logo
from fsm_portal.flows.invoicing.send_invoice import issue
from fsm_portal.flows.invoicing.write_invoice import write_draft

BRIGHT_HEATING_ACCOUNT = "acct_1BrightHeating001"
CLEARWATER_ACCOUNT = "acct_1ClearwaterPlumb1"
# Named in the data that the demo writes, and used for its ready sign-in links.
STAFF_EMAIL = STAFF[0][1]
CUSTOMER_EMAIL = CUSTOMERS[0].email


def seed() -> bool:
    """Write the cast; False when it is there already."""
    with unit_of_work() as session:
        if session.exec(select(Company.id).limit(1)).first() is not None:
            return False
        company = Company(
            slug="bright-heating",
            name="Bright Heating Co.",
            email="office@brightheating.example",
            phone="+1 212 555 0142",
            address="48 Mercer Street\nNew York, NY 10013",
            country="US",
            tax_id="EIN 13-5550142",
            currency="USD",
            time_zone="America/New_York",
            locale="en_US",
            terms="Payment is due within 30 days. Thank you for your business.",
            stripe_account_id=BRIGHT_HEATING_ACCOUNT,
            stripe_charges_enabled=True,
            stripe_payouts_enabled=True,
            set_up_at=now(),
        )
        session.add(company)
        session.flush()
        _add_people(session, company)
        _add_other_company(session)
    set_logo("bright-heating", bright_heating_logo())
    return True


def _add_people(session: Session, company: Company) -> None:
    staff = {}
    for name, email, role in STAFF:
        staff[email] = Staff(company_id=company.id, name=name, email=email, role=role)
    session.add_all(staff.values())
    tax = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    session.add(tax)
    customers = {}
    for person in CUSTOMERS:
        customers[person.name] = Customer(
            company_id=company.id,
            name=person.name,
            contact=person.contact,
            email=person.email,
            address=person.address,
            phone=person.phone,
            country="US",
            locale="en_US",
        )
    session.add_all(customers.values())
    session.flush()
    jobs = {}
    for job in JOBS:
        done = job.in_days < 0
        jobs[job.customer, job.title] = add_job(
            session,
            company,
            customers[job.customer],
            job.in_days,
            job.hour,
            job.title,
            job.description,
            done=done,
            technician_id=staff[job.by].id if job.by else None,
        )
    for invoice in INVOICES:
        job_id = jobs[invoice.customer, invoice.job].id if invoice.job else None
        _add_invoice(session, company, customers[invoice.customer], tax, invoice, job_id)
    add_past(session, company, customers, tax, staff[STAFF[-1][1]].id)


def _add_invoice(
    session: Session,
    company: Company,
    customer: Customer,
    tax: TaxRate,
    wanted: CastInvoice,
    job_id: str | None,
) -> None:
    invoice = write_draft(
        session,
        company,
        customer,
        lines=draft_lines(wanted.lines, tax),
        terms_days=wanted.terms,
        notes=wanted.notes,
        job_id=job_id,
        partial_payments=wanted.in_parts,
        deposit=wanted.deposit,
    )
    if not wanted.draft:
        issue(session, invoice, at=morning(company, wanted.age))


def _add_other_company(session: Session) -> None:
    """A second tenant, which must never see anything of the first."""
    other = Company(
        slug="clearwater-plumbing",
        name="Clearwater Plumbing",
        email="office@clearwater.example",
        phone="+44 20 5550 0170",
        address="7 Canal Wharf\nLondon N1 9RT",
        country="GB",
        currency="GBP",
        time_zone="Europe/London",
        locale="en_GB",
        brand_color="#0f766e",
        stripe_account_id=CLEARWATER_ACCOUNT,
        stripe_charges_enabled=True,
        stripe_payouts_enabled=True,
        set_up_at=now(),
    )
    session.add(other)
    session.flush()
    session.add(
        Staff(
            company_id=other.id,
            name="Oliver Grant",
            email="oliver@clearwater.example",
            role=Role.OWNER,
        )
    )
