"""The list of Stripe's customers, and what stands there when there is none to show."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.customers.choosing import chooser
from fsm_portal.dashboard.customers.importing import Importing
from fsm_portal.dashboard.customers.stripe_table import stripe_table
from fsm_portal.flows.customers.stripe_side import PATH
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog
from fsm_portal.ui.empty import empty
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import in_address, search_follows_address, turning, until_fresh
from fsm_portal.ui.notice import notice
from fsm_portal.ui.search import search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import table_card


def stripe_list(view: Any, page: Any, may_edit: Any) -> rx.Component:
    """``view`` is a StripeCustomersView, ``page`` its State."""
    fresh = in_address("q", "") == view.search
    return rx.match(
        view.state,
        ("away", _away(page)),
        ("off", _off()),
        table_card(
            "In your Stripe account",
            until_fresh(
                rx.cond(
                    view.rows.length() > 0,
                    stripe_table(view, page, may_edit),
                    _none(view),
                ),
                fresh,
            ),
            controls=[
                rx.cond(
                    may_edit & (page.chosen.length() > 0),
                    button(
                        "Import " + page.chosen.length().to(str),
                        size="compact",
                        icon="download",
                        disabled=Importing.busy,
                        on_click=page.import_chosen,
                    ),
                ),
                search(
                    "Name, email, phone or cus_…",
                    page.search.debounce(400),
                    default_value=in_address("q", ""),
                ),
                search_follows_address(),
            ],
            foot=turning(view),
        ),
    )


def _none(view: Any) -> rx.Component:
    return rx.match(
        view.state,
        ("asking", rx.el.div(loading(skeleton_card(6)), class_name="px-5 pb-5", key="asking")),
        (
            "short",
            rx.el.div(
                empty(
                    "A little more, please",
                    "Stripe searches for three letters or more.",
                    icon="search",
                ),
                key="short",
            ),
        ),
        rx.cond(
            view.search != "",
            empty(
                "Stripe finds nobody",
                "Whoever was added in the last minute may not be found yet.",
                icon="search",
                action=link("Show all", to=PATH),
            ),
            empty(
                "Nobody in Stripe yet",
                "Whoever pays an invoice online becomes a customer in Stripe by that.",
                icon="person",
            ),
        ),
    )


def _away(page: Any) -> rx.Component:
    return rx.el.div(
        notice(
            "Stripe does not answer",
            "Its customers cannot be shown at the moment. Yours are all there.",
            tone="warn",
            action=rx.el.div(
                button("Try again", kind="secondary", size="compact", on_click=page.ask),
                link("Your customers", to="/dashboard/customers/"),
                class_name="flex items-center gap-4 max-sm:w-full max-sm:pl-8",
            ),
        ),
        role="alert",
        key="away",
    )


def _off() -> rx.Component:
    return rx.el.div(
        notice(
            "No Stripe account is connected",
            "Once it is, those whom it knows already stand here, to be linked or brought over.",
            tone="quiet",
        ),
        key="off",
    )


def link_dialog(view: Any, page: Any) -> rx.Component:
    """The question who of ours one at Stripe is; once on the page."""
    return dialog(
        chooser(
            view.choice,
            on_search=page.look_for.debounce(200),
            on_choose=page.link_to,
        ),
        rx.el.div(
            button("Cancel", kind="secondary", on_click=page.stop_linking),
            class_name="mt-6 flex justify-end",
        ),
        name="linking",
        title="Who is this here?",
        text="Choose the customer of yours who is " + view.linking.to(str) + " at Stripe.",
        shown=in_address("link", "") != "",
        on_close=page.stop_linking,
    )
