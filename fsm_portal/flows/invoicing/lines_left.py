"""What is left of each line of an invoice, after its discounts and what was credited of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax
from fsm_portal.domain.money import round_half_up, split

_line = table_of(InvoiceLine)
_tax = table_of(InvoiceTax)
_note = table_of(CreditNote)
_noted = table_of(CreditNoteLine)


@dataclass(frozen=True)
class LineLeft:
    """``quantity`` of ``of`` and ``net``, in minor units before tax, are still charged.

    ``price`` is what the whole line comes to, less its share of the discount on the whole.
    """

    position: int
    description: str
    quantity: Decimal
    of: Decimal
    net: int
    price: int
    tax_rate_id: str | None

    def comes_to(self, quantity: Decimal) -> int:
        """The price of ``quantity`` of it, minor units; the last of it is exactly what is left."""
        if quantity >= self.quantity:
            return self.net
        return min(round_half_up(Decimal(self.price) * quantity / self.of), self.net)


def lines_left(connection: Connection, invoice: Invoice) -> list[LineLeft]:
    """The lines of which something is still charged, in their order.

    A line that takes something off, or is free, has nothing to take back.
    """
    key = {"company_id": invoice.company_id, "invoice_id": invoice.id}
    rows = connection.execute(_of(_line, invoice).order_by(_line.c.position)).all()
    shares = _shares(invoice, rows, connection.execute(_of(_tax, invoice)).all())
    credited = _credited(connection, key)
    left = []
    for row in rows:
        price = row.amount - shares.get(row.position, 0)
        quantity, net = credited.get(row.position, (Decimal(0), 0))
        if row.quantity > 0 and price > net and row.quantity > quantity:
            left.append(
                LineLeft(
                    row.position,
                    row.description,
                    row.quantity - quantity,
                    row.quantity,
                    price - net,
                    price,
                    row.tax_rate_id,
                )
            )
    return left


def _of(table: Any, invoice: Invoice) -> Any:
    return select(table).where(
        table.c.company_id == invoice.company_id, table.c.invoice_id == invoice.id
    )


def _shares(
    invoice: Invoice, rows: Iterable[Row[Any]], taxes: Iterable[Row[Any]]
) -> Mapping[int, int]:
    """What each line has of the discount on the whole: of its rate's share, in proportion."""
    if not invoice.discount:
        return {}
    bases: dict[str | None, int] = {row.tax_rate_id: row.base for row in taxes}
    bases[None] = invoice.subtotal - sum(bases.values())
    by_rate: dict[str | None, list[Row[Any]]] = {}
    for row in rows:
        by_rate.setdefault(row.tax_rate_id, []).append(row)
    shares: dict[int, int] = {}
    for rate_id, lines in by_rate.items():
        taken_off = sum(line.amount for line in lines) - bases.get(rate_id, 0)
        weights = [max(line.amount, 0) for line in lines]
        if taken_off and sum(weights):
            parts = split(taken_off, weights)
            shares |= {line.position: part for line, part in zip(lines, parts, strict=True)}
    return shares


def _credited(connection: Connection, key: Mapping[str, str]) -> dict[int, tuple[Decimal, int]]:
    """Quantity and price that were taken back of each line, by notes that count."""
    rows = connection.execute(
        select(_noted.c.invoice_position, _noted.c.quantity, _noted.c.amount)
        .join(
            _note,
            (_note.c.company_id == _noted.c.company_id) & (_note.c.id == _noted.c.credit_note_id),
        )
        .where(
            _note.c.company_id == key["company_id"],
            _note.c.invoice_id == key["invoice_id"],
            _note.c.undone_at.is_(None),
            _noted.c.invoice_position.is_not(None),
        )
    )
    found: dict[int, tuple[Decimal, int]] = {}
    for position, quantity, amount in rows:
        before = found.get(position, (Decimal(0), 0))
        found[position] = before[0] + quantity, before[1] + amount
    return found
