"""A customer's list of invoices: filtered, searched and paged in the database."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

from sqlalchemy import Row
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.domain.clock import today
from fsm_portal.domain.invoice_status import status_of
from fsm_portal.domain.small_letters import as_compared
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.home.home_rows import home_host, takes_payments
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.customer_invoice_keys import (
    COUNTS,
    MOST_COUNTED,
    Letters,
    ShowInvoices,
    page_of_invoices,
)
from fsm_portal.flows.invoices.invoice_view import StatusView, amount_due, customers_status_view
from fsm_portal.flows.invoices.show_customer_invoice import due_words
from fsm_portal.flows.keyset import (
    Cursor,
    Turn,
    address,
    cursor_of,
    day_of,
    day_text,
    place,
    turned,
)
from fsm_portal.flows.paying.choose_invoices import can_be_paid
from fsm_portal.flows.payments.under_dispute import disputed_among
from fsm_portal.flows.searched_amount import searched_amount
from fsm_portal.gateways import formats
from fsm_portal.gateways.formats import typed_point

PATH = "/portal/invoices/"
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class CustomerInvoiceQuery:
    """What the list shows. Made by ``customer_invoice_query`` from what an address says."""

    show: ShowInvoices = "all"
    search: str = ""
    cursor: Cursor[date] | None = None


def customer_invoice_query(
    show: object, search: object, before: object, after: object
) -> CustomerInvoiceQuery:
    """The query that values from outside mean; whatever makes no sense counts as absent."""
    known: ShowInvoices = next((name for name in get_args(ShowInvoices) if name == show), "all")
    text = ""
    if isinstance(search, str):
        # Blanks of any kind: an amount that is copied from the page has some between its figures.
        plain = " ".join(search[:_LONGEST_SEARCH].split())
        text = plain if plain.isprintable() else ""
    return CustomerInvoiceQuery(known, text, cursor_of(before, after, day_of))


@dataclass(frozen=True)
class CustomerInvoiceRow:
    """``when`` says when it is due, empty where nothing is to be paid; so is ``due``, the amount
    left. ``payable``: there is a Pay button on its page."""

    id: str
    number: str
    issued_on: str
    when: str
    status: StatusView
    total: str
    due: str
    payable: bool
    pdf_url: str


@dataclass(frozen=True)
class InvoiceCounts:
    """How many there are of each: ``12``, or ``99+``."""

    all: str = ""
    unpaid: str = ""
    overdue: str = ""
    paid: str = ""


@dataclass(frozen=True)
class CustomerInvoicesView:
    """One page of the list. ``place`` says in words what is on it; ``newer`` and ``older`` are the
    addresses of the pages beside it, empty where there is none."""

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    show: str = "all"
    search: str = ""
    counts: InvoiceCounts = field(default_factory=InvoiceCounts)
    rows: tuple[CustomerInvoiceRow, ...] = ()
    place: str = ""
    newer: str = ""
    older: str = ""
    # No invoice at all yet, whatever is searched for.
    is_new: bool = False


def list_customer_invoices(scope: Scope, query: CustomerInvoiceQuery) -> CustomerInvoicesView:
    """The page that ``query`` asks for; the newest where there is nothing from there on."""
    with reading() as session:
        host = home_host(session, scope)
        day = today(host.time_zone)
        turn = _page(session, scope, query, host, day)
        if not turn.rows and query.cursor is not None:
            query = CustomerInvoiceQuery(query.show, query.search)
            turn = _page(session, scope, query, host, day)
        counts = _counts(session, scope, day)
        rows = _rows(session, scope, host, turn.rows, day)
    at = {"show": "" if query.show == "all" else query.show, "q": query.search}
    return CustomerInvoicesView(
        loaded=True,
        company=company_frame(host),
        person=host.greeting,
        show=query.show,
        search=query.search,
        counts=counts,
        rows=rows,
        place=_place(turn.rows, host.locale),
        newer=address(PATH, **at, after=_text(turn.rows[0])) if turn.has_newer else "",
        older=address(PATH, **at, before=_text(turn.rows[-1])) if turn.has_older else "",
        is_new=counts.all == "0",
    )


def _page(
    session: Session, scope: Scope, query: CustomerInvoiceQuery, host: Any, day: date
) -> Turn[Row[*tuple[Any, ...]]]:
    cursor = query.cursor
    older = cursor is None or cursor.older
    letters: Letters = "" if not query.search else "plain" if query.search.isascii() else "any"
    statement = page_of_invoices(query.show, older, cursor is not None, letters)
    values = _key(scope, day) | (cursor.key if cursor is not None else {})
    if query.search:
        values |= _searched(query.search, host.locale)
    return turned(session.connection().execute(statement, values).all(), cursor)


def _searched(text: str, locale: str) -> dict[str, Any]:
    escaped = as_compared(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {"pattern": f"%{escaped}%"} | searched_amount(text, typed_point(locale))


def _counts(session: Session, scope: Scope, day: date) -> InvoiceCounts:
    row = session.connection().execute(COUNTS, _key(scope, day)).one()
    return InvoiceCounts(
        *[f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count) for count in row]
    )


def _rows(
    session: Session,
    scope: Scope,
    host: Any,
    found: tuple[Row[*tuple[Any, ...]], ...],
    day: date,
) -> tuple[CustomerInvoiceRow, ...]:
    balances = invoice_balances(session, scope.company_id, [row.id for row in found])
    disputed = disputed_among(
        session, scope.company_id, [row.id for row in found if balances[row.id].disputed > 0]
    )
    return tuple(_row(row, balances[row.id], row.id in disputed, host, day) for row in found)


def _row(
    row: Any, balance: InvoiceBalance, disputed: bool, host: Any, day: date
) -> CustomerInvoiceRow:
    status = customers_status_view(
        status_of(row, balance, day, processing=row.processing, disputed=disputed)
    )
    is_due = status.code in ("unpaid", "partially_paid") and not disputed
    when = due_words(row.due_date, day, host.locale, briefly=True)
    return CustomerInvoiceRow(
        id=row.id,
        number=row.number,
        issued_on=formats.day(row.issue_date, host.locale),
        when=when if is_due else "",
        status=status,
        total=formats.money(row.total, row.currency, host.locale),
        due=formats.money(amount_due(row, balance), row.currency, host.locale) if is_due else "",
        payable=is_due and can_be_paid(row) and takes_payments(host),
        pdf_url=f"/documents/invoices/{row.id}.pdf",
    )


def _place(rows: tuple[Any, ...], locale: str) -> str:
    if not rows:
        return ""
    newest, oldest = (formats.day(each.issue_date, locale) for each in (rows[0], rows[-1]))
    return place(len(rows), "invoice", newest, oldest)


def _text(row: Any) -> str:
    return f"{day_text(row.sorted_by)}_{row.number}"


def _key(scope: Scope, day: date) -> dict[str, Any]:
    return {"company_id": scope.company_id, "customer_id": scope.customer_id, "day": day}
