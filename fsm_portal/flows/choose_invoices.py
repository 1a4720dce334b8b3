"""Invoices chosen on a customer's home, to be paid together: what they come to, in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from fsm_portal.db import reading
from fsm_portal.flows.bill import MOST_INVOICES
from fsm_portal.flows.home_rows import home_rows
from fsm_portal.flows.identity import Scope
from fsm_portal.gateways import formats


@dataclass(frozen=True)
class ChoiceView:
    """``offered``: there are several that can be chosen. ``label`` is the button's, empty while
    nothing can be paid; then ``words`` say why or what to do."""

    offered: bool = False
    chosen: int = 0
    label: str = ""
    words: str = ""


NO_CHOICE = ChoiceView()


def choice_view(
    to_pay: Sequence[Row[*tuple[Any, ...]]], chosen: Collection[str], locale: str
) -> ChoiceView:
    """``to_pay`` are the open invoices shown, ``chosen`` ids that the customer ticked."""
    payable = [row for row in to_pay if not row.processing]
    ticked = [row for row in payable if row.id in chosen]
    currencies = {row.currency for row in ticked}
    offered = len(payable) > 1
    if not ticked:
        return ChoiceView(offered, words="Tick invoices to pay them in one payment.")
    if len(currencies) > 1:
        return ChoiceView(
            offered, len(ticked), words="These are in different currencies: choose one currency."
        )
    amount = formats.money(sum(int(row.due) for row in ticked), currencies.pop(), locale)
    what = ticked[0].number if len(ticked) == 1 else f"{len(ticked)} invoices"
    return ChoiceView(offered, len(ticked), label=f"Pay {what}, {amount}")


def still_payable(scope: Scope, chosen: Collection[str]) -> list[str]:
    """Those of ``chosen`` that are still to be paid; one may have been settled since."""
    with reading() as session:
        to_pay, _ = home_rows(session, scope, MOST_INVOICES)
    return [row.id for row in to_pay if row.id in chosen and not row.processing]
