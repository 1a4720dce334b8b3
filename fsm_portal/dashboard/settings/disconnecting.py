"""The question before a Stripe account is let go of, with what is under way on it."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.settings.connecting import Connecting
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.values import if_any


def disconnect_dialog(view: Any, on_close: Any) -> rx.Component:
    """Once on a page. ``view`` is the pushed PaymentProcessingView, shown while ``asking``."""
    return dialog(
        rx.el.ul(
            rx.el.li(
                "Customers cannot pay online until an account is connected again. Invoices say "
                "whom to ask instead."
            ),
            rx.el.li("Payments so far stay here. Refunds wait until it is connected again."),
            if_any(
                view.pages,
                rx.el.li(view.pages, " a payment page open at this moment. It is closed."),
            ),
            if_any(
                view.payments,
                rx.el.li(
                    rx.el.strong("On the way to you: ", view.payments, ". "),
                    rx.cond(
                        view.by_consent,
                        "You will receive the money, but this portal will not hear of it: better "
                        "wait until it has arrived.",
                        "You receive it all the same, and it is recorded when it arrives.",
                    ),
                ),
            ),
            class_name="flex list-disc flex-col gap-2 pl-5",
        ),
        problem_line(Connecting.problem),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=on_close),
            button(
                "Disconnect Stripe",
                kind="danger",
                loading=Connecting.leaving,
                on_click=Connecting.disconnect,
            ),
        ),
        name="disconnecting",
        title="Disconnect Stripe?",
        shown=view.asking,
        on_close=on_close,
    )
