"""The customer's face, as an invoice to pay."""

import reflex as rx

from fsm_portal.ui.activity import ledger, ledger_entry
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.customer_shell import beside, customer_shell
from fsm_portal.ui.details import details
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import money_field
from fsm_portal.ui.figure import amount_due
from fsm_portal.ui.gallery.cast import CUSTOMER
from fsm_portal.ui.gallery.state import Gallery
from fsm_portal.ui.icon import icon
from fsm_portal.ui.line_items import line_items, sum_line, sum_total, totals
from fsm_portal.ui.title import page_title


def customer() -> rx.Component:
    return customer_shell(
        beside(_invoice(), rx.fragment(_pay(), _history())),
        _question(),
        company=Gallery.company,
        color=Gallery.color,
        person="Dana Reyes",
    )


def _invoice() -> rx.Component:
    return card(
        page_title("INV-0418", badge("partially_paid"), above="Invoice"),
        rx.el.div(
            details(("Billed to", CUSTOMER), ("Issued", "Sep 22, 2026"), ("Due", "Oct 22, 2026")),
            class_name="my-6",
        ),
        line_items(Gallery.lines),
        rx.el.div(
            totals(
                sum_line("Subtotal", "$2,723.00"),
                sum_line("Sales tax (8.25%)", "$224.65"),
                sum_total("Total", "$2,947.65"),
                sum_line("Paid so far", "$1,250.00"),
            ),
            class_name="mt-5",
        ),
        rx.el.div(
            link_button(
                "Download PDF",
                to="/favicon.svg",
                icon="download",
                kind="link",
                size="compact",
                document=True,
            ),
            class_name="-ml-3 mt-4",
        ),
    )


def _pay() -> rx.Component:
    return card(
        amount_due("Amount due", "$1,697.65", "Due Oct 22, 2026"),
        rx.el.div(
            button("Pay now", size="large", icon="lock", wide=True, on_click=Gallery.send),
            button(
                "Pay a different amount",
                kind="secondary",
                size="large",
                wide=True,
                on_click=Gallery.ask,
            ),
            class_name="mt-5 flex flex-col gap-3",
        ),
        rx.el.p(
            icon("shield", "size-4"),
            "Secured by Stripe. We never see your card.",
            class_name="mt-4 flex items-center gap-2 text-xs text-muted",
        ),
    )


def _history() -> rx.Component:
    return titled_card(
        "Payment history",
        ledger(
            Gallery.payments,
            lambda paid: ledger_entry(
                paid.title,
                paid.amount,
                paid.note,
                badge=rx.cond(paid.status == "pending", badge("pending")),
                key=paid.id,
            ),
        ),
    )


def _question() -> rx.Component:
    return dialog(
        rx.el.form(
            money_field(
                "Amount in USD",
                name="amount",
                default_value="500.00",
                error=Gallery.problem,
                hint="At least $0.50.",
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=Gallery.stop_asking),
                button("Continue", type="submit"),
            ),
            on_submit=Gallery.answer,
        ),
        name="other-amount",
        title="Pay a different amount",
        text="The rest stays open until the due date.",
        shown=Gallery.asking,
        on_close=Gallery.stop_asking,
    )
