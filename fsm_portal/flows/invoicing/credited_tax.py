"""What of a credit is tax, by rate: in proportion for an amount, by their own rates for lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from fsm_portal.domain.credit_note import CreditNote, CreditNoteTax
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceTax
from fsm_portal.domain.invoice_total import tax_on
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry
from fsm_portal.domain.money import round_half_up, split

_entry = table_of(LedgerEntry)
_tax = table_of(InvoiceTax)
_note = table_of(CreditNote)
_noted_tax = table_of(CreditNoteTax)
_NET = ""


@dataclass(frozen=True)
class Part:
    """Of one rate: ``amount`` of tax on ``base``; minor units, positive."""

    tax_rate_id: str
    name: str
    rate_ppm: int
    base: int
    amount: int


class StillCharged:
    """Net and each rate's tax of an invoice, less what was credited of them."""

    def __init__(self, connection: Connection, invoice: Invoice) -> None:
        self._connection, self._invoice = connection, invoice
        self._rows: Sequence[Row[Any]] = connection.execute(
            select(_tax).where(
                _tax.c.company_id == invoice.company_id, _tax.c.invoice_id == invoice.id
            )
        ).all()
        charged = {_NET: invoice.subtotal} | {row.tax_rate_id: row.amount for row in self._rows}
        self._left = self._less_credited(charged)

    @property
    def net(self) -> int:
        """What is charged before tax."""
        return self._left[_NET]

    def of_amount(self, amount: int) -> list[Part]:
        """What of ``amount``, with tax, is tax. The last credit takes exactly what is left."""
        shares = dict(zip(self._left, split(amount, list(self._left.values())), strict=True))
        return [
            Part(
                row.tax_rate_id,
                row.name,
                row.rate_ppm,
                round_half_up(Decimal(row.base * shares[row.tax_rate_id]) / row.amount),
                shares[row.tax_rate_id],
            )
            for row in self._rows
            if shares[row.tax_rate_id]
        ]

    def of_lines(self, nets: Mapping[str | None, int]) -> list[Part]:
        """The tax that goes back with lines that come to ``nets``, by rate, before tax.

        Rounded once for each rate; the last of what a rate was taken of takes all that is left.
        """
        bases = self.bases()
        parts = []
        for row in self._rows:
            net = nets.get(row.tax_rate_id, 0)
            left = self._left[row.tax_rate_id]
            tax = left if net >= bases[row.tax_rate_id] else min(tax_on(net, row.rate_ppm), left)
            if net and tax > 0:
                parts.append(Part(row.tax_rate_id, row.name, row.rate_ppm, net, tax))
        return parts

    def bases(self) -> dict[str | None, int]:
        """What each rate is still taken of, and under None what is not taxed; minor units."""
        rows = self._connection.execute(
            select(_noted_tax.c.tax_rate_id, _noted_tax.c.base)
            .join(
                _note,
                (_note.c.company_id == _noted_tax.c.company_id)
                & (_note.c.id == _noted_tax.c.credit_note_id),
            )
            .where(
                _note.c.company_id == self._invoice.company_id,
                _note.c.invoice_id == self._invoice.id,
                _note.c.undone_at.is_(None),
            )
        ).all()
        left: dict[str | None, int] = {row.tax_rate_id: row.base for row in self._rows}
        for rate_id, base in rows:
            left[rate_id] = max(left.get(rate_id, 0) - base, 0)
        left[None] = max(self.net - sum(left.values()), 0)
        return left

    def _less_credited(self, charged: Mapping[str, int]) -> dict[str, int]:
        """Nothing is charged less than nothing."""
        left = dict(charged)
        rows = self._connection.execute(
            select(_entry.c.debit, _entry.c.credit, _entry.c.part, _entry.c.amount).where(
                _entry.c.company_id == self._invoice.company_id,
                _entry.c.invoice_id == self._invoice.id,
                _entry.c.kind.in_((Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)),
            )
        )
        for debit, credit, part, amount in rows:
            is_tax = Account.TAX in (debit, credit)
            signed = int(amount) if credit == Account.RECEIVABLE else -int(amount)
            left[part if is_tax else _NET] -= signed
        return {each: max(amount, 0) for each, amount in left.items()}
