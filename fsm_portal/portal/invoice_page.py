"""The customer's page of one invoice: see it, pay it, watch it become paid."""

import asyncio
import logging
from typing import Any

import reflex as rx

from fsm_portal import live
from fsm_portal.domain.topic import invoice_topic
from fsm_portal.flows.confirm_checkout import Confirmation, confirm_checkout
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.show_customer_invoice import CustomerInvoiceView, show_customer_invoice
from fsm_portal.flows.start_checkout import CannotPay, start_checkout
from fsm_portal.portal.invoice_paper import paper
from fsm_portal.portal.locked import unlocked
from fsm_portal.portal.payment_panel import payment_panel
from fsm_portal.portal.visitor import visitor
from fsm_portal.ui.customer_shell import beside, customer_shell
from fsm_portal.ui.title import back_link

log = logging.getLogger(__name__)

# How long the webhook may take before Stripe is asked; usually it is here before the browser.
PATIENCE_SECONDS = 2.5


class InvoicePage(rx.State):
    """Thin: identity from the session, one call to a flow, the view comes by push."""

    view: CustomerInvoiceView = CustomerInvoiceView()
    locked: bool = False
    # The invoice this address names; the view of the page before may still be there for a moment.
    shown_id: str = ""
    opening: bool = False
    problem: str = ""
    # Back from Stripe's page: "", or how far the confirmation is (see Confirmation).
    confirming: str = ""

    @classmethod
    def load_view(cls, scope: Scope, invoice_id: str) -> CustomerInvoiceView:
        return show_customer_invoice(scope, invoice_id)

    @rx.event
    async def on_load(self) -> Any:
        who = await visitor(self)
        self.opening, self.problem, self.confirming = False, "", ""
        self.locked = who is None
        self.shown_id = invoice_id = self._invoice_id()
        if who is None:
            return None
        live.watch(
            self,
            InvoicePage,
            {invoice_topic(who.company_id, invoice_id)},
            who.scope,
            invoice_id,
            session_id=who.session_id,
        )
        if self._checkout_id():
            self.confirming = Confirmation.WAITING
            return InvoicePage.confirm
        return None

    @rx.event
    async def pay(self) -> Any:
        """Pay now: the amount is the ledger's, the page is Stripe's."""
        if self.opening:
            # The second press of a double click would close the page that the first one opened.
            return
        who = await visitor(self)
        if who is None:
            self.locked = True
            return
        self.opening, self.problem = True, ""
        yield
        try:
            url = await asyncio.to_thread(start_checkout, who, self._invoice_id())
        except CannotPay as error:
            self.opening, self.problem = False, str(error)
            return
        except Exception:
            self.opening = False
            raise
        # The browser leaves now. Should it come back, on_load makes the button work again.
        yield rx.redirect(url)

    @rx.event(background=True)
    async def confirm(self) -> None:
        """Back before the webhook: give it a moment, then look the session up ourselves."""
        async with self:
            who = await visitor(self)
            checkout_id = self._checkout_id()
        if who is None or not checkout_id:
            return
        await asyncio.sleep(PATIENCE_SECONDS)
        try:
            state, topics = await asyncio.to_thread(
                confirm_checkout, who.company_id, who.person_id, checkout_id
            )
        except Exception:
            log.exception("a checkout could not be looked up")
            state, topics = Confirmation.UNREACHABLE, frozenset()
        live.ring(topics)
        async with self:
            self.confirming = state

    def _invoice_id(self) -> str:
        return str(self.router.page.params.get("invoice_id", ""))[:64]

    def _checkout_id(self) -> str:
        return str(self.router.page.params.get("checkout", ""))[:255]


def invoice_page() -> rx.Component:
    view = InvoicePage.view
    return unlocked(
        customer_shell(
            back_link("All invoices", "/portal/"),
            beside(paper(view), payment_panel(InvoicePage)),
            company=view.company.name,
            color=view.company.color,
            person=view.person,
        ),
        locked=InvoicePage.locked,
        loaded=view.loaded & (view.id == InvoicePage.shown_id),
        found=view.found,
    )
