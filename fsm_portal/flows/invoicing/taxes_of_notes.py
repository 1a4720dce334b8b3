"""What of each credit note on an invoice is tax, by rate (docs/decisions/0023).

A note that staff wrote says so itself. One that went with a refund is worth its part of what was
charged: what it takes back is read off the notes that counted when it was written. Those never
change, so neither does what it says; what is written or undone later is not looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from fsm_portal.domain.credit_note import CreditNote, CreditNoteTax
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceTax
from fsm_portal.domain.taken_back import Charge, taken_back
from fsm_portal.domain.tax_rate import place_in_list

_tax = table_of(InvoiceTax)
_note = table_of(CreditNote)
_noted = table_of(CreditNoteTax)

_RATES = select(_tax).where(
    _tax.c.company_id == bindparam("company_id"), _tax.c.invoice_id == bindparam("invoice")
)
# Notes of one invoice are written one after another, under its lock.
_NOTES = (
    select(_note.c.id, _note.c.total, _note.c.refund_id, _note.c.created_at, _note.c.undone_at)
    .where(
        _note.c.company_id == bindparam("company_id"), _note.c.invoice_id == bindparam("invoice")
    )
    .order_by(_note.c.created_at, _note.c.id)
)
_WRITTEN = (
    select(_noted.c.credit_note_id, _noted.c.tax_rate_id, _noted.c.base, _noted.c.amount)
    .join(
        _note,
        (_note.c.company_id == _noted.c.company_id) & (_note.c.id == _noted.c.credit_note_id),
    )
    .where(
        _note.c.company_id == bindparam("company_id"), _note.c.invoice_id == bindparam("invoice")
    )
)


@dataclass(frozen=True)
class Part:
    """Of one rate: ``amount`` of tax on ``base``; minor units, both as the note takes them back."""

    tax_rate_id: str
    name: str
    rate_ppm: int
    base: int
    amount: int


@dataclass(frozen=True)
class _Written:
    at: datetime
    undone_at: datetime | None
    charges: Sequence[Charge]

    def counted_at(self, moment: datetime | None) -> bool:
        """Whether it counted then; with None, whether it does now."""
        if self.undone_at is None:
            return True
        return moment is not None and self.undone_at > moment


class CreditedOf:
    """What an invoice charges, and what each of its credit notes takes back of it."""

    def __init__(self, connection: Connection, invoice: Invoice) -> None:
        key = {"company_id": invoice.company_id, "invoice": invoice.id}
        self.rates: Sequence[Row[Any]] = sorted(connection.execute(_RATES, key), key=place_in_list)
        untaxed = invoice.subtotal - sum(row.base for row in self.rates)
        self.charged = [
            Charge(None, untaxed),
            *(Charge(row.tax_rate_id, row.base, row.amount) for row in self.rates),
        ]
        said: dict[str, list[Charge]] = {}
        for row in connection.execute(_WRITTEN, key):
            said.setdefault(row.credit_note_id, []).append(
                Charge(row.tax_rate_id, row.base, row.amount)
            )
        self._notes: dict[str, _Written] = {}
        for note in connection.execute(_NOTES, key):
            parts = said.get(note.id, [])
            if note.refund_id is not None and not parts:
                charges = taken_back(note.total, self.charged, self.gone(note.created_at))
            else:
                net = note.total - sum(part.base + part.tax for part in parts)
                charges = [*parts, Charge(None, net)]
            self._notes[note.id] = _Written(note.created_at, note.undone_at, charges)

    def gone(self, moment: datetime | None = None) -> list[Charge]:
        """What notes take back that count now; or counted at ``moment``, of those read so far."""
        return [
            charge
            for note in self._notes.values()
            if note.counted_at(moment)
            for charge in note.charges
        ]

    def of_note(self, note_id: str) -> tuple[list[Part], int]:
        """By rate what a note takes back, and what of it is not taxed."""
        charges = self._notes[note_id].charges
        return self.parts(charges), sum(each.base for each in charges if each.tax_rate_id is None)

    def parts(self, charges: Iterable[Charge]) -> list[Part]:
        """The same with the names of the rates, in the order of the invoice's."""
        found = {each.tax_rate_id: each for each in charges}
        return [
            Part(row.tax_rate_id, row.name, row.rate_ppm, of.base, of.tax)
            for row in self.rates
            if (of := found.get(row.tax_rate_id)) is not None and (of.base or of.tax)
        ]
