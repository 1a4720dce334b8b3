"""One customer: what they owe, their invoices, payments and jobs, their statement and history."""

from typing import Any
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import last_part, last_part_in_browser
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.customer_form import CustomerForm, customer_dialog
from fsm_portal.dashboard.customers.customer_parts import customer_part, parts
from fsm_portal.dashboard.customers.customer_sides import (
    begin_buttons,
    contact_card,
    portal_card,
    stripe_card,
)
from fsm_portal.dashboard.customers.linking import Linking, unlink_dialog
from fsm_portal.dashboard.customers.noting import (
    Noting,
    know_writer,
    notes_card,
    remove_note_dialog,
)
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.refunding import Refunding, refund_dialog
from fsm_portal.dashboard.reminding.pausing import reminders_card
from fsm_portal.dashboard.sending import Sending, address_dialog
from fsm_portal.dashboard.taking_back import TakingBack, taking_back_dialog
from fsm_portal.dashboard.visiting import begin
from fsm_portal.domain.role import May
from fsm_portal.flows.customers.show_customer import (
    CustomerPageQuery,
    CustomerPageView,
    customer_page_query,
    show_customer,
)
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.statement.statement_days import statement_query, turned, typed_days
from fsm_portal.flows.statement.statement_period import WrongPeriod
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.customer_shell import beside
from fsm_portal.ui.empty import empty
from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.long_list import said
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import back_link, page_title


class CustomerPage(rx.State):
    """What is shown stands in the address, so it can be reloaded, shared and gone back to."""

    view: CustomerPageView = CustomerPageView()
    # What is wrong with the days that were typed last; those of the address are the view's.
    problem: str = ""

    @classmethod
    def load_view(cls, scope: Scope, params: CustomerPageQuery) -> CustomerPageView:
        return show_customer(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        if await begin(self, CustomerForm, Linking, Noting, Sending, Refunding, TakingBack):
            self.problem = ""
        await know_writer(self)
        return await take_seat(self, CustomerPage, self._query())

    @rx.event
    async def show_days(self, form: dict[str, Any]) -> EventSpec | None:
        """The statement of the days that were typed."""
        if await clerk(self) is None:
            return to_sign_in()
        try:
            days = typed_days(form)
        except WrongPeriod as error:
            self.problem = str(error)
            return None
        return rx.redirect(self._statement(days))

    @rx.event
    async def turn(self, by: int) -> EventSpec | None:
        """The page before or after the one that is shown, of the same days."""
        if await clerk(self) is None:
            return to_sign_in()
        page = turned(self._query().statement, by)
        return rx.redirect(self._statement(page), replace=True)

    def _statement(self, query: dict[str, str]) -> str:
        path = f"/dashboard/customers/{last_part(self)}/"
        return f"{path}?{urlencode({'show': 'statement'} | query)}"

    def _query(self) -> CustomerPageQuery:
        days = (said(self, name) for name in ("period", "from", "to", "page"))
        return customer_page_query(
            last_part(self),
            said(self, "show"),
            said(self, "before"),
            said(self, "after"),
            statement_query(*days),
        )


def customer_page() -> rx.Component:
    view = last_seen("customer", CustomerPage.view)
    # After a step from one customer to another the view is still the old one for a moment.
    arrived = view.loaded & (view.id == last_part_in_browser())
    return staff_page(
        back_link("All customers", "/dashboard/customers/"),
        rx.cond(arrived, rx.cond(view.found, _customer(view), _none()), _outline()),
        customer_dialog(view.customer),
        unlink_dialog(),
        remove_note_dialog(),
        address_dialog(),
        refund_dialog(),
        taking_back_dialog(),
        here="Customers",
        page=CustomerPage,
    )


def _customer(view: Any) -> rx.Component:
    may = view.desk.may
    may_edit = may.contains(May.EDIT_CUSTOMERS.value)
    return rx.el.div(
        page_title(
            view.customer.name,
            begin_buttons(
                view,
                may.contains(May.WRITE_INVOICES.value),
                may.contains(May.EDIT_JOBS.value),
            ),
        ),
        # On a phone: what is owed, whom to call, the lists; then the rest.
        rx.el.div(
            rx.el.div(
                _sums(view),
                rx.el.div(
                    parts(view),
                    customer_part(view, CustomerPage),
                    class_name="flex flex-col gap-4 max-lg:order-3",
                ),
                class_name="flex min-w-0 flex-col gap-4 max-lg:contents",
            ),
            rx.el.div(
                rx.el.div(contact_card(view, may_edit), class_name="max-lg:order-2"),
                rx.el.div(
                    portal_card(view, may_edit),
                    stripe_card(view, may_edit),
                    reminders_card(view, may_edit),
                    notes_card(view),
                    class_name="flex flex-col gap-4 max-lg:order-4",
                ),
                class_name="flex min-w-0 flex-col gap-4 max-lg:contents",
            ),
            class_name="flex flex-col gap-4 lg:grid lg:grid-cols-[minmax(0,1fr)_20rem] "
            "lg:items-start",
        ),
        key="customer",
        class_name="flex flex-col gap-4",
    )


def _sums(view: Any) -> rx.Component:
    return figures(
        figure(
            "Owed",
            rx.cond(view.owing.owed != "", view.owing.owed, "Nothing"),
            view.owing.open,
        ),
        figure(
            "Overdue",
            rx.cond(view.owing.overdue != "", view.owing.overdue, "Nothing"),
            view.owing.late,
        ),
        rx.cond(view.credit != "", figure("Credit", view.credit, "Can be put to an open invoice")),
    )


def _none() -> rx.Component:
    return rx.el.div(
        page_title("Customer"),
        card(
            empty(
                "There is no such customer",
                "They may belong to another company than the one you are signed in to.",
                icon="search",
                action=link_button("All customers", to="/dashboard/customers/"),
            )
        ),
        key="none",
        class_name="flex flex-col gap-4",
    )


def _outline() -> rx.Component:
    return rx.el.div(
        loading(beside(skeleton_card(12), rx.fragment(skeleton_card(3), skeleton_card(3)))),
        key="outline",
    )
