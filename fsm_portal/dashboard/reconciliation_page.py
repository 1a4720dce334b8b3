"""Our books beside Stripe's: per currency the proof, then payouts, and what does not fit."""

import re
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.reconciliation_check import (
    StripeCheck,
    check_button,
    check_progress,
)
from fsm_portal.dashboard.reconciliation_facts import (
    Settling,
    facts_card,
    note_dialog,
    work_card,
)
from fsm_portal.dashboard.reconciliation_payouts import payouts_card
from fsm_portal.dashboard.reconciliation_proofs import proof_cards
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.reconciliation.show import show_reconciliation
from fsm_portal.flows.reconciliation.view import ReconciliationView
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.notice import notice
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import if_any

_PAYOUT = re.compile(r"po_[A-Za-z0-9]{1,200}")


class ReconciliationPage(rx.State):
    view: ReconciliationView = ReconciliationView()
    # The payout whose contents are shown; kept over a lost connection.
    _opened: str = ""

    @classmethod
    def load_view(cls, scope: Scope, params: str) -> ReconciliationView:
        return show_reconciliation(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, StripeCheck, Settling)
        return await take_seat(self, ReconciliationPage, self._opened)

    @rx.event
    async def toggle(self, payout_id: str) -> EventSpec | None:
        """Show what is in a payout, or hide it again."""
        if isinstance(payout_id, str) and _PAYOUT.fullmatch(payout_id):
            self._opened = "" if self._opened == payout_id else payout_id
        return await take_seat(self, ReconciliationPage, self._opened)


def reconciliation_page() -> rx.Component:
    view = last_seen("reconciliation", ReconciliationPage.view)
    return staff_page(
        page_title(
            "Reconciliation",
            rx.cond(view.allowed, check_button(view.may_check)),
        ),
        rx.cond(
            view.loaded,
            rx.cond(view.allowed, _page(view), _not_for_technicians()),
            loading(skeleton_card(4), skeleton_card(6)),
        ),
        note_dialog(),
        here="Reconciliation",
        page=ReconciliationPage,
    )


def _page(view: Any) -> rx.Component:
    return rx.el.div(
        check_progress(),
        rx.cond(
            view.notice_title != "",
            rx.el.div(
                rx.cond(
                    view.notice_tone == "bad",
                    rx.el.div(notice(view.notice_title, view.notice, tone="bad"), key="bad"),
                    rx.el.div(notice(view.notice_title, view.notice, tone="info"), key="info"),
                ),
                key="connection",
            ),
            rx.el.p(
                view.checked,
                if_any(view.checked_trouble, rx.fragment(". Not all: ", view.checked_trouble)),
                key="checked",
                class_name="-mt-2 text-xs text-muted wrap-anywhere",
            ),
        ),
        proof_cards(view),
        rx.el.div(
            payouts_card(view, ReconciliationPage.toggle),
            rx.el.div(
                facts_card(view),
                work_card(view),
                class_name="flex min-w-0 flex-col gap-4",
            ),
            class_name="grid items-start gap-4 *:min-w-0 lg:grid-cols-2",
        ),
        key="reconciliation",
        class_name="flex flex-col gap-4",
    )


def _not_for_technicians() -> rx.Component:
    return card(
        empty(
            "This page is the office’s",
            "It compares the company’s books with Stripe’s. Ask the office if a payment is amiss.",
            icon="lock",
        ),
        key="not-for-technicians",
    )
