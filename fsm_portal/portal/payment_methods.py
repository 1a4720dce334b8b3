"""Manage payment methods: what card is kept at Stripe, and the way to Stripe's page for it.

Nothing of a card is a state var that a tab could be sent without its session: what Stripe says
goes with the watch of the tab, and so comes by push like every view.
"""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.manage_cards import manage_cards
from fsm_portal.flows.paying.saved_cards import ASKING, SavedCards, saved_cards
from fsm_portal.portal.visitor import visitor
from fsm_portal.threads import at_stripe
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.icon import icon
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.prompt import prompt
from fsm_portal.ui.skeleton import skeleton
from fsm_portal.ui.values import if_any

# Where Stripe's page leads back to.
PATH = "/portal/account/"
# Seconds: of several visits in a row only the last one asks.
_ASKS_AFTER = 0.05


class PaymentMethods(rx.State, mixin=True):
    """Part of a page with Paying and Visited, for the first visit and every other.

    Its ``on_load`` calls ``_ask_anew()`` before ``_watch(who)`` and returns its
    ``look_up_cards``; its ``_watch(who)`` puts ``self._cards`` among the params, and its view
    shows them as ``payment_methods``.
    """

    _cards: SavedCards = ASKING
    # Counts the look-ups, so that a later one ends those before it.
    _look_up: int = 0

    def _watch(self, who: Identity) -> None:
        """Of the page."""
        raise NotImplementedError

    def _ask_anew(self) -> None:
        """For ``on_load``."""
        self._cards = ASKING

    @rx.event(background=True)
    async def look_up_cards(self) -> None:
        """Ask Stripe, beside the tab: the page is there meanwhile."""
        async with self:
            self._look_up += 1
            look_up = self._look_up
        await asyncio.sleep(_ASKS_AFTER)
        async with self:
            who = await visitor(self)
            if who is None or self._look_up != look_up:
                return
        found = await at_stripe(saved_cards, who.scope)
        async with self:
            # Stripe may have taken long: whose tab is it now?
            who = await visitor(self)
            if who is not None and self._look_up == look_up:
                self._cards = found
                self._watch(who)

    @rx.event(background=True)
    async def manage_cards(self) -> EventSpec | None:
        """Lead to Stripe's page for the cards."""
        page: Any = self
        answer: EventSpec | None = await page._lead_to_stripe(lambda who: manage_cards(who, PATH))
        return answer


def payment_methods(page: Any) -> rx.Component:
    """The card on the page of ``page``, a State with PaymentMethods and Paying."""
    view = page.view
    return titled_card(
        "Payment methods",
        live_region(
            rx.match(
                view.payment_methods.state,
                ("asking", _asking()),
                ("away", _away(page)),
                ("off", _off(view.company)),
                _cards(view.payment_methods.cards),
            )
        ),
        rx.cond(
            view.payment_methods.state != "off",
            rx.el.div(
                prompt(
                    button(
                        "Manage payment methods",
                        kind="secondary",
                        icon="card",
                        wide=True,
                        loading=page.opening,
                        on_click=page.manage_cards,
                    ),
                    waiting=page.opening,
                    answer=page.problem,
                ),
                rx.el.p(
                    icon("shield", "size-4"),
                    "Cards are kept by Stripe, never by us.",
                    class_name="flex items-center gap-2 text-xs text-muted",
                ),
                class_name="mt-5 flex flex-wrap items-center gap-x-4 gap-y-3 max-sm:*:w-full",
            ),
        ),
        rx.el.div(
            if_any(
                page.problem,
                rx.el.div(notice("Not opened", page.problem, tone="warn"), class_name="mt-4"),
            ),
            role="alert",
        ),
    )


def _asking() -> rx.Component:
    return rx.el.div(
        rx.el.span("Looking up your saved cards", class_name="sr-only"),
        skeleton("h-4 w-48"),
        skeleton("h-3 w-28 mt-2"),
    )


def _away(page: Any) -> rx.Component:
    return notice(
        "Your cards cannot be shown at the moment",
        "Stripe, which keeps them, does not answer. Nothing is lost: please try again in a minute.",
        tone="quiet",
        action=rx.el.div(
            button("Try again", kind="secondary", size="compact", on_click=page.look_up_cards),
            class_name="w-full pl-8",
        ),
    )


def _off(company: Any) -> rx.Component:
    return rx.el.p(
        rx.el.bdi(company.name),
        " does not take payments online, so there are no cards to manage.",
        class_name="text-muted",
    )


def _cards(cards: rx.Var[Any]) -> rx.Component:
    return rx.cond(
        cards.length() > 0,
        rx.el.ul(rx.foreach(cards, _card), class_name="divide-y divide-line -my-3"),
        rx.el.p(
            "No card is saved. Add one here, or tick the box that saves it when you pay: next "
            "time it is already filled in.",
            class_name="text-muted text-pretty",
        ),
    )


def _card(card: Any) -> rx.Component:
    return rx.el.li(
        icon("card", "size-5 shrink-0 text-muted"),
        rx.el.div(
            rx.el.p(card.name, class_name="font-medium wrap-anywhere"),
            if_any(
                card.note,
                rx.el.p(
                    card.note,
                    class_name=rx.cond(
                        card.expired, "text-xs font-medium text-bad", "text-xs text-muted"
                    ),
                ),
            ),
            class_name="min-w-0 grow",
        ),
        rx.cond(card.is_default, badge("quiet", "Default")),
        class_name="flex items-center gap-3 py-3",
    )
