"""What there is to pay, and what has been paid."""

from typing import Any

import reflex as rx

from fsm_portal.portal.payment_news import payment_news
from fsm_portal.ui.activity import ledger, ledger_entry
from fsm_portal.ui.button import button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.figure import amount_due
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import document_link
from fsm_portal.ui.notice import notice
from fsm_portal.ui.values import if_any


def payment_panel(page: Any) -> rx.Component:
    """``page`` is the State of the invoice's page, which imports this file."""
    view = page.view
    return rx.fragment(
        card(
            payment_news(page),
            rx.cond(view.status.code != "void", _due(view)),
            rx.cond(view.may_pay & ~_on_its_way(page.confirming), _pay(page)),
            rx.el.div(
                if_any(
                    page.problem,
                    rx.el.div(notice("Not paid", page.problem, tone="warn"), class_name="mt-4"),
                ),
                role="alert",
            ),
        ),
        rx.cond(
            view.payments.length() > 0,
            titled_card("Payment history", ledger(view.payments, _payment)),
        ),
    )


def _due(view: rx.Var) -> rx.Component:
    tone = rx.cond(view.status.overdue, "font-medium text-bad", "text-muted")
    return rx.el.div(
        amount_due("Amount due", view.sums.due),
        rx.cond(
            view.status.code != "paid",
            rx.el.p(view.due_words, class_name=rx.Var.create(f"mt-1 {tone}")),
        ),
        # Room to the news above, where there is any.
        class_name="[:not(:empty)+&]:mt-5",
    )


def _on_its_way(confirming: rx.Var[str]) -> rx.Var[bool]:
    """Money may be under way: no button that asks for it again."""
    return (confirming != "") & (confirming != "open")


def _pay(page: Any) -> rx.Component:
    return rx.el.div(
        button(
            "Pay now",
            size="large",
            icon="lock",
            wide=True,
            loading=page.opening,
            on_click=page.pay,
        ),
        rx.el.p(
            icon("shield", "size-4"),
            "Card details go to Stripe, never to us.",
            class_name="mt-4 flex items-center gap-2 text-xs text-muted",
        ),
        class_name="mt-5",
    )


def _payment(paid: rx.Var) -> rx.Component:
    return ledger_entry(
        paid.title,
        paid.amount,
        rx.fragment(
            paid.note,
            " · ",
            document_link("Receipt", href=paid.receipt_url, target="_blank"),
        ),
        key=paid.id,
    )
