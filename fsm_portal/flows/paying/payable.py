"""How much of an invoice can be paid by card: all of it, its deposit first, or a part."""

from dataclasses import dataclass

from fsm_portal.domain.balances import InvoiceBalance
from fsm_portal.domain.card_limits import CardLimits
from fsm_portal.domain.company import Company
from fsm_portal.domain.deposit import deposit_left
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.money import parse_amount, to_decimal
from fsm_portal.flows.paying.cannot_pay import CannotPay, too_little
from fsm_portal.gateways import formats
from fsm_portal.gateways.formats import typed_point
from fsm_portal.gateways.stripe_amounts import card_limits, takes_currency


@dataclass(frozen=True)
class Payable:
    """Minor units of ``currency``. ``deposit`` is what is asked for first, 0 where nothing is.

    ``in_parts``: whether the customer may choose an amount.
    """

    currency: str
    locale: str
    due: int
    deposit: int
    in_parts: bool
    limits: CardLimits

    @property
    def offered(self) -> int:
        """What Pay proposes: the deposit, else all that one card payment can be."""
        if self.deposit:
            return self.deposit
        if not self.in_parts or self.due <= self.limits.most:
            return self.due
        return min(self.limits.most, self.due - self.limits.least)

    def words(self, amount: int) -> str:
        """``amount`` for a reader."""
        return formats.money(amount, self.currency, self.locale)

    def plain(self, amount: int) -> str:
        """``amount`` as it is typed: digits, and the reader's own decimal sign."""
        return str(to_decimal(amount, self.currency)).replace(".", self.point)

    @property
    def point(self) -> str:
        """The decimal sign on the reader's keypad."""
        return typed_point(self.locale)


def payable_of(company: Company, invoice: Invoice, balance: InvoiceBalance, locale: str) -> Payable:
    """What can be paid of ``invoice`` as the ledger stands, in the words of ``locale``."""
    allowed = invoice.partial_payments
    limits = card_limits(invoice.currency)
    return Payable(
        invoice.currency,
        locale,
        due=max(balance.due, 0),
        deposit=deposit_left(invoice.deposit, balance),
        # Of less than twice the least there is no part that leaves enough.
        in_parts=(company.partial_payments if allowed is None else allowed)
        and balance.due >= 2 * limits.least,
        limits=limits,
    )


def amount_to_pay(payable: Payable, typed: object = None) -> int:
    """What the customer ``typed`` as minor units; without anything typed what is proposed.

    Raises CannotPay, with a sentence that says what to do, for whatever cannot be paid by card.
    """
    if payable.due < payable.limits.least:
        raise too_little()
    amount = payable.offered if typed is None else _parsed(typed, payable)
    _within_what_is_asked(amount, payable)
    check_card_amount(amount, payable)
    _leaves_enough(amount, payable)
    return amount


def why_no_card(payable: Payable) -> str:
    """Why nothing of it can be paid by card, whatever one chooses; empty where something can."""
    if takes_currency(payable.currency) and (payable.in_parts or payable.deposit):
        return ""
    try:
        amount_to_pay(payable)
    except CannotPay as refusal:
        return str(refusal)
    return ""


def check_card_amount(amount: int, payable: Payable) -> None:
    """Raises CannotPay for what no single card payment can be."""
    limits = payable.limits
    if not takes_currency(payable.currency):
        raise CannotPay(f"Cards cannot be charged in {payable.currency}. Please contact us.")
    if amount < limits.least:
        raise CannotPay(f"A card payment is at least {payable.words(limits.least)}.")
    if amount > limits.most and payable.in_parts:
        raise CannotPay(
            f"One card payment can be {payable.words(limits.most)} at most. Pay a part of it "
            "first, then the rest."
        )
    if amount > limits.most:
        raise CannotPay("This amount is too large for one card payment. Please contact us.")
    if amount % limits.step:
        raise CannotPay(
            f"Cards cannot be charged {payable.plain(amount)} {payable.currency} to the last "
            "digit. Please contact us."
        )


def _parsed(typed: object, payable: Payable) -> int:
    if not isinstance(typed, str):
        raise CannotPay("Enter an amount such as 120.50, digits and a decimal point only.")
    try:
        return parse_amount(_with_a_point(typed, payable), payable.currency, point=payable.point)
    except ValueError as error:
        raise CannotPay(str(error)) from error


def _with_a_point(typed: str, payable: Payable) -> str:
    """What was typed, with a decimal point where the reader's own sign is a comma.

    Raises CannotPay for "1.234", which is a thousand to one and a bit more than one to another.
    """
    if payable.point != ",":
        return typed
    whole, comma, fraction = typed.strip().rpartition(",")
    if comma and "." not in fraction:
        return f"{whole.replace('.', ',')}.{fraction}"
    head, _, tail = typed.strip().rpartition(".")
    if head and len(tail) == 3:
        raise CannotPay("Enter an amount such as 120,50: a comma before the decimals, no dots.")
    return typed


def _within_what_is_asked(amount: int, payable: Payable) -> None:
    due, deposit = payable.words(payable.due), payable.words(payable.deposit)
    if amount > payable.due:
        raise CannotPay(f"That is more than is due: pay {due} at most.")
    if amount == payable.due or amount == payable.deposit:
        return
    if not payable.in_parts:
        raise CannotPay(
            f"Pay the deposit of {deposit}, or all {due}."
            if payable.deposit
            else f"This invoice is paid in one payment, of {due}."
        )
    if amount < payable.deposit <= payable.limits.most:
        raise CannotPay(f"The deposit comes first: pay {deposit} or more.")


def _leaves_enough(amount: int, payable: Payable) -> None:
    left, least = payable.due - amount, payable.words(payable.limits.least)
    if 0 < left < payable.limits.least:
        raise CannotPay(
            f"That would leave {payable.words(left)}, less than a card payment can be. "
            f"Pay all {payable.words(payable.due)}, or leave at least {least}."
        )
