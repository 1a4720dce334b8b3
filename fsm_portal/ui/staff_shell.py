"""The office's face: a sidebar at a desk, a bar under the thumb on a phone."""

import reflex as rx

from fsm_portal.ui.frame import company_sign, frame, main
from fsm_portal.ui.navigation import IN_BAR, Place, bottom_bar, entry
from fsm_portal.ui.scheme_toggle import scheme_toggle
from fsm_portal.ui.sign_out import sign_out
from fsm_portal.ui.values import Flag, Node, Text, either

PLACES = (
    Place("Overview", "/dashboard/", "overview"),
    Place("Invoices", "/dashboard/invoices/", "invoice"),
    Place("Payments", "/dashboard/payments/", "card"),
    Place("Reconciliation", "/dashboard/reconciliation/", "scales", of_money=True),
)


def staff_shell(
    *children: Node,
    here: str,
    company: Text,
    color: Text = "",
    logo: Text = "",
    person: Text = "",
    sees_money: Flag = True,
) -> rx.Component:
    """``here`` is the name of the place this page belongs to (see PLACES).

    Whoever has not ``sees_money`` is not shown the way to the places that are about nothing else.
    """
    return frame(
        _sidebar(here, company, logo, person, sees_money),
        _top_bar(company, logo),
        main(*children, class_name="flex min-w-0 flex-col gap-4 p-4 pb-24 lg:p-6 lg:pb-12"),
        bottom_bar(*_entries(here, IN_BAR, sees_money)),
        color=color,
        class_name="lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]",
    )


def _sidebar(here: str, company: Text, logo: Text, person: Text, sees_money: Flag) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.div(company_sign(company, logo=logo), class_name="px-1 py-1"),
            rx.el.nav(
                *_entries(here, "min-h-11 gap-3 rounded-lg px-3", sees_money),
                aria_label="Main",
                class_name="flex flex-col gap-1",
            ),
            _account(person),
            class_name="sticky top-0 flex h-dvh flex-col gap-6 p-4",
        ),
        class_name="border-r border-line bg-surface max-lg:hidden",
    )


def _account(person: Text) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(person, class_name="truncate font-medium"),
            scheme_toggle(),
            class_name="flex min-h-11 items-center justify-between gap-2 pl-3",
        ),
        sign_out(with_word=True),
        class_name="mt-auto border-t border-line pt-3",
    )


def _top_bar(company: Text, logo: Text) -> rx.Component:
    return rx.el.header(
        company_sign(company, logo=logo),
        rx.el.div(scheme_toggle(), sign_out(), class_name="flex shrink-0"),
        class_name="flex min-h-16 items-center justify-between gap-3 border-b border-line "
        "bg-surface px-4 py-2 lg:hidden",
    )


def _entries(here: str, look: str, sees_money: Flag) -> list[Node]:
    return [
        either(sees_money, entry(place, here, look), rx.fragment())
        if place.of_money
        else entry(place, here, look)
        for place in PLACES
    ]
