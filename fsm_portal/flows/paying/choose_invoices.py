"""Invoices chosen on a customer's home, to be paid together: what they come to, in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from fsm_portal.db import reading
from fsm_portal.flows.home.home_rows import home_rows
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.paying.bill import MOST_INVOICES
from fsm_portal.gateways import formats
from fsm_portal.gateways.stripe_amounts import takes_currency


@dataclass(frozen=True)
class ChoiceView:
    """``offered``: there are several that can be paid together.

    ``label`` is the button's for what is ticked, ``all_label`` that for all of them while nothing
    is; each empty where there is no such button. ``words`` say why, or what else can be done.
    """

    offered: bool = False
    chosen: int = 0
    label: str = ""
    all_label: str = ""
    words: str = ""


NO_CHOICE = ChoiceView()


def choice_view(
    to_pay: Sequence[Row[*tuple[Any, ...]]], chosen: Collection[str], locale: str
) -> ChoiceView:
    """``to_pay`` are the open invoices shown, ``chosen`` ids that the customer ticked."""
    payable = [row for row in to_pay if can_be_paid(row)]
    ticked = [row for row in payable if row.id in chosen]
    offered = len(payable) > 1
    if not ticked:
        return _all_or_some(payable, locale) if offered else ChoiceView()
    if len({row.currency for row in ticked}) > 1:
        return ChoiceView(
            offered, len(ticked), words="These are in different currencies: choose one currency."
        )
    what = ticked[0].number if len(ticked) == 1 else f"{len(ticked)} invoices"
    return ChoiceView(offered, len(ticked), label=f"Pay {what}, {_together(ticked, locale)}")


def _all_or_some(payable: Sequence[Row[*tuple[Any, ...]]], locale: str) -> ChoiceView:
    if len({row.currency for row in payable}) > 1:
        return ChoiceView(True, words="Tick invoices of one currency to pay them in one payment.")
    which = "the first" if len(payable) == MOST_INVOICES else "all"
    return ChoiceView(
        True,
        all_label=f"Pay {which} {len(payable)} invoices, {_together(payable, locale)}",
        words="Or tick those that you want to pay now.",
    )


def _together(rows: Sequence[Row[*tuple[Any, ...]]], locale: str) -> str:
    return formats.money(sum(int(row.due) for row in rows), rows[0].currency, locale)


def still_payable(scope: Scope, chosen: Collection[str]) -> list[str]:
    """Those of ``chosen`` that are still to be paid; one may have been settled since."""
    return [invoice_id for invoice_id in all_payable(scope) if invoice_id in chosen]


def all_payable(scope: Scope) -> list[str]:
    """What there is to pay now, the most urgent first: as many as go into one payment."""
    with reading() as session:
        to_pay, _ = home_rows(session, scope, MOST_INVOICES, settled=0)
    return [row.id for row in to_pay if can_be_paid(row)]


def can_be_paid(row: Row[*tuple[Any, ...]]) -> bool:
    """Whether a row of what is to pay can be paid by card now."""
    return not row.processing and takes_currency(row.currency)
