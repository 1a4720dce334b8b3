"""The rows that each kind of paper is drawn from, with its latest version: one statement each.

Named are the columns that can change, whether the paper shows them today or not. Of the ledger it
is how many entries there are: they are never changed. Made once: writing a statement costs more
than running it.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    bindparam,
    func,
    literal_column,
    null,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, String

from fsm_portal.domain.company import Company
from fsm_portal.domain.company_logo import logo_hash
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import LedgerEntry
from fsm_portal.domain.paper import PaperContent, PaperKind, StoredPaper
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.statement import Statement, one_of
from fsm_portal.flows.identity import lets_in
from fsm_portal.flows.invoicing.note_open import PDF_SEEN_AT
from fsm_portal.flows.refunding.refund_document import MADE

_company = table_of(Company)
_customer = table_of(Customer)
_invoice = table_of(Invoice)
_note = table_of(CreditNote)
_payment = table_of(Payment)
_refund = table_of(Refund)
_entry = table_of(LedgerEntry)
_paper = table_of(StoredPaper)
_content = table_of(PaperContent)

_OF_COMPANY = (
    *("name", "email", "phone", "address", "country", "tax_id", "time_zone", "locale"),
    *("brand_color", "terms", "plan", "portal_enabled"),
)
_OF_CUSTOMER = ("name", "contact", "email", "phone", "address", "country", "locale")


class InOneText(FunctionElement[str]):
    """Values in one text, no two rows of them in the same: as columns of their own, sixty of them
    took psycopg longer to hand over than to read."""

    type = String()
    inherit_cache = True


@compiles(InOneText, "sqlite")
def _quoted(element: InOneText, compiler: SQLCompiler, **options: Any) -> str:
    values = (compiler.process(each, **options) for each in element.clauses)
    return " || ',' || ".join(f"quote({value})" for value in values)


@compiles(InOneText, "postgresql")
def _as_row(element: InOneText, compiler: SQLCompiler, **options: Any) -> str:
    values = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(ROW({', '.join(values)}) AS text)"


def _columns(table: Table, *names: str) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in names]


def _entries(*of: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(_entry).where(*of).scalar_subquery()


def _statement(
    subject: Table,
    number: ColumnElement[str],
    issued: ColumnElement[Any],
    facts: list[ColumnElement[Any]],
    joined: FromClause | None = None,
    owner: Table | None = None,
    *where: ColumnElement[bool],
) -> Select[tuple[Any, ...]]:
    """``owner`` is the table that says whose it is, ``joined`` how ``subject`` leads there."""
    customer_id = (subject if owner is None else owner).c.customer_id
    # The end of its key's range: versions are as many as states that somebody asked for.
    latest = (
        select(func.max(_paper.c.version))
        .where(
            _paper.c.company_id == bindparam("company_id"),
            _paper.c.kind == bindparam("kind"),
            _paper.c.subject_id == bindparam("subject_id"),
        )
        .scalar_subquery()
    )
    rows = (
        (subject if joined is None else joined)
        .join(_company, _company.c.id == subject.c.company_id)
        .join(
            _customer,
            (_customer.c.company_id == subject.c.company_id) & (_customer.c.id == customer_id),
        )
        .outerjoin(
            _paper,
            (_paper.c.company_id == bindparam("company_id"))
            & (_paper.c.kind == bindparam("kind"))
            & (_paper.c.subject_id == bindparam("subject_id"))
            & (_paper.c.version == latest),
        )
        .outerjoin(
            _content,
            (_content.c.company_id == _paper.c.company_id) & (_content.c.sha256 == _paper.c.sha256),
        )
    )
    return (
        select(
            customer_id.label("customer_id"),
            number.label("number"),
            issued.label("issued"),
            _paper.c.version,
            _paper.c.sha256,
            _paper.c.facts_sha256,
            _paper.c.fingerprint,
            _paper.c.missing,
            _content.c.content,
            (PDF_SEEN_AT if subject is _invoice else null()).label("seen_at"),
            InOneText(
                *_columns(_company, *_OF_COMPANY),
                logo_hash(_company).element,
                *_columns(_customer, *_OF_CUSTOMER),
                *facts,
            ).label("rows"),
        )
        .select_from(rows)
        .where(
            subject.c.company_id == bindparam("company_id"),
            subject.c.id == bindparam("subject_id"),
            *where,
        )
    )


_ALWAYS: ColumnElement[int] = literal_column("1")
_OF_INVOICE = (
    *("number", "customer_id", "currency", "issue_date", "due_date", "subtotal", "tax", "total"),
    *("notes", "partial_payments", "deposit", "issued_at", "voided_at", "discount"),
    *("discount_ppm", "revision"),
)
_OF_NOTE = (
    *("number", "customer_id", "invoice_id", "currency", "issue_date", "total", "reason"),
    *("refund_id", "undone_at", "created_at"),
)
_OF_PAYMENT = (
    *("customer_id", "payment_intent_id", "charge_id", "currency", "amount", "method", "last4"),
    *("note", "reversed_at", "received_at"),
)
_OF_REFUND = (
    *("payment_id", "stripe_refund_id", "currency", "amount", "still_owed", "status"),
    "happened_at",
)

ROWS: dict[PaperKind, Select[tuple[Any, ...]]] = {
    PaperKind.INVOICE: _statement(
        _invoice,
        _invoice.c.number,
        type_coerce(_invoice.c.issued_at, NullType()),
        [
            *_columns(_invoice, *_OF_INVOICE),
            _entries(
                _entry.c.company_id == _invoice.c.company_id,
                _entry.c.invoice_id == _invoice.c.id,
            ),
        ],
    ),
    PaperKind.CREDIT_NOTE: _statement(
        _note,
        _note.c.number,
        _ALWAYS,
        # What it is about is issued, and stands; so do the notes before it (see taxes_of_notes).
        [*_columns(_note, *_OF_NOTE), *_columns(_invoice, "number", "issue_date", "total")],
        _note.outerjoin(
            _invoice,
            (_invoice.c.company_id == _note.c.company_id) & (_invoice.c.id == _note.c.invoice_id),
        ),
    ),
    PaperKind.RECEIPT: _statement(
        _payment,
        _payment.c.id,
        _ALWAYS,
        [
            *_columns(_payment, *_OF_PAYMENT),
            _entries(
                _entry.c.company_id == _payment.c.company_id,
                _entry.c.payment_id == _payment.c.id,
            ),
        ],
    ),
    PaperKind.REFUND: _statement(
        _refund,
        _refund.c.id,
        _ALWAYS,
        [
            *_columns(_refund, *_OF_REFUND),
            *_columns(_payment, *_OF_PAYMENT),
            _entries(
                _entry.c.company_id == _payment.c.company_id,
                _entry.c.payment_id == _payment.c.id,
            ),
            # Notes that went with it, and count still. By the customer: that has an index.
            select(func.count())
            .select_from(_note)
            .where(
                _note.c.company_id == _payment.c.company_id,
                _note.c.customer_id == _payment.c.customer_id,
                _note.c.refund_id == _refund.c.id,
                _note.c.undone_at.is_(None),
            )
            .scalar_subquery(),
        ],
        _refund.join(
            _payment,
            (_payment.c.company_id == _refund.c.company_id)
            & (_payment.c.id == _refund.c.payment_id),
        ),
        _payment,
        one_of(_refund.c.status, sorted(MADE)),
    ),
}
# The same where a session lets somebody in, and whose eyes those are: one way to the database.
ROWS_BY = {kind: Statement(lets_in(statement)) for kind, statement in ROWS.items()}
