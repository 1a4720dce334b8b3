"""What a customer can choose when they pay an invoice: ready to show, amounts as typed."""

from dataclasses import dataclass

from fsm_portal.flows.paying.payable import Payable


@dataclass(frozen=True)
class PayView:
    """``offered`` and ``due`` are as one types them, the words as one reads them.

    ``in_parts``: an amount can be typed. ``deposit`` is empty where none is asked for now.
    """

    offered: str = ""
    due: str = ""
    due_words: str = ""
    in_parts: bool = False
    hint: str = ""
    deposit: str = ""
    deposit_words: str = ""
    rest_words: str = ""


NO_PAY = PayView()


def pay_view(payable: Payable) -> PayView:
    """What there is to choose of ``payable``."""
    deposit = payable.deposit
    return PayView(
        offered=payable.plain(payable.offered),
        due=payable.plain(payable.due),
        due_words=payable.words(payable.due),
        in_parts=payable.in_parts,
        hint=_hint(payable),
        deposit=payable.plain(deposit) if deposit else "",
        deposit_words=payable.words(deposit) if deposit else "",
        rest_words=payable.words(payable.due - deposit) if deposit else "",
    )


def _hint(payable: Payable) -> str:
    if payable.deposit:
        return f"At least the deposit of {payable.words(payable.deposit)}. You can pay more."
    most = min(payable.due, payable.limits.most)
    return f"All of it, or a part: {payable.words(most)} at most."
