"""Invoices as rows of CSV: those issued in the period, with what the ledger says of each."""

from sqlalchemy import select, tuple_
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.exporting.names import customers_named
from fsm_portal.flows.exporting.piece import ROWS, Asked, Export, Piece, Place
from fsm_portal.flows.invoices.invoice_view import amount_due, standings, status_view
from fsm_portal.gateways.csv_text import amount_cell, day_cell

_invoice = table_of(Invoice)


class Invoices(Export):
    """By day of issue; drafts are none yet. ``paid`` is what the company has of it now."""

    def headings(self, asked: Asked) -> list[str]:
        return [
            *("number", "customer", "customer_reference", "issue_date", "due_date", "status"),
            *("currency", "subtotal", "tax", "total", "paid", "refunded", "credited", "due"),
        ]

    def piece(self, session: Session, company: Company, asked: Asked, place: Place) -> Piece:
        wanted = (
            select(Invoice)
            .where(
                _invoice.c.company_id == company.id,
                _invoice.c.issued_at.is_not(None),
                _invoice.c.issue_date.between(asked.first, asked.last),
            )
            .order_by(_invoice.c.issue_date, _invoice.c.number)
            .limit(ROWS)
        )
        if place is not None:
            wanted = wanted.where(tuple_(_invoice.c.issue_date, _invoice.c.number) > place)
        found = list(session.scalars(wanted))
        standing = standings(session, company, found)
        customers = customers_named(session, company.id, (one.customer_id for one in found))
        rows = []
        for one in found:
            stands, customer = standing[one.id], customers[one.customer_id]
            balance = stands.balance
            due = 0 if one.voided_at else amount_due(one, balance)
            money = (
                *(one.subtotal, one.tax, one.total, balance.paid),
                *(balance.refunded, balance.credited, due),
            )
            rows.append(
                [
                    *(one.number, customer.name, customer.reference or ""),
                    *(day_cell(one.issue_date), day_cell(one.due_date)),
                    *(status_view(stands.status).code, one.currency),
                    *(amount_cell(each, one.currency) for each in money),
                ]
            )
        session.expunge_all()
        last = (found[-1].issue_date, found[-1].number) if len(found) == ROWS else None
        return Piece(rows, last)
