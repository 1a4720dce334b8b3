"""The customer's face: a top bar with the company that sent the invoice, and the page below."""

import reflex as rx

from fsm_portal.ui.frame import company_sign, frame, main
from fsm_portal.ui.scheme_toggle import scheme_toggle
from fsm_portal.ui.sign_out import sign_out
from fsm_portal.ui.values import Node, Text


def customer_shell(
    *children: Node, company: Text, color: Text = "", logo: Text = "", person: Text = ""
) -> rx.Component:
    """``company``, ``color`` and ``logo`` are the sender's; ``person`` is who is signed in."""
    return frame(
        rx.el.header(
            company_sign(company, "Customer portal", logo),
            rx.el.div(
                rx.el.span(person, class_name="mr-2 text-muted max-sm:hidden"),
                scheme_toggle(),
                sign_out(),
                class_name="flex shrink-0 items-center",
            ),
            class_name="flex min-h-16 items-center justify-between gap-3 border-b "
            "border-line bg-surface px-4 py-2 sm:px-6",
        ),
        main(*children, class_name="mx-auto w-full max-w-[62rem] px-4 py-6 sm:py-10"),
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
