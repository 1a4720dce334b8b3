"""Settings, Payment processing: the company's Stripe account, and what is taken of a payment."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.connecting import (
    Connecting,
    connect_button,
    connect_problem,
)
from fsm_portal.dashboard.settings.disconnecting import disconnect_dialog
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.payment_processing import (
    PaymentProcessingView,
    show_payment_processing,
)
from fsm_portal.ui.badge import badge
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.values import if_any


class PaymentProcessing(rx.State):
    view: PaymentProcessingView = PaymentProcessingView()
    # Whether the question before disconnecting is open; kept over a lost connection.
    _asking: bool = False

    @classmethod
    def load_view(cls, scope: Scope, params: bool) -> PaymentProcessingView:
        return show_payment_processing(scope, asking=params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        if await begin(self):
            self._asking = False
        # Whoever comes back from Stripe may come back to the same address.
        (await self.get_state(Connecting))._begin()
        return await take_seat(self, PaymentProcessing, self._asking)

    @rx.event
    async def ask(self) -> EventSpec | None:
        """Open the question before disconnecting, with what is under way."""
        self._asking = True
        return await take_seat(self, PaymentProcessing, True)

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Leave the account connected."""
        self._asking = False
        return await take_seat(self, PaymentProcessing, False)


def payment_processing_page() -> rx.Component:
    view = last_seen("settings_payment_processing", PaymentProcessing.view)
    return settings_page(
        for_whoever_may(view, _page(view)),
        disconnect_dialog(PaymentProcessing.view, PaymentProcessing.stop),
        here="Payment processing",
        page=PaymentProcessing,
    )


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        live_region(
            _standing(view),
            connect_problem(),
            # No gap where nothing is said.
            class_name=rx.cond(
                (view.standing == "ready") & (Connecting.problem == ""), "-mb-4", ""
            ),
        ),
        rx.cond(
            view.standing == "none",
            _what_is_stripe(),
            _account(view),
        ),
        if_any(
            view.fee,
            titled_card("What a payment costs", rx.el.p(view.fee), _stripes_own(), key="fee"),
        ),
    )


def _standing(view: Any) -> rx.Component:
    return rx.match(
        view.standing,
        (
            "none",
            _told(
                "none",
                "info",
                "Connect Stripe to be paid online",
                "Customers then pay an invoice by card or bank from its page, and it is marked as "
                "paid by itself.",
                view,
                "Connect with Stripe",
            ),
        ),
        (
            "unfinished",
            _told(
                "unfinished",
                "warn",
                "Stripe needs something more from you",
                "Your account is there, but it cannot take payments yet. Complete Stripe’s form, "
                "or see in your Stripe dashboard what is missing.",
                view,
                "Go on at Stripe",
            ),
        ),
        (
            "left",
            _told(
                "left",
                "bad",
                "Stripe is disconnected",
                "Customers cannot pay online. What was paid so far stays here. Refunds are "
                "possible again once the account is connected.",
                view,
                "Connect again",
            ),
        ),
        (
            "no_payouts",
            rx.el.div(
                notice(
                    "Payments come in, but Stripe pays nothing out",
                    "Open your Stripe dashboard: it says there what is missing, most often the "
                    "bank account.",
                    tone="warn",
                ),
                key="no_payouts",
            ),
        ),
        rx.fragment(),
    )


def _told(key: str, tone: Any, title: str, text: str, view: Any, press: str) -> rx.Component:
    return rx.el.div(notice(title, text, tone=tone, action=connect_button(view, press)), key=key)


def _account(view: Any) -> rx.Component:
    return card(
        rx.el.div(
            rx.el.h2("Your Stripe account", class_name="text-sm font-semibold"),
            rx.cond(
                (view.account != "") & (view.standing != "left"),
                button(
                    "Ask Stripe again",
                    kind="link",
                    size="compact",
                    icon="refresh",
                    loading=Connecting.looking,
                    on_click=Connecting.look,
                ),
            ),
            class_name="mb-4 flex flex-wrap items-center justify-between gap-3",
        ),
        rx.el.dl(
            if_any(view.account, _line("Account", copyable(text=view.account))),
            _line("Payments", _yes_or_no(view.charges, "Taken", "Not taken")),
            _line("Payouts to your bank", _yes_or_no(view.payouts, "Made", "Not made")),
            class_name="divide-y divide-line",
        ),
        rx.el.div(
            link_button(
                "Open the Stripe dashboard",
                to=view.dashboard,
                icon="external",
                document=True,
                target="_blank",
                rel="noopener",
            ),
            rx.cond(
                view.standing != "left",
                button("Disconnect", kind="link", on_click=PaymentProcessing.ask),
            ),
            class_name="mt-5 flex flex-wrap items-center justify-between gap-3",
        ),
        rx.el.p(
            "Cards, bank debits, payouts and Stripe’s own fees are set in Stripe’s dashboard.",
            class_name="mt-4 text-xs text-muted",
        ),
    )


def _line(term: str, value: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(term, class_name="text-muted"),
        rx.el.dd(value, class_name="min-w-0 font-medium"),
        class_name="flex min-h-11 items-center justify-between gap-4 py-1",
    )


def _yes_or_no(flag: Any, yes: str, no: str) -> rx.Component:
    return rx.cond(
        flag,
        rx.el.span(badge("good", yes), key="yes"),
        rx.el.span(badge("warn", no), key="no"),
    )


_GOOD_TO_KNOW = (
    "The account is yours. The money goes to it, never through this portal.",
    ("Card numbers are typed on Stripe’s page only; neither you nor this portal ever see them."),
    (
        "To open it takes about ten minutes. Have at hand: your business’s address, its tax "
        "number, and the bank account for payouts."
    ),
    (
        "Stripe keeps a fee of each payment. How much depends on your country and on how a "
        "customer pays: for a card in the United States most often 2.9% and 30 cents. There is no "
        "monthly fee."
    ),
)


def _what_is_stripe() -> rx.Component:
    """Open for whoever has not connected yet: it is the question that everybody asks."""
    return titled_card(
        "What is Stripe?",
        rx.el.p(
            "Stripe is the company that takes the payment: it asks for the card or the bank "
            "account on a page of its own, charges it, and pays the money to your bank, usually "
            "within two working days. Millions of businesses are paid that way."
        ),
        rx.el.ul(
            *map(rx.el.li, _GOOD_TO_KNOW),
            class_name="mt-3 flex list-disc flex-col gap-1.5 pl-5",
        ),
        key="what-is-stripe",
    )


def _stripes_own() -> rx.Component:
    return rx.el.p(
        "Stripe’s own fee comes on top; your Stripe dashboard and each payment here show it.",
        class_name="mt-2 text-muted",
    )
