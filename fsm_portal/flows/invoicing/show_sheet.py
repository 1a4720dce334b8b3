"""The sheet as the editor shows it: what was typed, what it comes to, what is wrong with it."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_sheet import InvoiceSheet
from fsm_portal.domain.job import Job
from fsm_portal.domain.role import May
from fsm_portal.domain.tax_rate import TaxRate, place_in_list
from fsm_portal.flows.customers.choose_customer import NO_CHOICE as NOBODY
from fsm_portal.flows.customers.choose_customer import choices
from fsm_portal.flows.customers.customer_query import search_words
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import SumsView, SumView, discount_label
from fsm_portal.flows.invoicing.read_sheet import Reading, read_sheet
from fsm_portal.flows.invoicing.sheet_content import SheetContent, from_json
from fsm_portal.flows.invoicing.sheet_view import NO_CHOICE, Choice, SheetLineView, SheetView
from fsm_portal.flows.invoicing.write_invoice import rates_of
from fsm_portal.flows.staff_desk import staff_desk
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_job = table_of(Job)
_JOBS = 30
# As many characters of a rate's name as its field holds at a desk.
_LONGEST_RATE = 18


def show_sheet(scope: Scope, sheet_id: str) -> SheetView:
    """The sheet for whoever may write invoices; nobody else is shown one."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        sheet = None
        if scope.may(May.WRITE_INVOICES) and is_id(sheet_id):
            sheet = session.get(InvoiceSheet, (company.id, sheet_id))
        if sheet is None:
            return SheetView(loaded=True, desk=desk, id=sheet_id)
        content = from_json(sheet.content)
        rates = rates_of(session, company.id)
        read = read_sheet(content, company, rates)
        draft = session.get(Invoice, (company.id, sheet.invoice_id)) if sheet.invoice_id else None
        customer = None
        if content.customer_id:
            customer = session.get(Customer, (company.id, content.customer_id))
        searched = search_words(content.customer_search)
        found = NOBODY if customer else choices(session, company.id, searched)

        def money(amount: int) -> str:
            return formats.money(amount, company.currency, company.locale)

        days = company.payment_terms_days
        return SheetView(
            loaded=True,
            desk=desk,
            id=sheet.id,
            found=True,
            about=draft.id if draft else "",
            number=draft.number if draft else "",
            newer=draft is not None and draft.revision != sheet.revision,
            customer=_choice(customer) if customer else NO_CHOICE,
            has_email=bool(customer and customer.email),
            customer_search=content.customer_search,
            matches=tuple(Choice(one.id, one.name, one.note) for one in found.found),
            nobody_called=bool(searched) and customer is None and not found.found,
            more_matches=bool(searched) and found.more,
            may_add_customer=scope.may(May.EDIT_CUSTOMERS),
            jobs=_jobs(session, company, content),
            job=content.job,
            rates=_rates(rates, content, company.locale),
            lines=_lines(content, read, rates, company),
            issue_date=content.issue_date,
            terms=content.terms,
            due_date=content.due_date,
            due=formats.day(read.due_if_sent, company.locale) if read.due_if_sent else "",
            company_terms=f"{days} days" if days else "on receipt",
            company_partial="allowed" if company.partial_payments else "not allowed",
            notes=content.notes,
            discount=content.discount,
            discount_note=f"−{money(read.total.discount)}" if read.total.discount else "",
            deposit=content.deposit,
            deposit_note=f"{money(read.deposit)} is asked for first" if read.deposit else "",
            partial=content.partial,
            sums=_sums(read, rates, company),
            customer_problem=read.problems.get("customer_search", ""),
            issue_date_problem=read.problems.get("issue_date", ""),
            due_date_problem=read.problems.get("due_date", ""),
            notes_problem=read.problems.get("notes", ""),
            discount_problem=read.problems.get("discount", ""),
            deposit_problem=read.problems.get("deposit", ""),
            problems=len(read.problems),
            kept=_kept(sheet, company),
            typed_no=content.typed_no,
            currency=company.currency,
        )


def _lines(
    content: SheetContent, read: Reading, rates: Mapping[str, TaxRate], company: Company
) -> tuple[SheetLineView, ...]:
    views = []
    for line in content.lines:
        sound = read.lines.get(line.key)
        problems = {
            f"{name}_problem": read.problems.get(f"{name}-{line.key}", "")
            for name in ("description", "detail", "quantity", "price", "discount", "tax")
        }
        called = _called_rate(rates[line.tax], company.locale) if line.tax in rates else ""
        views.append(
            SheetLineView(
                key=line.key,
                kind=line.kind,
                description=line.description,
                detail=line.detail,
                quantity=line.quantity,
                price=line.price,
                discount=line.discount,
                tax=line.tax,
                amount=formats.money(sound.amount, company.currency, company.locale)
                if sound
                else "",
                is_blank=line.is_blank,
                tax_called=called if len(called) > _LONGEST_RATE and not line.is_blank else "",
                **problems,
            )
        )
    return tuple(views)


def _sums(read: Reading, rates: Mapping[str, TaxRate], company: Company) -> SumsView:
    def money(amount: int) -> str:
        return formats.money(amount, company.currency, company.locale)

    total = read.total
    return SumsView(
        subtotal=money(total.subtotal + total.discount),
        discount=money(-total.discount) if total.discount else "",
        discount_label=discount_label(read.discount.ppm, company.locale),
        taxes=tuple(
            SumView(_called_rate(rates[tax.tax_rate_id], company.locale), money(tax.amount))
            # As they will stand on the invoice.
            for tax in sorted(total.taxes, key=lambda one: place_in_list(rates[one.tax_rate_id]))
        ),
        total=money(total.total),
    )


def _rates(rates: Mapping[str, TaxRate], content: SheetContent, locale: str) -> tuple[Choice, ...]:
    """Those to choose from: in use at the company, or on this sheet already."""
    used = {line.tax for line in content.lines}
    return tuple(
        Choice(rate.id, _called_rate(rate, locale))
        for rate in rates.values()
        if rate.retired_at is None or rate.id in used
    )


def _called_rate(rate: TaxRate, locale: str) -> str:
    return f"{rate.name} {formats.percent(rate.rate_ppm, locale)}"


def _choice(customer: Customer) -> Choice:
    parts: Iterable[str | None] = (customer.contact, customer.email)
    return Choice(customer.id, customer.name, " · ".join(each for each in parts if each))


def _jobs(session: Session, company: Company, content: SheetContent) -> tuple[Choice, ...]:
    """The customer's latest jobs, and the one that was chosen."""
    if not content.customer_id:
        return ()
    rows = session.execute(
        select(_job.c.id, _job.c.title, _job.c.starts_at)
        .where(_job.c.company_id == company.id, _job.c.customer_id == content.customer_id)
        .order_by(_job.c.starts_at.desc())
        .limit(_JOBS)
    ).all()
    zone = ZoneInfo(company.time_zone)
    return tuple(
        Choice(
            row.id,
            f"{row.title}, {formats.day(row.starts_at.astimezone(zone).date(), company.locale)}",
        )
        for row in rows
    )


def _kept(sheet: InvoiceSheet, company: Company) -> str:
    if sheet.typed_at is None:
        return ""
    return f"Kept {recently(sheet.typed_at, company.time_zone, company.locale, now())}"
