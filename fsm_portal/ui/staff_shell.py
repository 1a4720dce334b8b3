"""The office's face: a sidebar at a desk, a bar under the thumb on a phone."""

from dataclasses import dataclass

import reflex as rx

from fsm_portal.ui.frame import company_sign, frame, main
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.scheme_toggle import scheme_toggle
from fsm_portal.ui.sign_out import sign_out
from fsm_portal.ui.values import Flag, Node, Text, either


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. ``of_money``: only for whoever moves money."""

    name: str
    to: str
    icon: str
    of_money: bool = False


PLACES = (
    Place("Overview", "/dashboard/", "overview"),
    Place("Invoices", "/dashboard/invoices/", "invoice"),
    Place("Payments", "/dashboard/payments/", "card"),
    Place("Reconciliation", "/dashboard/reconciliation/", "scales", of_money=True),
)

_HERE = "bg-brand-soft text-brand-ink"
_ELSEWHERE = "text-muted hover:bg-sunken hover:text-ink"


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
        _bottom_bar(here, sees_money),
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


def _bottom_bar(here: str, sees_money: Flag) -> rx.Component:
    return rx.el.nav(
        *_entries(here, "min-h-14 flex-1 flex-col justify-center gap-0.5 text-xs", sees_money),
        aria_label="Main",
        class_name="fixed inset-x-0 bottom-0 z-10 flex border-t border-line bg-surface "
        "pb-[env(safe-area-inset-bottom)] lg:hidden",
    )


def _entries(here: str, look: str, sees_money: Flag) -> list[Node]:
    return [
        either(sees_money, _entry(place, here, look), rx.fragment())
        if place.of_money
        else _entry(place, here, look)
        for place in PLACES
    ]


def _entry(place: Place, here: str, look: str) -> rx.Component:
    current = place.name == here
    return link(
        icon(place.icon),
        place.name,
        to=place.to,
        class_name=f"flex items-center font-medium {look} {_HERE if current else _ELSEWHERE}",
        custom_attrs={"aria-current": "page"} if current else {},
    )
