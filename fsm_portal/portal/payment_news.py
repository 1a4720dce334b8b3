"""How the payment stands: what the reader came back to find out, and sees change by itself.

It never claims more than the ledger: "Payment received" is said when the invoice is paid there.
"""

from typing import Any

import reflex as rx

from fsm_portal.flows.confirm_checkout import Confirmation
from fsm_portal.ui.button import button
from fsm_portal.ui.notice import notice


def payment_news(page: Any) -> rx.Component:
    """``page`` is the State of the invoice's page.

    Always on the page and never hidden, even when empty: only then is its news read out.
    """
    view, confirming = page.view, page.confirming
    return rx.el.div(
        rx.match(
            view.status.code,
            (
                "paid",
                rx.cond(
                    confirming != "",
                    notice(
                        "Payment received",
                        "Thank you! Your receipt is on its way by email.",
                        tone="good",
                    ),
                    notice("Paid in full", "Thank you! There is nothing left to pay.", tone="good"),
                ),
            ),
            (
                "void",
                notice(
                    "This invoice is void",
                    "It has been withdrawn: there is nothing to pay.",
                    tone="quiet",
                ),
            ),
            _under_way(page),
        ),
        role="status",
        aria_live="polite",
    )


def _under_way(page: Any) -> rx.Component:
    view = page.view
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
                "Stripe does not answer at the moment. If you have paid, please do not pay again: "
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
                "Stripe has it, and it will be on this invoice shortly. Please do not pay again.",
            ),
        ),
        (Confirmation.PROCESSING.value, _bank_payment()),
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
            _bank_payment(),
            rx.cond(
                view.cannot_pay != "",
                notice("Not payable online", view.cannot_pay, tone="quiet"),
            ),
        ),
    )


def _bank_payment() -> rx.Component:
    return notice(
        "Bank payment on its way",
        "It takes a few days to arrive. There is nothing more to do.",
    )
