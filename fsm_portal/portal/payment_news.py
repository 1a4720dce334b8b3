"""How the payment stands: what the reader came back to find out, and sees change by itself.

It never claims more than the ledger: "Payment received" is said when the invoice is paid there.
"""

from typing import Any

import reflex as rx

from fsm_portal.portal.arrival_news import arrival_news, bank_payment
from fsm_portal.ui.notice import notice


def payment_news(page: Any) -> rx.Component:
    """``page`` is the State of the invoice's page.

    Always on the page and never hidden, even when empty: only then is its news read out.
    """
    view = page.view
    return rx.el.div(
        rx.cond(view.status.disputed, _with_the_bank(), _standing(page)),
        role="status",
        aria_live="polite",
    )


def _with_the_bank() -> rx.Component:
    return notice(
        "Your bank is looking into a payment",
        "You or your bank asked for it to be checked. There is nothing to pay here until your "
        "bank has decided; questions about it are best put to your bank.",
        tone="quiet",
    )


def _standing(page: Any) -> rx.Component:
    view, confirming = page.view, page.confirming
    return rx.match(
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
            "refunded",
            notice(
                "Refunded",
                "What you paid on this invoice went back to you. There is nothing to pay.",
                tone="quiet",
            ),
        ),
        (
            "partially_refunded",
            notice(
                "Paid, and refunded in part",
                "Part of what you paid went back to you. There is nothing left to pay.",
                tone="good",
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
        arrival_news(page, _otherwise(view)),
    )


def _otherwise(view: Any) -> rx.Component:
    return rx.cond(
        view.status.processing,
        bank_payment(),
        rx.cond(
            view.cannot_pay != "",
            notice("Not payable online", view.cannot_pay, tone="quiet"),
        ),
    )
