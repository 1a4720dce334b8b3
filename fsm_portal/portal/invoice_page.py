"""The customer's page of one invoice: see it, pay it, watch it become paid."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.invoices.show_customer_invoice import (
    CustomerInvoiceView,
    show_customer_invoice,
)
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.portal.address import checkout_id, invoice_id, invoice_id_in_browser
from fsm_portal.portal.confirming import Confirming
from fsm_portal.portal.invoice_paper import paper
from fsm_portal.portal.paying import Paying
from fsm_portal.portal.payment_panel import payment_panel
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.seen import seen
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.customer_shell import beside
from fsm_portal.ui.title import back_link


class InvoicePage(Paying, Confirming, Visited, rx.State):
    """Thin: identity from the session, one call to a flow, the view comes by push."""

    view: CustomerInvoiceView = CustomerInvoiceView()
    # The invoice whose lines are all shown; kept over a lost connection.
    _shown_in_full: str = ""

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[str, bool, str]) -> CustomerInvoiceView:
        return show_customer_invoice(scope, *params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        who, known = await self._arrive()
        if not known:
            return None
        self._visit_anew()
        came_back = self._arrive_anew()
        if who is None:
            self.confirming = ""
            return None
        self._watch(who)
        seen(who, invoice_id(self))
        return InvoicePage.confirm if came_back else None

    @rx.event
    async def show_all_lines(self) -> None:
        """Instead of the first lines only."""
        who = await self._visitor()
        if who is not None:
            self._shown_in_full = invoice_id(self)
            self._watch(who)

    @rx.event(background=True)
    async def pay(self, form: dict[str, Any] | None = None) -> EventSpec | None:
        """Pay now: what was chosen is checked against the ledger, the page is Stripe's."""
        typed = form.get("amount") if isinstance(form, dict) else None
        async with self:
            asked_for = invoice_id(self)
        return await self._lead_to_stripe(lambda who: start_checkout(who, asked_for, typed))

    def _watch(self, who: Identity) -> None:
        asked_for = invoice_id(self)
        live.watch(
            self,
            InvoicePage,
            # Of the session, not of the address: who may not see an invoice is not even told
            # that something about it has changed.
            {customer_topic(who.company_id, who.person_id)},
            who.scope,
            (asked_for, self._shown_in_full == asked_for, checkout_id(self)),
            session_id=who.session_id,
        )


def invoice_title() -> rx.Var[str]:
    """The title of the browser's tab."""
    view = InvoicePage.view
    return rx.cond(view.number != "", f"{view.number} · {view.company.name}", "Invoice")


def invoice_page() -> rx.Component:
    view = InvoicePage.view
    return portal_page(
        InvoicePage,
        rx.el.div(back_link("All invoices", "/portal/invoices/"), class_name="-mt-3 sm:-mt-6"),
        beside(paper(view, on_all_lines=InvoicePage.show_all_lines), payment_panel(InvoicePage)),
        here="Invoices",
        loaded=view.loaded & (view.id == invoice_id_in_browser()),
        found=view.found,
    )
