"""What a home shows besides invoices, at a glance: who comes next, what was paid lately."""

from typing import Any

import reflex as rx

from fsm_portal.ui.activity import ledger, ledger_entry
from fsm_portal.ui.badge import badge
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import PLAIN, document_link, link

# A link beside a heading, as large as a finger.
BESIDE_HEADING = f"{PLAIN} -my-3 inline-flex min-h-11 items-center"


def next_visit(visit: Any) -> rx.Component:
    """``visit`` is a var of a NextVisit."""
    return card(
        rx.el.div(
            icon("wrench"),
            rx.el.div(
                rx.el.h2("Next visit", class_name="text-muted"),
                rx.el.p(visit.when, class_name="mt-0.5 text-base font-semibold"),
                rx.el.p(visit.title, class_name="mt-0.5 text-muted wrap-anywhere"),
                class_name="min-w-0 grow",
            ),
            link("Service history", to="/portal/jobs/", class_name=BESIDE_HEADING),
            class_name="flex flex-wrap items-start gap-x-4 gap-y-2",
        ),
    )


def last_payments(payments: rx.Var[Any]) -> rx.Component:
    """``payments`` is a var of a tuple of LastPayment."""
    return titled_card(
        "Last payments",
        ledger(
            payments,
            lambda one: ledger_entry(
                one.title,
                one.amount,
                rx.fragment(
                    one.day,
                    " · ",
                    document_link(
                        "Receipt",
                        rx.el.span(" of ", one.amount, ", ", one.day, class_name="sr-only"),
                        href=one.receipt_url,
                        target="_blank",
                        class_name=f"{PLAIN} -my-3 inline-block py-3",
                    ),
                ),
                badge=rx.cond(one.undone, badge("quiet", "Reversed")),
                key=one.id,
            ),
        ),
        action=link("Payment history", to="/portal/payments/", class_name=BESIDE_HEADING),
    )
