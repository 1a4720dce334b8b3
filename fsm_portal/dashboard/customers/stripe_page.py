"""The customers of the connected Stripe account, side by side with ours: linked, imported.

Nobody's name is a state var that a tab could be sent without its session: what Stripe says goes
with the watch of the tab, and so comes by push like every view.
"""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.address import go, in_address, said
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.customers.choosing import chooser
from fsm_portal.dashboard.customers.importing import (
    begin_importing,
    import_all_button,
    import_progress,
    run_chosen,
)
from fsm_portal.dashboard.customers.linking import Linking, begin_linking, unlink_dialog
from fsm_portal.dashboard.customers.stripe_table import stripe_table
from fsm_portal.dashboard.customers.two_sides import two_sides
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.turning import turning
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.customers.customer_query import search_words
from fsm_portal.flows.customers.stripe_side import (
    PATH,
    StripeCustomersView,
    StripeFound,
    StripePageQuery,
    StripeQuery,
    ask_stripe,
    show_stripe_customers,
    stripe_query,
)
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.gateways.stripe_directory import is_customer_id
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import search_follows_address, until_fresh
from fsm_portal.ui.notice import notice
from fsm_portal.ui.search import search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.table import table_card
from fsm_portal.ui.title import page_title

# Seconds: of several visits in a row only the last one asks.
_ASKS_AFTER = 0.05


class StripeCustomersPage(rx.State):
    """What is shown stands in the address; ``chosen`` are Stripe's ids of who was ticked."""

    view: StripeCustomersView = StripeCustomersView()
    chosen: list[str] = []
    _found: StripeFound = StripeFound()
    # Counts the questions, so that a later one ends those before it.
    _question: int = 0

    @classmethod
    def load_view(cls, scope: Scope, params: StripePageQuery) -> StripeCustomersView:
        return show_stripe_customers(scope, params)

    @rx.event
    async def on_load(self) -> Any:
        await begin_linking(self)
        await begin_importing(self)
        query = self._query()
        known = self._found.query == query and self._found.state == "known"
        # Only who is looked for here has changed: Stripe has answered already.
        if not (known and said(self, "link")):
            self.chosen = []
            self._found = StripeFound(query)
        answer = await take_seat(self, StripeCustomersPage, self._params())
        if answer is not None or self._found.state == "known":
            return answer
        return StripeCustomersPage.ask

    @rx.event(background=True)
    async def ask(self) -> EventSpec | None:
        """Ask Stripe, beside the tab: the page is there meanwhile."""
        async with self:
            self._question += 1
            question = self._question
        await asyncio.sleep(_ASKS_AFTER)
        async with self:
            who = await clerk(self)
            if who is None:
                return to_sign_in()
            if self._question != question:
                return None
            query = self._query()
        found = await at_stripe(ask_stripe, who.scope, query)
        async with self:
            # Stripe may have taken long: whose tab is it now?
            who = await clerk(self)
            if who is not None and self._question == question:
                self._found = found
                self._watch(who)
        return None

    @rx.event
    async def search(self, text: str) -> EventSpec:
        """Look for what was typed, at Stripe."""
        if await clerk(self) is None:
            return to_sign_in()
        return go(PATH, q=search_words(text))

    @rx.event
    async def choose(self, stripe_id: str, ticked: bool) -> EventSpec | None:
        """Tick one, or take the tick away."""
        if await clerk(self) is None:
            return to_sign_in()
        if isinstance(stripe_id, str) and stripe_id in {one.id for one in self._found.customers}:
            without = [each for each in self.chosen if each != stripe_id]
            self.chosen = [*without, stripe_id] if ticked is True else without
        return None

    @rx.event(background=True)
    async def import_chosen(self) -> EventSpec | None:
        """Import those who were ticked."""
        async with self:
            who = await clerk(self, May.EDIT_CUSTOMERS)
            if who is None:
                return to_sign_in()
            wanted, self.chosen = set(self.chosen), []
            chosen = tuple(one for one in self._found.customers if one.id in wanted)
        await run_chosen(self, who, chosen)
        return None

    @rx.event
    async def look_for(self, text: str) -> EventSpec:
        """Somebody here, to link to the one at Stripe that the address names."""
        if await clerk(self) is None:
            return to_sign_in()
        return go(PATH, **self._place(), link=self._linking(), find=search_words(text))

    @rx.event
    async def link_to(self, customer_id: str) -> Any:
        """Link the one at Stripe that the address names to somebody here."""
        if await clerk(self, May.EDIT_CUSTOMERS) is None:
            return to_sign_in()
        linking = self._linking()
        if not isinstance(customer_id, str) or not linking:
            return None
        return [Linking.link(customer_id, linking), go(PATH, **self._place())]

    @rx.event
    async def stop_linking(self) -> EventSpec | None:
        """Close the question for somebody here."""
        if await clerk(self) is None:
            return to_sign_in()
        return go(PATH, **self._place()) if self._linking() else None

    def _watch(self, who: Identity) -> None:
        topics = {company_topic(who.company_id)}
        live.watch(
            self,
            StripeCustomersPage,
            topics,
            who.scope,
            self._params(),
            session_id=who.session_id,
        )

    def _query(self) -> StripeQuery:
        return stripe_query(*(said(self, name) for name in ("q", "after", "before", "next")))

    def _place(self) -> dict[str, str]:
        query = self._query()
        return {
            "q": query.search,
            "after": query.after,
            "before": query.before,
            "next": query.next,
        }

    def _linking(self) -> str:
        asked = said(self, "link") or ""
        return asked if is_customer_id(asked) else ""

    def _params(self) -> StripePageQuery:
        return StripePageQuery(self._found, self._linking(), search_words(said(self, "find")))


