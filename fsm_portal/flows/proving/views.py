"""K: what the screens work out is what the ledger and the facts say."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection, and_, case, func, or_, select
from sqlmodel import Session

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_due import InvoiceDue
from fsm_portal.domain.invoice_status import Status
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.flows.invoices.due_by_invoice import due_by_invoice
from fsm_portal.flows.invoices.invoice_view import standings
from fsm_portal.flows.overview.receivables import receivables
from fsm_portal.flows.payments.under_dispute import disputed_invoices
from fsm_portal.flows.proving.report import Breach, Finding
from fsm_portal.flows.proving.rule import Rule, Scope, as_text, entry
from fsm_portal.gateways import formats

_company = table_of(Company)
_invoice = table_of(Invoice)

# As many as anybody pages through.
NEWEST = 1000

_of_receivable = or_(entry.c.debit == Account.RECEIVABLE, entry.c.credit == Account.RECEIVABLE)
_owed = case((entry.c.debit == Account.RECEIVABLE, entry.c.amount), else_=-entry.c.amount)
_ledgers = (
    select(entry.c.company_id, entry.c.invoice_id, func.sum(_owed).label("due"))
    .where(_of_receivable, entry.c.invoice_id.is_not(None))
    .group_by(entry.c.company_id, entry.c.invoice_id)
    .subquery("ledgers")
)
_gone_back = (
    select(
        entry.c.company_id,
        entry.c.invoice_id,
        func.sum(case((entry.c.kind == Kind.REFUND, entry.c.amount), else_=-entry.c.amount)).label(
            "refunded"
        ),
    )
    .where(entry.c.kind.in_((Kind.REFUND, Kind.REFUND_RETURNED)), entry.c.invoice_id.is_not(None))
    .group_by(entry.c.company_id, entry.c.invoice_id)
    .subquery("gone_back")
)
_indexed = table_of(InvoiceDue)
_COPIED = ("customer_id", "currency", "number", "issue_date", "due_date")
_back_and_again = (Kind.REFUND, Kind.REFUND_RETURNED)

RULES = (
    Rule(
        "K",
        "what is owed is owed on an invoice: no list leaves any of it out",
        table_of(LedgerEntry),
        select(
            entry.c.company_id, entry.c.id.label("entry"), as_text(entry.c.kind), entry.c.source
        ).where(_of_receivable, entry.c.invoice_id.is_(None)),
    ),
    Rule(
        "K",
        "the index of what is due has every issued invoice as it stands in the ledger",
        _invoice,
        select(
            _invoice.c.company_id,
            _invoice.c.number.label("invoice"),
            _indexed.c.due.label("in_the_index"),
            func.coalesce(_ledgers.c.due, 0).label("in_the_ledger"),
        )
        .select_from(
            _invoice.outerjoin(
                _ledgers,
                and_(
                    _ledgers.c.company_id == _invoice.c.company_id,
                    _ledgers.c.invoice_id == _invoice.c.id,
                ),
            )
            .outerjoin(
                _gone_back,
                and_(
                    _gone_back.c.company_id == _invoice.c.company_id,
                    _gone_back.c.invoice_id == _invoice.c.id,
                ),
            )
            .outerjoin(
                _indexed,
                and_(
                    _indexed.c.company_id == _invoice.c.company_id,
                    _indexed.c.invoice_id == _invoice.c.id,
                ),
            )
        )
        .where(
            or_(
                _indexed.c.invoice_id.is_(None) != _invoice.c.issued_at.is_(None),
                _indexed.c.due != func.coalesce(_ledgers.c.due, 0),
                _indexed.c.refunded != func.coalesce(_gone_back.c.refunded, 0),
                *(_indexed.c[name] != _invoice.c[name] for name in _COPIED),
                _indexed.c.voided != _invoice.c.voided_at.is_not(None),
            )
        ),
    ),
)


def screens_say_what_the_ledger_says(connection: Connection, scope: Scope) -> Iterator[Finding]:
    """For each company: its newest invoices' statuses, and what is outstanding and overdue."""
    found = select(_company.c.id)
    if scope.company_id is not None:
        found = found.where(_company.c.id == scope.company_id)
    with Session(bind=connection) as session:
        for company_id in connection.execute(found).scalars().all():
            company = session.get_one(Company, company_id)
            yield _statuses(session, company)
            yield _sums(session, company)


