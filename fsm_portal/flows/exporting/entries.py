"""The ledger as rows of CSV: every entry of the period, both of its accounts."""

from sqlalchemy import select, tuple_
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Account, LedgerEntry
from fsm_portal.flows.exporting.names import customers_named, invoices_numbered
from fsm_portal.flows.exporting.piece import ROWS, Asked, Export, Piece, Place, next_place
from fsm_portal.gateways.csv_text import amount_cell, moment_cell

_entry = table_of(LedgerEntry)
_FEES = (Account.STRIPE_FEE, Account.PLATFORM_FEE, Account.DISPUTE_FEE)


class Ledger(Export):
    """By when each happened. ``amount`` is debited to one account and credited to the other."""

    def headings(self, asked: Asked) -> list[str]:
        return [
            *("occurred_at", "kind", "debit", "credit", "currency", "amount", "customer"),
            *("invoice", "source", "recorded_at", "entry"),
        ]

    def piece(self, session: Session, company: Company, asked: Asked, place: Place) -> Piece:
        wanted = (
            select(_entry)
            .where(
                _entry.c.company_id == company.id,
                _entry.c.occurred_at >= asked.since,
                _entry.c.occurred_at < asked.until,
            )
            .order_by(_entry.c.occurred_at, _entry.c.id)
            .limit(ROWS)
        )
        if place is not None:
            wanted = wanted.where(tuple_(_entry.c.occurred_at, _entry.c.id) > place)
        if not asked.fees:
            wanted = wanted.where(_entry.c.debit.not_in(_FEES), _entry.c.credit.not_in(_FEES))
        found = session.connection().execute(wanted).all()
        customers = customers_named(session, company.id, (row.customer_id for row in found))
        invoices = invoices_numbered(session, company.id, (row.invoice_id for row in found))
        rows = [
            [
                moment_cell(row.occurred_at, company.time_zone),
                *(row.kind, row.debit, row.credit, row.currency),
                amount_cell(row.amount, row.currency),
                customers[row.customer_id].name if row.customer_id else "",
                invoices.get(row.invoice_id, ""),
                row.source,
                moment_cell(row.recorded_at, company.time_zone),
                row.id,
            ]
            for row in found
        ]
        return Piece(rows, next_place(found, "occurred_at"))
