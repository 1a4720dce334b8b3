"""Link and unlink: the presses that say that a customer here and one at Stripe are the same."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.flows.customers.link_customer import CannotLink, link_customer, unlink_customer
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.toast import say

# Of Stripe's ids.
_LONGEST = 80


class Linking(rx.State):
    """Which customer of Stripe's is being linked, and whose link is asked about."""

    busy: str = ""
    asked: str = ""

    def _begin(self) -> None:
        self.busy = self.asked = ""

    @rx.event
    async def link(self, customer_id: str, stripe_id: str) -> AsyncIterator[EventSpec | None]:
        """The two are one from now on."""
        who = await clerk(self, May.EDIT_CUSTOMERS)
        if who is None:
            yield to_sign_in()
            return
        if not isinstance(customer_id, str) or not isinstance(stripe_id, str):
            return
        self.busy = stripe_id[:_LONGEST]
        yield None
        try:
            topics = await at_stripe(link_customer, who, customer_id, stripe_id[:_LONGEST])
        except CannotLink as error:
            await say(self, str(error), "warn")
            return
        finally:
            self.busy = ""
        live.ring(topics)
        await say(self, "Linked")

    @rx.event
    async def ask(self, customer_id: str) -> EventSpec | None:
        """Open the question about a customer's link."""
        if await clerk(self, May.EDIT_CUSTOMERS) is None:
            return to_sign_in()
        if isinstance(customer_id, str) and is_id(customer_id):
            self.asked = customer_id
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave the link as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self.asked = ""
        return None

    @rx.event
    async def unlink(self) -> EventSpec | None:
        """Take the link away that was asked about."""
        who = await clerk(self, May.EDIT_CUSTOMERS)
        if who is None:
            return to_sign_in()
        customer_id, self.asked = self.asked, ""
        if not customer_id:
            return None
        try:
            live.ring(await asyncio.to_thread(unlink_customer, who, customer_id))
        except CannotLink as error:
            await say(self, str(error), "warn")
            return None
        await say(self, "Unlinked")
        return None


def unlink_button(customer_id: Any) -> rx.Component:
    return button("Unlink", kind="link", size="compact", on_click=Linking.ask(customer_id))


def unlink_dialog() -> rx.Component:
    """The question; once on a page."""
    return dialog(
        rx.el.p(
            "Cards saved at Stripe are no longer offered when this customer pays. Nothing changes "
            "at Stripe, and payments that were made stay where they are. At the next payment a "
            "customer is made at Stripe anew, unless you link one first."
        ),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=Linking.stop),
            button("Unlink", on_click=Linking.unlink),
        ),
        name="unlinking",
        title="Unlink from Stripe?",
        shown=Linking.asked != "",
        on_close=Linking.stop,
    )