def stripe_page() -> rx.Component:
    view = last_seen("stripe_customers", StripeCustomersPage.view)
    may_edit = view.desk.may.contains(May.EDIT_CUSTOMERS.value)
    return staff_page(
        page_title("Customers", rx.cond(may_edit & (view.state == "known"), import_all_button())),
        two_sides("stripe"),
        import_progress(),
        rx.cond(view.loaded, _list(view, may_edit), loading(skeleton_card(10))),
        _link_dialog(view),
        unlink_dialog(),
        here="Customers",
        page=StripeCustomersPage,
    )


def _list(view: Any, may_edit: Any) -> rx.Component:
    fresh = in_address("q", "") == view.search
    return rx.match(
        view.state,
        ("away", _away()),
        ("off", _off()),
        table_card(
            "In your Stripe account",
            until_fresh(
                rx.cond(
                    view.rows.length() > 0,
                    stripe_table(view, StripeCustomersPage, may_edit),
                    _none(view),
                ),
                fresh,
            ),
            controls=[
                rx.cond(
                    may_edit & (StripeCustomersPage.chosen.length() > 0),
                    button(
                        "Import " + StripeCustomersPage.chosen.length().to(str),
                        size="compact",
                        icon="download",
                        on_click=StripeCustomersPage.import_chosen,
                    ),
                ),
                search(
                    "Name, email, phone or cus_…",
                    StripeCustomersPage.search.debounce(400),
                    default_value=in_address("q", ""),
                ),
                search_follows_address(),
            ],
            foot=turning(view, view.place, back="Newer", on="Older"),
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


def _away() -> rx.Component:
    return rx.el.div(
        notice(
            "Stripe does not answer",
            "Its customers cannot be shown at the moment. Yours are all there.",
            tone="warn",
            action=rx.el.div(
                button(
                    "Try again", kind="secondary", size="compact", on_click=StripeCustomersPage.ask
                ),
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


def _link_dialog(view: Any) -> rx.Component:
    return dialog(
        chooser(
            view.choice,
            on_search=StripeCustomersPage.look_for.debounce(200),
            on_choose=StripeCustomersPage.link_to,
        ),
        rx.el.div(
            button("Cancel", kind="secondary", on_click=StripeCustomersPage.stop_linking),
            class_name="mt-6 flex justify-end",
        ),
        name="linking",
        title="Who is this here?",
        text="Choose the customer of yours who is " + view.linking.to(str) + " at Stripe.",
        shown=in_address("link", "") != "",
        on_close=StripeCustomersPage.stop_linking,
    )
