"""The staff's list of invoices: searched, filtered and paged in the database."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.flows.due_by_invoice import due_by_invoice
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoice_rows import InvoiceRow, invoice_rows
from fsm_portal.flows.paging import PAGE, page_number, place
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.flows.under_dispute import disputed_invoices

_invoice = table_of(Invoice)
_customer = table_of(Customer)
_entry = table_of(LedgerEntry)

_LONGEST_SEARCH = 100

Show = Literal["all", "draft", "unpaid", "overdue", "paid", "refunded", "disputed"]


@dataclass(frozen=True)
class InvoiceQuery:
    """What a list shows. ``page`` counts from 1. Made by ``invoice_query`` from what a URL says."""

    show: Show = "all"
    search: str = ""
    page: int = 1


def invoice_query(show: object, search: object, page: object) -> InvoiceQuery:
    """The query that three values from outside mean; whatever makes no sense counts as absent."""
    known: Show = next((name for name in get_args(Show) if name == show), "all")
    text = " ".join(search[:_LONGEST_SEARCH].split()) if isinstance(search, str) else ""
    return InvoiceQuery(known, text, page_number(page))


@dataclass(frozen=True)
class InvoiceListView:
    """One page of the list. ``place`` says which rows these are: ``51–100 of 5,120``."""

    loaded: bool = False
    desk: Desk = NO_DESK
    show: str = "all"
    search: str = ""
    page: int = 1
    rows: tuple[InvoiceRow, ...] = ()
    place: str = ""
    is_first: bool = True
    is_last: bool = True
    # No invoice at all yet, whatever is searched for.
    is_new: bool = False


def list_invoices(scope: Scope, query: InvoiceQuery) -> InvoiceListView:
    """The page that ``query`` asks for, or the last there is if it asks for one behind it."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        found = _found(company, query)
        count = _count(session, found)
        last_page = max(1, -(-count // PAGE))
        page = min(query.page, last_page)
        ids = list(
            session.connection()
            .execute(
                found.order_by(_invoice.c.issue_date.desc(), _invoice.c.number.desc())
                .limit(PAGE)
                .offset((page - 1) * PAGE)
            )
            .scalars()
        )
        rows = invoice_rows(session, company, invoices_by_id(session, company.id, ids))
        return InvoiceListView(
            loaded=True,
            desk=desk,
            show=query.show,
            search=query.search,
            page=page,
            rows=rows,
            place=place(page, len(rows), count, "invoices"),
            is_first=page == 1,
            is_last=page == last_page,
            is_new=count == 0 and not _has_any(session, company.id),
        )


def invoices_by_id(session: Session, company_id: str, ids: list[str]) -> list[Invoice]:
    """The company's invoices with these ids, in the order of ``ids``."""
    found = {
        invoice.id: invoice
        for invoice in session.scalars(
            select(Invoice).where(_invoice.c.company_id == company_id, _invoice.c.id.in_(ids))
        )
    }
    return [found[invoice_id] for invoice_id in ids]


def _found(company: Company, query: InvoiceQuery) -> Select[Any]:
    found = select(_invoice.c.id).where(_invoice.c.company_id == company.id)
    if query.search:
        found = found.where(_matches(company.id, query.search))
    if query.show == "all":
        return found
    if query.show == "draft":
        return found.where(_invoice.c.issued_at.is_(None), _invoice.c.voided_at.is_(None))
    if query.show == "refunded":
        return found.where(_invoice.c.id.in_(_gave_back(company.id)))
    disputed = disputed_invoices(company.id)
    if query.show == "disputed":
        return found.where(_invoice.c.id.in_(disputed))
    # One pass over the ledger: asking it invoice by invoice takes three times as long.
    due = due_by_invoice(company.id)
    found = found.join(due, due.c.invoice_id == _invoice.c.id).where(
        _invoice.c.issued_at.is_not(None), _invoice.c.voided_at.is_(None)
    )
    if query.show == "paid":
        return found.where(due.c.amount <= 0)
    if query.show == "overdue":
        found = found.where(
            _invoice.c.due_date < today(company.time_zone), _invoice.c.id.not_in(disputed)
        )
    return found.where(due.c.amount > 0)


def _gave_back(company_id: str) -> Select[Any]:
    """Invoices of which more went back in refunds than came again."""
    signed = case((_entry.c.kind == Kind.REFUND, _entry.c.amount), else_=-_entry.c.amount)
    return (
        select(_entry.c.invoice_id)
        .where(
            _entry.c.company_id == company_id,
            _entry.c.invoice_id.is_not(None),
            _entry.c.kind.in_((Kind.REFUND, Kind.REFUND_RETURNED)),
        )
        .group_by(_entry.c.invoice_id)
        .having(func.sum(signed) > 0)
    )


def _matches(company_id: str, text: str) -> ColumnElement[bool]:
    customers = select(_customer.c.id).where(
        _customer.c.company_id == company_id,
        or_(
            _customer.c.name.icontains(text, autoescape=True),
            _customer.c.contact.icontains(text, autoescape=True),
            _customer.c.email.icontains(text, autoescape=True),
        ),
    )
    return or_(
        _invoice.c.number.icontains(text, autoescape=True), _invoice.c.customer_id.in_(customers)
    )


def _count(session: Session, found: Select[Any]) -> int:
    counted = select(func.count()).select_from(found.subquery())
    return int(session.connection().execute(counted).scalar_one())


def _has_any(session: Session, company_id: str) -> bool:
    one = select(_invoice.c.id).where(_invoice.c.company_id == company_id).limit(1)
    return session.connection().execute(one).first() is not None
