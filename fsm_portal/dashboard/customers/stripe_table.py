"""The customers of the Stripe account, and beside each who that is here."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.customers.linking import Linking, unlink_button
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.link import link
from fsm_portal.ui.table import Column, table
from fsm_portal.ui.tick import tick


def stripe_table(view: Any, page: Any, may_edit: Any) -> rx.Component:
    """``view`` is a StripeCustomersView, ``page`` its State."""
    return table(
        "Customers in Stripe",
        [
            Column(
                "In Stripe",
                _theirs,
                strong=True,
                card="tall",
                before=lambda row: rx.cond(
                    may_edit & (row.local_id == ""),
                    tick(
                        "Choose " + row.name.to(str) + " " + row.email.to(str),
                        ticked=page.chosen.contains(row.id),
                        on_change=page.choose(row.id),
                        follows=True,
                    ),
                    rx.el.span(
                        class_name=rx.cond(may_edit, "-ml-3 w-11 shrink-0 max-sm:hidden", "hidden")
                    ),
                ),
            ),
            Column("Here", lambda row: _ours(row, may_edit), card="wide"),
            Column("Actions", lambda row: _acts(row, page, may_edit), figure=True, card="wide"),
        ],
        view.rows,
        key=lambda row: row.id,
    )


def _theirs(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.cond(row.name != "", row.name, rx.cond(row.email != "", row.email, "No name")),
            class_name="wrap-anywhere",
        ),
        rx.cond(
            (row.name != "") & (row.email != ""),
            rx.el.p(row.email, class_name="text-xs font-normal text-muted wrap-anywhere"),
        ),
        copyable(text=row.id),
        class_name="min-w-0",
    )


def _ours(row: Any, may_edit: Any) -> rx.Component:
    return rx.cond(
        row.local_id != "",
        rx.el.div(
            rx.el.span("Here: ", class_name="sm:hidden"),
            link(row.local_name, to=f"/dashboard/customers/{row.local_id}/"),
            class_name="wrap-anywhere",
            key="linked",
        ),
        rx.cond(
            row.match_id != "",
            rx.el.div(
                rx.el.p(
                    "Same address as ",
                    link(row.match_name, to=f"/dashboard/customers/{row.match_id}/"),
                    class_name="wrap-anywhere",
                ),
                rx.cond(
                    may_edit,
                    button(
                        "Link the two",
                        size="compact",
                        kind="secondary",
                        loading=Linking.busy == row.id,
                        on_click=Linking.link(row.match_id, row.id),
                    ),
                ),
                class_name="flex flex-wrap items-center gap-x-3 gap-y-2",
                key="match",
            ),
            rx.el.span("Not here", class_name="text-muted", key="none"),
        ),
    )


def _acts(row: Any, page: Any, may_edit: Any) -> rx.Component:
    return rx.cond(
        may_edit,
        rx.el.div(
            rx.cond(
                row.local_id != "",
                rx.el.span(unlink_button(row.local_id), key="unlink"),
                rx.el.span(
                    button(
                        "Link to …",
                        size="compact",
                        kind="link",
                        on_click=page.ask_who(row.id),
                        aria_label="Link " + row.name.to(str) + " to a customer of yours",
                    ),
                    key="link",
                ),
            ),
            view_button(f"/billing-portal/stripe/{row.id}"),
            class_name="flex items-center gap-1 max-sm:flex-row-reverse max-sm:justify-end "
            "sm:justify-end",
        ),
    )


def view_button(address: Any) -> rx.Component:
    """Opens the Stripe billing portal of a customer in a tab of its own."""
    return link_button(
        "View",
        to=address,
        icon="external",
        size="compact",
        document=True,
        target="_blank",
        rel="noopener",
        title="Opens this customer’s Stripe billing portal in a new tab",
    )
