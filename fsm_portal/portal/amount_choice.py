"""How much to pay, where there is a choice: any amount, or the deposit instead of all."""

from typing import Any

import reflex as rx

from fsm_portal.ui.as_typed import as_typed
from fsm_portal.ui.field import money_field


def amount_choice(view: Any) -> rx.Component:
    """Fields for the form around it, named ``amount``. ``view`` is a CustomerInvoiceView; for most
    there is nothing to choose."""
    pay = view.pay
    # What was typed counts no more once something else is due.
    under = view.id.to(str) + " " + pay.due.to(str)
    return rx.cond(
        pay.in_parts,
        as_typed(
            rx.el.div(
                money_field(
                    "Amount to pay", name="amount", default_value=pay.offered, hint=pay.hint
                ),
                key=pay.due,
                class_name="mb-4",
            ),
            under=under,
        ),
        rx.cond(pay.deposit != "", as_typed(_deposit_or_all(pay), under=under)),
    )


def _deposit_or_all(pay: Any) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("What to pay now", class_name="mb-1.5 font-medium"),
        rx.el.div(
            _choice("The deposit", pay.deposit, pay.deposit_words, ticked=True),
            _choice("All of it", pay.due, pay.due_words),
            class_name="divide-y divide-line rounded-lg border border-edge",
        ),
        key=pay.due,
        class_name="mb-4",
    )


def _choice(label: str, typed: Any, words: Any, *, ticked: bool = False) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="amount",
            value=typed,
            default_checked=ticked,
            class_name="size-5 shrink-0 accent-brand",
        ),
        rx.el.span(label, class_name="grow"),
        rx.el.span(words, class_name="font-medium tabular-nums"),
        class_name="flex min-h-11 items-center gap-3 px-3 py-2",
    )