def _statuses(session: Session, company: Company) -> Finding:
    invoices = list(
        session.scalars(
            select(Invoice)
            .where(_invoice.c.company_id == company.id)
            .order_by(_invoice.c.issue_date.desc(), _invoice.c.number.desc())
            .limit(NEWEST)
        )
    )
    shown = standings(session, company, invoices)
    facts = _facts(session, company.id, [invoice.id for invoice in invoices])
    breaches = []
    for invoice in invoices:
        due, paid, refunded, credited = facts.get(invoice.id, (0, 0, 0, 0))
        expected = _expected(invoice, due, paid, min(refunded, credited))
        standing = shown[invoice.id]
        if (standing.status.status, standing.balance.due) != (expected, due):
            row = f"{company.slug}, {invoice.number} is shown {standing.status.status.value} with "
            row += f"{standing.balance.due} due, the ledger has {expected.value} with {due}"
            breaches.append(Breach("K", "an invoice is shown as it stands", row))
    return Finding("K", len(invoices), tuple(breaches))


def _facts(
    session: Session, company_id: str, invoice_ids: list[str]
) -> dict[str, tuple[int, int, int, int]]:
    """Due, paid, refunded and credited of each invoice, minor units, added up by account and not by
    kind."""
    paid = case((entry.c.kind.not_in(_NOT_MONEY), -_owed), else_=0)
    refunded = case((entry.c.kind.in_(_back_and_again), _owed), else_=0)
    credited = case((entry.c.kind.in_(_NOT_OWED), -_owed), else_=0)
    found: dict[str, tuple[int, int, int, int]] = {}
    for start in range(0, len(invoice_ids), 500):
        rows = session.connection().execute(
            select(
                entry.c.invoice_id,
                *(func.sum(each) for each in (_owed, paid, refunded, credited)),
            )
            .where(
                entry.c.company_id == company_id,
                entry.c.invoice_id.in_(invoice_ids[start : start + 500]),
                _of_receivable,
            )
            .group_by(entry.c.invoice_id)
        )
        found |= {
            invoice_id: (int(due), int(paid), int(refunded), int(credited))
            for invoice_id, due, paid, refunded, credited in rows
        }
    return found


_NOT_OWED = (Kind.VOID, Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)
_NOT_MONEY = (Kind.SALE, Kind.TAX, *_NOT_OWED)


def _expected(invoice: Invoice, due: int, paid: int, given_back: int) -> Status:
    if invoice.voided_at is not None:
        return Status.VOID
    if invoice.issued_at is None:
        return Status.DRAFT
    if due > 0:
        return Status.PARTIALLY_PAID if paid > 0 else Status.UNPAID
    if given_back > 0:
        return Status.PARTIALLY_REFUNDED if paid > 0 else Status.REFUNDED
    return Status.PAID


def _sums(session: Session, company: Company) -> Finding:
    """The overview's figures beside the same added up in another way."""
    shown = receivables(session, company)
    due = due_by_invoice(company.id)
    rows = session.connection().execute(
        select(
            _invoice.c.due_date,
            due.c.amount,
            _invoice.c.id.in_(disputed_invoices(company.id)).label("disputed"),
        ).where(
            and_(_invoice.c.company_id == company.id, _invoice.c.id == due.c.invoice_id),
            _invoice.c.currency == company.currency,
            due.c.amount > 0,
        )
    )
    owed = [(row.due_date, int(row.amount), row.disputed) for row in rows]
    outstanding = sum(amount for _, amount, _ in owed)
    # Nobody is late with what a bank has in its hands.
    asked_for = [(due_date, amount) for due_date, amount, disputed in owed if not disputed]
    overdue = overdue_of(asked_for, today(company.time_zone))
    breaches = []
    for name, figure, amount in (
        ("outstanding", shown.outstanding, outstanding),
        ("overdue", shown.overdue, overdue),
    ):
        expected = formats.money(amount, company.currency, company.locale)
        if figure != expected:
            row_of_it = f"{company.slug}, {name} is shown {figure}, the ledger has {expected}"
            breaches.append(Breach("K", "the overview adds up", row_of_it))
    return Finding("K", 2, tuple(breaches))


def overdue_of(owed: Sequence[tuple[date, int]], day: date) -> int:
    """What of ``(due date, minor units)`` is late on ``day``."""
    return sum(amount for due_date, amount in owed if due_date < day)
