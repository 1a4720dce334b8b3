"""The customer's account: who they are, where they are signed in, how they pay, where else they
are a customer."""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.access.my_sessions import end_my_session
from fsm_portal.flows.access.show_account import AccountView, show_account
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.paying.saved_cards import SavedCards
from fsm_portal.portal.account_sessions import sessions_card
from fsm_portal.portal.account_sides import company_card, switch_card, who_card
from fsm_portal.portal.paying import Paying
from fsm_portal.portal.payment_methods import PaymentMethods, payment_methods
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.title import page_title
from fsm_portal.ui.toast import say


class AccountPage(PaymentMethods, Paying, Visited, rx.State):
    """Thin: identity from the session, one call to a flow, the view comes by push."""

    view: AccountView = AccountView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[str, SavedCards]) -> AccountView:
        return show_account(scope, *params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        who, known = await self._arrive()
        if not known:
            return None
        self._visit_anew()
        if who is None:
            return None
        self._ask_anew()
        self._watch(who)
        look_up: EventSpec = AccountPage.look_up_cards
        return look_up

    @rx.event
    async def sign_out_browser(self, session_id: str) -> None:
        """End one of the customer's own sessions, in whichever browser it is."""
        who = await self._visitor()
        if who is None or not isinstance(session_id, str):
            return
        topics = await asyncio.to_thread(end_my_session, who, session_id)
        live.ring(topics)
        if topics:
            await say(self, "Signed out")

    def _watch(self, who: Identity) -> None:
        live.watch(
            self,
            AccountPage,
            {customer_topic(who.company_id, who.person_id)},
            who.scope,
            # Whose browser it is decides which session is marked as this one.
            (who.session_id, self._cards),
            session_id=who.session_id,
        )


def account_page() -> rx.Component:
    view: Any = AccountPage.view
    return portal_page(
        AccountPage,
        rx.el.div(
            page_title("Account", above=view.person),
            rx.el.div(
                rx.el.div(
                    who_card(view),
                    payment_methods(AccountPage),
                    sessions_card(view, AccountPage.sign_out_browser),
                    class_name="flex min-w-0 flex-col gap-4",
                ),
                rx.el.div(
                    switch_card(view),
                    company_card(view),
                    class_name="flex min-w-0 flex-col gap-4",
                ),
                class_name="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]",
            ),
            class_name="flex flex-col gap-6",
        ),
        here="Account",
    )
