"""Back from Stripe's page: what is known of the payment. Never more than the ledger has."""

from typing import Any

import reflex as rx

from fsm_portal.flows.paying.confirm_checkout import Confirmation
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.notice import notice
from fsm_portal.ui.values import Text, if_any


def on_its_way(page: Any) -> rx.Var[bool]:
    """Money may be under way: no button that asks for it again."""
    confirming = page.confirming
    return (confirming != "") & (confirming != "open") & (page.view.arrived == "")


def arrival_news(page: Any, otherwise: Any) -> rx.Component:
    """How far a payment is that the reader comes back from; ``otherwise`` on any other visit.

    ``page`` is a State with Confirming, whose view says what has ``arrived``.
    """
    return rx.cond(
        page.view.arrived != "",
        received(page.view.arrived.to(str) + " received", page.view.arrived_receipt),
        _under_way(page, otherwise),
    )


def received(title: Text, receipt: rx.Var[str]) -> rx.Component:
    """Thanks for a payment that is on the books. ``receipt`` is where its PDF is."""
    return notice(
        title,
        "Thank you! Your receipt is on its way by email.",
        tone="good",
        action=if_any(
            receipt,
            rx.el.div(
                link_button(
                    "Receipt (PDF)",
                    to=receipt,
                    icon="download",
                    size="compact",
                    document=True,
                    target="_blank",
                ),
                class_name="w-full pl-8",
            ),
        ),
    )


def _under_way(page: Any, otherwise: Any) -> rx.Component:
    return rx.match(
        page.confirming,
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
                "Not confirmed yet",
                "Stripe cannot be asked at the moment. If you have paid, please do not pay again: "
                "this page changes by itself as soon as the payment is known.",
                tone="warn",
                action=rx.el.div(
                    button("Check again", kind="secondary", size="compact", on_click=page.confirm),
                    class_name="w-full pl-8",
                ),
            ),
        ),
        (
            Confirmation.PAID.value,
            notice(
                "Your payment is being checked",
                "Stripe has it, and it shows here once it has been checked. Please do not pay "
                "again.",
            ),
        ),
        (
            Confirmation.PROCESSING.value,
            notice(
                "Bank payment on its way",
                "It takes a few days to arrive. There is nothing more to do.",
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
        otherwise,
    )
