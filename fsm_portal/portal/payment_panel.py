"""What there is to pay, and what has been paid."""

from typing import Any

import reflex as rx

from fsm_portal.flows.confirm_checkout import Confirmation
from fsm_portal.ui.activity import ledger, ledger_entry
from fsm_portal.ui.button import button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.figure import amount_due
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import document_link
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.values import if_any


def payment_panel(page: Any) -> rx.Component:
    """``page`` is the State of the invoice's page, which imports this file."""
    view = page.view
    settled = view.status.code == "paid"
    return rx.fragment(
        card(
            live_region(_news(page.confirming, settled, view), class_name="mb-5"),
            rx.cond(
                settled,
                amount_due("Amount due", view.sums.due, "Nothing left to pay"),
                amount_due("Amount due", view.sums.due, view.due_words),
            ),
            rx.cond(
                view.may_pay,
                rx.el.div(
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
                        "Secured by Stripe. We never see your card.",
                        class_name="mt-4 flex items-center gap-2 text-xs text-muted",
                    ),
                    class_name="mt-5",
                ),
            ),
            rx.el.div(
                if_any(page.problem, notice("Not paid", page.problem, tone="warn")),
                role="alert",
                class_name="mt-4 empty:hidden",
            ),
            if_any(
                view.cannot_pay,
                rx.el.div(
                    notice(view.cannot_pay, view.company_email, tone="quiet"),
                    class_name="mt-4",
                ),
            ),
        ),
        rx.cond(
            view.payments.length() > 0,
            titled_card("Payment history", ledger(view.payments, _payment)),
        ),
        titled_card(
            "Questions?",
            rx.el.p(
                "Ask ",
                view.company.name,
                ": ",
                document_link(view.company_email, href=f"mailto:{view.company_email}"),
                if_any(
                    view.company_phone,
                    rx.fragment(
                        " or ",
                        document_link(view.company_phone, href=f"tel:{view.company_phone}"),
                    ),
                ),
                class_name="text-muted wrap-anywhere",
            ),
        ),
    )


def _news(confirming: rx.Var, settled: rx.Var, view: rx.Var) -> rx.Component:
    """What the reader came back to find out. Never claims more than the ledger."""
    return rx.cond(
        settled,
        rx.cond(
            confirming != "",
            notice(
                "Payment received",
                "Thank you! Your receipt is on its way by email.",
                tone="good",
            ),
            notice("Paid in full", "Thank you!", tone="good"),
        ),
        rx.match(
            confirming,
            (
                Confirmation.WAITING.value,
                notice(
                    "Confirming your payment",
                    "This takes a moment. You can also close this page: nothing is lost.",
                    busy=True,
                ),
            ),
            (
                Confirmation.UNREACHABLE.value,
                notice(
                    "Your payment is being confirmed",
                    "Stripe cannot be asked at the moment. Please do not pay again: "
                    "this page will say so as soon as the payment is in.",
                    tone="warn",
                ),
            ),
            (
                Confirmation.PROCESSING.value,
                notice(
                    "Bank payment on its way",
                    "It takes a few days to arrive. There is nothing more to do.",
                    tone="info",
                ),
            ),
            (
                Confirmation.OPEN.value,
                notice(
                    "No payment was made",
                    "Stripe has no payment for this visit. You can pay whenever you are ready.",
                    tone="quiet",
                ),
            ),
            rx.cond(
                view.status.processing,
                notice(
                    "Bank payment on its way",
                    "It takes a few days to arrive. There is nothing more to do.",
                    tone="info",
                ),
                rx.fragment(),
            ),
        ),
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
