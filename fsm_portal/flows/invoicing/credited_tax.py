"""What of a credit is tax, by rate: in proportion for an amount, by their own rates for lines."""

from collections.abc import Mapping

from sqlalchemy import Connection

from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_total import tax_on
from fsm_portal.domain.taken_back import Charge, summed, taken_back
from fsm_portal.flows.invoicing.taxes_of_notes import CreditedOf, Part


class StillCharged:
    """Net and each rate's tax of an invoice, less what its credit notes say of them."""

    def __init__(self, connection: Connection, invoice: Invoice) -> None:
        self._of = CreditedOf(connection, invoice)
        self._gone = summed(self._of.gone())
        gone = {each.tax_rate_id: each for each in self._gone}
        self._left = {
            each.tax_rate_id: _less(each, gone.get(each.tax_rate_id)) for each in self._of.charged
        }

    @property
    def net(self) -> int:
        """What is charged before tax."""
        return sum(each.base for each in self._left.values())

    def of_amount(self, amount: int) -> list[Part]:
        """What of ``amount``, with tax, is tax. The last credit takes exactly what is left."""
        # What is taken off at a rate is not charged anew with a part of the rest.
        charged = [
            Charge(one.tax_rate_id, max(one.base, 0), max(one.tax, 0)) for one in self._of.charged
        ]
        return self._of.parts(taken_back(amount, charged, self._gone))

    def of_lines(self, nets: Mapping[str | None, int]) -> list[Part]:
        """The tax that goes back with lines that come to ``nets``, by rate, before tax.

        Rounded once for each rate; the last of what a rate was taken of takes all that is left.
        """
        parts = []
        for row in self._of.rates:
            net, left = nets.get(row.tax_rate_id, 0), self._left[row.tax_rate_id]
            tax = left.tax if net >= left.base else min(tax_on(net, row.rate_ppm), left.tax)
            if net:
                parts.append(Part(row.tax_rate_id, row.name, row.rate_ppm, net, tax))
        return parts

    def bases(self) -> dict[str | None, int]:
        """What each rate is still taken of, and under None what is not taxed; minor units."""
        return {rate_id: left.base for rate_id, left in self._left.items()}


def _less(charged: Charge, gone: Charge | None) -> Charge:
    """Nothing is charged less than nothing."""
    base, tax = (gone.base, gone.tax) if gone else (0, 0)
    return Charge(charged.tax_rate_id, max(charged.base - base, 0), max(charged.tax - tax, 0))
