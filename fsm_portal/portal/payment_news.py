"""How the payment stands: what the reader came back to find out, and sees change by itself.

It never claims more than the ledger: "Payment received" is said when the invoice is paid there.
"""

from typing import Any

import reflex as rx

from fsm_portal.portal.arrival_news import arrival_news, received
from fsm_portal.ui.notice import Tone, live_region, notice

_TONES: tuple[Tone, ...] = ("good", "info", "warn")


def payment_news(page: Any) -> rx.Component:
    """``page`` is the State of the invoice's page.

    Always on the page and never hidden, even when empty: only then is its news read out.
    """
    view = page.view
    return live_region(
        rx.match(
            view.status.code,
            (
                "paid",
                rx.cond(
                    (page.confirming != "") & ~view.status.disputed,
                    received("Payment received", view.arrived_receipt),
                    _standing(view.news),
                ),
            ),
            ("refunded", _standing(view.news)),
            ("partially_refunded", _standing(view.news)),
            ("void", _standing(view.news)),
            rx.cond(
                view.status.disputed,
                _standing(view.news),
                arrival_news(page, _otherwise(view)),
            ),
        ),
    )


def _otherwise(view: Any) -> rx.Component:
    return rx.fragment(
        _standing(view.news),
        rx.cond(
            view.cannot_pay != "",
            rx.el.div(
                notice("Not payable online", view.cannot_pay, tone="quiet"),
                class_name="not-first:mt-3",
            ),
        ),
    )


def _standing(news: Any) -> rx.Component:
    """What the flow has to say; nothing where that is nothing."""
    return rx.cond(
        news.title != "",
        rx.match(
            news.tone,
            *[(tone, notice(news.title, news.text, tone=tone)) for tone in _TONES],
            notice(news.title, news.text, tone="quiet"),
        ),
    )
