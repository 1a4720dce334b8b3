"""The customers of the connected Stripe account, side by side with ours: linked, imported.

Nobody's name is a state var that a tab could be sent without its session: what Stripe says goes
with the watch of the tab, and so comes by push like every view.
"""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.address import go
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.customers.importing import (
    Importing,
    import_all_button,
    import_progress,
    may_start,
    run_chosen,
)
from fsm_portal.dashboard.customers.linking import Linking, unlink_dialog
from fsm_portal.dashboard.customers.stripe_list import link_dialog, stripe_list
from fsm_portal.dashboard.customers.two_sides import two_sides
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.visiting import begin
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
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.long_list import said
from fsm_portal.ui.skeleton import loading, skeleton_card
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
        await begin(self, Linking, Importing)
        query = self._query()
        known = self._found.query == query and self._found.state == "known"
        # Only who is looked for here has changed: Stripe has answered already.
        if not (known and said(self, "link")):
            self.chosen = []
            self._found = StripeFound(query)
        answer = await take_seat(self, StripeCustomersPage, self._params)
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
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        shown = {one.id for one in self._told(who).customers}
        if isinstance(stripe_id, str) and stripe_id in shown:
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
            told = self._told(who).customers
            chosen = tuple(one for one in told if one.id in self.chosen)
            importing = await may_start(self, len(chosen))
            if importing is None:
                return None
            self.chosen = []
        await run_chosen(importing, who, chosen)
        return None

    @rx.event
    async def ask_who(self, stripe_id: str) -> EventSpec | None:
        """Open the question who of ours one at Stripe is; the list stays where it is."""
        if await clerk(self) is None:
            return to_sign_in()
        if not isinstance(stripe_id, str) or not is_customer_id(stripe_id):
            return None
        return go(PATH, **self._place(), link=stripe_id)

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
            self._params(who),
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

    def _told(self, who: Identity) -> StripeFound:
        """What Stripe told to the company of ``who``. The tab may have been another's before."""
        if self._found.company_id not in ("", who.company_id):
            self.chosen, self._found = [], StripeFound(self._query())
        return self._found

    def _params(self, who: Identity) -> StripePageQuery:
        return StripePageQuery(self._told(who), self._linking(), search_words(said(self, "find")))


def stripe_page() -> rx.Component:
    view = last_seen("stripe_customers", StripeCustomersPage.view)
    may_edit = view.desk.may.contains(May.EDIT_CUSTOMERS.value)
    return staff_page(
        page_title("Customers", rx.cond(may_edit & (view.state == "known"), import_all_button())),
        two_sides("stripe"),
        import_progress(),
        rx.cond(
            view.loaded,
            stripe_list(view, StripeCustomersPage, may_edit),
            loading(skeleton_card(10)),
        ),
        link_dialog(view, StripeCustomersPage),
        unlink_dialog(),
        here="Customers",
        page=StripeCustomersPage,
    )
