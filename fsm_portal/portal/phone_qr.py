"""Pay on your phone: a code on the screen of a desk that opens the invoice on the phone.

It signs in whoever scans it, once, as the one who looks at it here. So it is shown by a press
only, and it is gone when it was used, when its time is over, and when the page is left.
"""

import asyncio
from typing import Any

import reflex as rx

from fsm_portal.db import UNREACHABLE
from fsm_portal.domain.company_scope import within
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.phone_link import (
    LIFETIME,
    end_phone_link,
    make_phone_link,
    phone_link_state,
)
from fsm_portal.gateways.qr import qr_code
from fsm_portal.portal.address import invoice_id
from fsm_portal.portal.arrival_news import on_its_way
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.notice import live_region

# Seconds between looks at whether it was used: the phone is in the same hand that waits here.
LOOKS_EVERY = 2.0
_MINUTES = int(LIFETIME.total_seconds() // 60)


_USED = (
    "The code was used: this invoice is open on your phone. Go on there, and this page shows the "
    "payment. Was it not you? Sign out everywhere under Account."
)


class PhoneQr(Visited, rx.State):
    """What the card shows. ``path`` is the code drawn, in a square of ``box`` units, and leads to
    the invoice ``about``; empty where none is shown. ``became`` is what became of the last one:
    "", "used", "over" or "refused"."""

    path: str = ""
    box: str = ""
    about: str = ""
    became: str = ""
    making: bool = False
    # Counts presses: what belongs to an earlier code changes nothing any more.
    _turn: int = 0

    @rx.event(background=True)
    async def show(self) -> None:
        """Make a code, and watch it until it is no more."""
        async with self:
            who = await self._visitor()
            if who is None or self.making:
                return
            self._clear()
            self.making = True
            turn, asked_for = self._turn, invoice_id(self)
        link = None
        try:
            link = await asyncio.to_thread(make_phone_link, who, asked_for)
        finally:
            async with self:
                if self._turn == turn:
                    self.making, self.about = False, asked_for
                    self.became = "" if link else "refused"
                    if link:
                        code = qr_code(link.address)
                        self.path, self.box = code.path, f"0 0 {code.side} {code.side}"
        if link:
            await self._look_after(link.token_hash, turn, who)

    @rx.event
    async def hide(self) -> None:
        """By a press."""
        self._clear()

    @rx.event
    async def left(self) -> None:
        """The code is not on the page any more. What became of it stays said."""
        if self.path:
            self._clear()

    async def _look_after(self, token_hash: str, turn: int, who: Identity) -> None:
        """It goes when it was used, when its time is over, and with who asked for it."""
        state = "ready"
        while state == "ready":
            await asyncio.sleep(LOOKS_EVERY)
            async with self:
                try:
                    present = await self._visitor()
                except UNREACHABLE:
                    continue  # nothing is known; nor can the code be used meanwhile
                gone = present is None or present.session_id != who.session_id
                if gone and self._turn == turn:
                    self._clear()
                turned = self._turn != turn
            try:
                # Whoever is here by now: the code was made by ``who``.
                with within(who.company_id):
                    if gone:
                        await asyncio.to_thread(end_phone_link, token_hash)
                    if gone or turned:
                        return
                    state = await asyncio.to_thread(phone_link_state, token_hash)
            except UNREACHABLE:
                continue
        async with self:
            if self._turn == turn:
                self._clear(state)

    def _clear(self, became: str = "") -> None:
        self._turn += 1
        self.path, self.box, self.became, self.making = "", "", became, False


def phone_qr(page: Any) -> rx.Component:
    """``page`` is the State of the invoice's page. For a desk, while there is something to pay."""
    view = page.view
    return rx.cond(
        view.may_pay & ~on_its_way(page),
        titled_card(
            "Pay on your phone",
            rx.cond((PhoneQr.path != "") & (PhoneQr.about == view.id), _code(view), _offer()),
            live_region(
                rx.cond(
                    PhoneQr.about == view.id,
                    rx.match(
                        PhoneQr.became,
                        ("used", _USED),
                        ("over", "The code’s time is over. You can show a new one."),
                        ("refused", "That was too often. Please try again in a few minutes."),
                        "",
                    ),
                    "",
                ),
                class_name="mt-3 text-pretty empty:hidden",
            ),
            class_name="max-lg:hidden print:hidden",
        ),
    )


def _offer() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Show a code, point your phone’s camera at it, and this invoice opens there.",
            class_name="text-muted text-pretty",
        ),
        button(
            "Show QR code",
            kind="secondary",
            wide=True,
            loading=PhoneQr.making,
            on_click=PhoneQr.show,
        ),
        class_name="flex flex-col gap-4",
        key="offer",
    )


def _code(view: Any) -> rx.Component:
    return rx.el.div(
        rx.el.svg(
            rx.el.path(d=PhoneQr.path, fill="currentColor"),
            view_box=PhoneQr.box,
            role="img",
            aria_label="QR code that opens invoice " + view.number.to(str) + " on your phone",
            class_name="w-full rounded-xl bg-paper text-on-paper",
            custom_attrs={"shapeRendering": "crispEdges"},
        ),
        rx.el.p(
            f"Works once, for {_MINUTES} minutes. It signs your phone in as ",
            rx.el.span(view.person, class_name="font-medium text-ink"),
            ", so let nobody else scan it.",
            class_name="text-muted text-pretty",
        ),
        button("Hide", kind="secondary", wide=True, auto_focus=True, on_click=PhoneQr.hide),
        on_unmount=PhoneQr.left,
        class_name="flex flex-col gap-4",
        key="code",
    )
