"""On the home: ticks before invoices that can be paid, and the button that pays them together."""

from typing import Any

import reflex as rx

from fsm_portal.portal.arrival_news import on_its_way
from fsm_portal.portal.not_paid import not_paid
from fsm_portal.ui.button import button
from fsm_portal.ui.prompt import prompt
from fsm_portal.ui.tick import tick


def tick_to_pay(page: Any, row: Any) -> rx.Component:
    """``page`` is the State of the home, which imports this file; nothing where there is no
    paying."""
    return rx.cond(
        row.payable,
        tick(
            "Pay " + row.number.to(str),
            ticked=row.chosen,
            on_change=page.choose(row.id),
        ),
    )


def pay_together(page: Any) -> rx.Component:
    """``page`` is the State of the home."""
    choice = page.view.choice
    return rx.fragment(
        rx.cond(
            choice.offered & ~on_its_way(page),
            rx.el.div(
                rx.cond(
                    choice.label != "",
                    _pay_button(page, choice.label, page.pay),
                    rx.cond(
                        choice.all_label != "", _pay_button(page, choice.all_label, page.pay_all)
                    ),
                ),
                rx.el.p(choice.words, class_name="mr-auto text-muted empty:hidden"),
                # The button is first on a phone, and at the right of a desk.
                class_name="flex flex-wrap items-center gap-3 px-5 py-4 sm:flex-row-reverse",
            ),
        ),
        not_paid(page, "px-5 pb-4"),
    )


def _pay_button(page: Any, label: Any, on_click: Any) -> rx.Component:
    return rx.el.div(
        prompt(
            button(label, icon="lock", wide=True, loading=page.opening, on_click=on_click),
            waiting=page.opening,
            answer=page.problem,
        ),
        # Not the element of the other button: the browser would keep the focus on what it was.
        key=label,
        class_name="max-sm:w-full max-sm:*:w-full",
    )
