"""All customers: searched, sorted, added from here."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.customer_form import (
    CustomerForm,
    new_customer_button,
    new_customer_dialog,
)
from fsm_portal.dashboard.customers.customer_table import customer_table
from fsm_portal.dashboard.customers.two_sides import two_sides
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.files.buttons import import_button
from fsm_portal.dashboard.filter_tabs import filter_tabs
from fsm_portal.dashboard.visiting import begin
from fsm_portal.domain.role import May
from fsm_portal.flows.customers.customer_query import PATH, CustomerQuery, customer_query
from fsm_portal.flows.customers.list_customers import CustomerListView, list_customers
from fsm_portal.flows.identity import Scope
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import in_address, said, search_follows_address, turning, until_fresh
from fsm_portal.ui.search import filter_by, search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import table_card
from fsm_portal.ui.title import page_title

_TABS = (("all", "All"), ("owing", "Owing"), ("overdue", "Overdue"))
_SORTS = (("name", "By name"), ("newest", "Newest first"))


class CustomersPage(rx.State):
    """What is shown stands in the address: see address.py."""

    view: CustomerListView = CustomerListView()

    @classmethod
    def load_view(cls, scope: Scope, params: CustomerQuery) -> CustomerListView:
        return list_customers(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, CustomerForm)
        return await take_seat(self, CustomersPage, self._query())

    @rx.event
    async def search(self, text: str) -> EventSpec:
        """Look for what was typed, from the first page on."""
        if await clerk(self) is None:
            return to_sign_in()
        now = self._query()
        wanted = customer_query(now.show, now.sort, text, None, None)
        return _to(wanted)

    @rx.event
    async def sort(self, by: str) -> EventSpec:
        """Another order, from the first page on."""
        if await clerk(self) is None:
            return to_sign_in()
        now = self._query()
        return _to(customer_query("all", by, now.search, None, None))

    def _query(self) -> CustomerQuery:
        said_of = (said(self, name) for name in ("show", "sort", "q", "after", "before"))
        return customer_query(*said_of)


def _to(query: CustomerQuery) -> EventSpec:
    sort = "" if query.sort == "name" else query.sort
    return go(PATH, show=query.show, sort=sort, q=query.search)


def customers_page() -> rx.Component:
    view = last_seen("customers", CustomersPage.view)
    may_edit = view.desk.may.contains(May.EDIT_CUSTOMERS.value)
    return staff_page(
        page_title(
            "Customers",
            import_button(view, "customers"),
            rx.cond(may_edit, new_customer_button()),
        ),
        two_sides("ours"),
        rx.cond(view.loaded, _list(view, may_edit), loading(skeleton_card(10))),
        new_customer_dialog(),
        here="Customers",
        page=CustomersPage,
    )


def _list(view: Any, may_edit: Any) -> rx.Component:
    fresh = (
        (in_address("show", "all") == view.show)
        & (in_address("q", "") == view.search)
        & (in_address("sort", "name") == view.sort)
    )
    return table_card(
        rx.match(
            view.show,
            ("owing", "Who owes most"),
            ("overdue", "Overdue the longest"),
            "All customers",
        ),
        until_fresh(
            rx.cond(
                view.rows.length() > 0,
                customer_table(view.rows),
                rx.cond(view.is_new, _none_yet(view, may_edit), _none_found(view)),
            ),
            fresh,
        ),
        controls=[
            filter_tabs(PATH, _TABS),
            rx.cond(
                view.show == "all",
                filter_by(
                    "Order",
                    _SORTS,
                    CustomersPage.sort,
                    value=in_address("sort", "name"),
                ),
            ),
            search(
                "Name, email or phone",
                CustomersPage.search.debounce(200),
                default_value=in_address("q", ""),
            ),
            search_follows_address(),
        ],
        foot=turning(view, back="Previous", on="Next"),
    )


def _none_yet(view: Any, may_edit: Any) -> rx.Component:
    return empty(
        "No customers yet",
        rx.cond(
            view.connected,
            "Add the first one, or bring over those whom your Stripe account knows already.",
            "Add the first one. Once Stripe is connected you can bring over those it knows.",
        ),
        icon="person",
        action=rx.el.div(
            rx.cond(may_edit, new_customer_button()),
            rx.cond(
                view.connected & may_edit,
                link("Look at Stripe’s", to="/dashboard/customers/stripe/"),
            ),
            class_name="flex flex-wrap items-center justify-center gap-4",
        ),
    )


def _none_found(view: Any) -> rx.Component:
    return rx.cond(
        (view.search == "") & (view.show == "overdue"),
        empty(
            "Nobody is late",
            "Whoever has not paid by the due date stands here, the longest overdue first.",
            icon="check",
        ),
        rx.cond(
            (view.search == "") & (view.show == "owing"),
            empty(
                "Nobody owes anything",
                "Whoever has something to pay stands here, the largest amount first.",
                icon="check",
            ),
            empty(
                "No customer fits",
                "Try a part of the name, of the email address or of the phone number.",
                icon="search",
                action=link("Show all customers", to=PATH),
            ),
        ),
    )
