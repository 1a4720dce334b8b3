"""The customer's face: the company that sent the invoice, the ways around, and the page below."""

import reflex as rx

from fsm_portal.ui.frame import company_sign, frame, main
from fsm_portal.ui.navigation import IN_BAR, Place, bottom_bar, entry
from fsm_portal.ui.scheme_toggle import scheme_toggle
from fsm_portal.ui.sign_out import sign_out
from fsm_portal.ui.values import Node, Text

PLACES = (
    Place("Home", "/portal/", "home"),
    Place("Invoices", "/portal/invoices/", "invoice"),
    Place("Payment history", "/portal/payments/", "card", briefly="Payments"),
    Place("Service history", "/portal/jobs/", "wrench", briefly="Service"),
    Place("Statement", "/portal/statement/", "statement"),
    Place("Account", "/portal/account/", "person"),
)
# On a phone five fit under a thumb; the statement is one step from the payments.
_NOT_IN_BAR = "Statement"


def customer_shell(
    *children: Node,
    company: Text,
    here: str = "",
    color: Text = "",
    logo: Text = "",
    person: Text = "",
) -> rx.Component:
    """``company``, ``color`` and ``logo`` are the sender's; ``person`` is who is signed in;
    ``here`` is the name of the place that this page belongs to (see PLACES)."""
    return frame(
        rx.el.header(
            rx.el.div(
                company_sign(company, "Customer portal", logo),
                rx.el.div(
                    rx.el.span(person, class_name="mr-2 text-muted max-sm:hidden"),
                    scheme_toggle(),
                    sign_out(),
                    class_name="flex shrink-0 items-center print:hidden",
                ),
                class_name="flex min-h-16 items-center justify-between gap-3 px-4 py-2 sm:px-6",
            ),
            rx.el.nav(
                *[entry(place, here, "min-h-11 gap-2 rounded-lg px-3") for place in PLACES],
                aria_label="Main",
                class_name="flex gap-1 px-3 pb-2 max-lg:hidden print:hidden",
            ),
            class_name="border-b border-line bg-surface *:mx-auto *:max-w-[68rem]",
        ),
        main(
            *children,
            class_name="mx-auto w-full max-w-[68rem] px-4 py-6 pb-24 sm:px-6 sm:pt-10 lg:pb-12",
        ),
        bottom_bar(
            *[
                entry(place, here, IN_BAR, place.briefly)
                for place in PLACES
                if place.name != _NOT_IN_BAR
            ]
        ),
        color=color,
    )


def beside(wide: rx.Component, narrow: rx.Component) -> rx.Component:
    """A document and what to do about it: side by side on a desk; on a phone ``narrow`` (what
    there is to pay) comes first."""
    return rx.el.div(
        rx.el.div(wide, class_name="min-w-0 lg:order-1"),
        rx.el.div(narrow, class_name="flex min-w-0 flex-col gap-4 max-lg:order-first lg:order-2"),
        class_name="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]",
    )
