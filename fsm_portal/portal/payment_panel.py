"""What there is to pay, and what has been paid."""

from typing import Any

import reflex as rx

from fsm_portal.portal.amount_choice import amount_choice
from fsm_portal.portal.arrival_news import on_its_way
from fsm_portal.portal.not_paid import not_paid
from fsm_portal.portal.payment_news import payment_news
from fsm_portal.portal.phone_qr import phone_qr
from fsm_portal.ui.activity import ledger, ledger_entry
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.figure import amount_due
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import document_link
from fsm_portal.ui.prompt import prompt
from fsm_portal.ui.values import if_any


def payment_panel(page: Any) -> rx.Component:
    """``page`` is the State of the invoice's page, which imports this file."""
    view = page.view
    return rx.fragment(
        card(
            payment_news(page),
            rx.cond((view.status.code != "void") & ~view.status.disputed, _due(view)),
            rx.cond(view.may_pay & ~on_its_way(page), _pay(page)),
            not_paid(page, "mt-4"),
        ),
        phone_qr(page),
        if_any(view.credit, _credit(view)),
        rx.cond(
            view.payments.length() > 0,
            titled_card("Payments and refunds", ledger(view.payments, _payment)),
        ),
    )


def _credit(view: rx.Var) -> rx.Component:
    return titled_card(
        "Your credit",
        rx.el.p(
            view.company.name,
            " holds ",
            rx.el.span(view.credit, class_name="font-medium tabular-nums"),
            " of yours that is on no invoice. Ask them to put it to one.",
            class_name="text-pretty",
        ),
    )


def _due(view: rx.Var) -> rx.Component:
    tone = rx.cond(view.status.overdue, "font-medium text-bad", "text-muted")
    return rx.el.div(
        amount_due("Amount due", view.sums.due),
        rx.cond(
            ~view.status.settled & ~view.status.disputed,
            rx.el.p(view.due_words, class_name=rx.Var.create(f"mt-1 {tone}")),
        ),
        if_any(
            view.pay.deposit,
            rx.el.p(
                "A deposit of ",
                rx.el.span(view.pay.deposit_words, class_name="font-medium text-ink tabular-nums"),
                " is asked for first, the rest of ",
                rx.el.span(view.pay.rest_words, class_name="tabular-nums"),
                " afterwards.",
                class_name="mt-3 text-muted text-pretty",
            ),
        ),
        # Room to the news above, where there is any.
        class_name="[:not(:empty)+&]:mt-5",
    )


def _pay(page: Any) -> rx.Component:
    return rx.el.form(
        amount_choice(page.view),
        prompt(
            button(
                "Pay now", type="submit", size="large", icon="lock", wide=True, loading=page.opening
            ),
            waiting=page.opening,
            answer=page.problem,
        ),
        rx.el.p(
            icon("shield", "size-4"),
            "Card details go to Stripe, never to us.",
            class_name="mt-4 flex items-center gap-2 text-xs text-muted",
        ),
        on_submit=page.pay,
        no_validate=True,
        class_name="mt-5",
    )


def _payment(paid: rx.Var) -> rx.Component:
    return ledger_entry(
        paid.title,
        rx.cond(paid.kind == "failed_refund", "", paid.amount),
        rx.fragment(
            rx.cond(paid.kind == "failed_refund", paid.amount + " · " + paid.note, paid.note),
            if_any(
                paid.receipt_url,
                rx.fragment(
                    " · ",
                    document_link(
                        rx.cond(paid.kind == "credit_note", "PDF", "Receipt"),
                        href=paid.receipt_url,
                        target="_blank",
                    ),
                ),
            ),
        ),
        badge=rx.cond(paid.kind == "reversed", badge("quiet", "Reversed"), rx.fragment()),
        key=paid.id,
    )
