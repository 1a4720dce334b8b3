"""What stands beside a customer's sessions: who they are, where else, and the company's terms."""

from typing import Any

import reflex as rx

from fsm_portal.ui.card import titled_card
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import document_link
from fsm_portal.ui.plain_form import plain_form
from fsm_portal.ui.values import if_any


def who_card(view: Any) -> rx.Component:
    """The customer, as the company knows them."""
    company = view.company
    return titled_card(
        "Your details",
        rx.el.p(view.name, class_name="font-medium wrap-anywhere"),
        rx.el.p(view.email, class_name="text-muted wrap-anywhere"),
        if_any(view.phone, rx.el.p(view.phone, class_name="text-muted")),
        rx.el.p(
            "Is something wrong or out of date? Ask ",
            rx.el.bdi(company.name),
            " to change it.",
            class_name="mt-3 text-xs text-muted text-pretty",
        ),
    )


def switch_card(view: Any) -> rx.Component:
    """The same mailbox's other companies; where that is not for this session to tell, the way to
    be told by mail."""
    return titled_card(
        "Switch company",
        rx.cond(
            view.elsewhere.length() > 0,
            rx.el.ul(
                rx.foreach(view.elsewhere, _elsewhere),
                class_name="-mx-3 -my-1 flex flex-col",
            ),
            rx.el.p(
                "Customer of another company too? ",
                document_link("Sign in with your email address", href="/sign-in"),
                ", and choose it.",
                class_name="text-muted text-pretty",
            ),
        ),
    )


def _elsewhere(one: Any) -> rx.Component:
    return rx.el.li(
        plain_form(
            rx.el.input(type="hidden", name="account", value=one.key),
            rx.el.button(
                rx.el.span(
                    rx.el.span(one.company, class_name="block font-medium wrap-anywhere"),
                    rx.el.span(one.name, class_name="block text-xs text-muted wrap-anywhere"),
                    class_name="min-w-0 grow text-start",
                ),
                icon("right", "size-4 shrink-0 text-muted"),
                type="submit",
                class_name="flex min-h-11 w-full items-center gap-3 rounded-lg px-3 py-2 "
                "hover:bg-sunken",
            ),
            action="/switch",
        ),
        key=one.key,
    )


def company_card(view: Any) -> rx.Component:
    """The company's own terms, if it has any."""
    return if_any(
        view.terms,
        titled_card(
            "Terms",
            rx.el.p(view.terms, class_name="text-muted whitespace-pre-line wrap-anywhere"),
        ),
    )
