"""The customer's way into the portal, mailed by the office: an invitation, or a link on request."""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.flows.access.invite_customer import CannotInvite, invite_customer, send_sign_in_link
from fsm_portal.flows.identity import Identity
from fsm_portal.ui.button import button
from fsm_portal.ui.toast import say


class Inviting(rx.State):
    """Presses of the buttons below. What becomes of them is said in passing."""

    @rx.event
    async def invite(self, customer_id: str) -> EventSpec | None:
        """Mail the customer an invitation."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        await self._mail(invite_customer, who, customer_id, "Invitation on its way to")
        return None

    @rx.event
    async def send_link(self, customer_id: str) -> EventSpec | None:
        """Mail the customer a link that signs them in."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        await self._mail(send_sign_in_link, who, customer_id, "Sign-in link on its way to")
        return None

    async def _mail(self, flow: Any, who: Identity, customer_id: object, words: str) -> None:
        if not isinstance(customer_id, str):
            return
        try:
            address = await asyncio.to_thread(flow, who, customer_id)
        except CannotInvite as error:
            await say(self, str(error), "warn")
            return
        await say(self, f"{words} {address}")


def portal_button(customer: Any) -> rx.Component:
    """One of the two, whichever the customer needs. ``customer`` is the pushed CustomerView."""
    return rx.match(
        customer.portal,
        ("invite", _button("Invite to portal", Inviting.invite(customer.id))),
        ("link", _button("Send a sign-in link", Inviting.send_link(customer.id))),
        rx.fragment(),
    )


def _button(label: str, press: Any) -> rx.Component:
    return rx.el.div(
        button(label, kind="secondary", size="compact", icon="mail", on_click=press),
        key=label,
        class_name="mt-4",
    )
