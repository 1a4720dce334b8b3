"""What is done with an invoice as a document: duplicated, and a draft discarded."""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.address import address
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.invoicing.keep_sheet import CannotWrite, duplicate
from fsm_portal.flows.invoicing.save_sheet import discard_draft
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.toast import say

_NEW = "/dashboard/invoices/new/"


class Drafting(rx.State):
    """The draft that is asked about."""

    asked: str = ""
    problem: str = ""
    # Anew each time a page is opened: pressed twice there, one duplicate comes of it.
    _press: str = ""

    def _begin(self) -> None:
        self.asked, self.problem, self._press = "", "", new_id()

    @rx.event
    async def duplicate(self, invoice_id: str) -> EventSpec | None:
        """Begin another invoice like this one, and go there."""
        who = await clerk(self, May.WRITE_INVOICES)
        if who is None:
            return to_sign_in()
        try:
            sheet = await asyncio.to_thread(duplicate, who, invoice_id, self._press)
        except CannotWrite as error:
            await say(self, str(error), "bad")
            return None
        return rx.redirect(address(_NEW, sheet=sheet))

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """Open the question about a draft."""
        if await clerk(self, May.WRITE_INVOICES) is None:
            return to_sign_in()
        if isinstance(invoice_id, str) and is_id(invoice_id):
            self.asked, self.problem = invoice_id, ""
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave the draft as it is."""
        if await clerk(self) is None:
            return to_sign_in()
        self.asked, self.problem = "", ""
        return None

    @rx.event
    async def discard(self) -> EventSpec | None:
        """Discard the draft that was asked about."""
        who = await clerk(self, May.WRITE_INVOICES)
        if who is None:
            return to_sign_in()
        if not self.asked:
            return None
        try:
            live.ring(await asyncio.to_thread(discard_draft, who, self.asked))
        except CannotWrite as error:
            self.problem = str(error)
            return None
        self.asked = ""
        await say(self, "Draft discarded")
        return None


def duplicate_button(view: Any) -> rx.Component:
    return button(
        "Duplicate", kind="secondary", size="compact", on_click=Drafting.duplicate(view.id)
    )


def edit_link(view: Any) -> rx.Component:
    """To the editor; for a draft."""
    return link_button(
        "Edit",
        to=rx.Var.create("/dashboard/invoices/") + view.id + "/edit/",
        size="compact",
    )


def discard_button(view: Any) -> rx.Component:
    return button("Discard draft", kind="link", wide=True, on_click=Drafting.ask(view.id))


def discard_dialog() -> rx.Component:
    """The question; once on a page."""
    return dialog(
        rx.el.p(
            "Nobody was sent it and nobody owes it. Its number stays used, on an invoice that is "
            "void, so that your numbers run on without a gap."
        ),
        problem_line(Drafting.problem),
        dialog_actions(
            button("Cancel", kind="secondary", on_click=Drafting.stop),
            button("Discard this draft", kind="danger", on_click=Drafting.discard),
        ),
        name="discarding",
        title="Discard this draft?",
        shown=Drafting.asked != "",
        on_close=Drafting.stop,
    )
