"""The customer's page of one invoice: see it, pay it, watch it become paid."""

import asyncio
import logging
from collections.abc import AsyncIterator

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.confirm_checkout import Confirmation, confirm_checkout
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.show_customer_invoice import CustomerInvoiceView, show_customer_invoice
from fsm_portal.flows.start_checkout import CannotPay, start_checkout
from fsm_portal.portal.address import checkout_id, invoice_id, invoice_id_in_browser
from fsm_portal.portal.contact import contact
from fsm_portal.portal.invoice_paper import paper
from fsm_portal.portal.locked import unlocked
from fsm_portal.portal.payment_panel import payment_panel
from fsm_portal.portal.visitor import arrive, visitor
from fsm_portal.threads import at_stripe
from fsm_portal.ui.customer_shell import beside, customer_shell
from fsm_portal.ui.out_of_reach import out_of_reach_notice
from fsm_portal.ui.title import back_link

log = logging.getLogger(__name__)

# Seconds before each look-up of a checkout one comes back from. The webhook usually is here before
# the first; there are more because Stripe may be out of reach for a while.
LOOK_UPS = (2.5, 5.0, 10.0, 20.0)
# Seconds that a look-up may take before the page says that Stripe does not answer.
PATIENCE = 5.0
# Seconds in which a payment that was just recorded reaches the page by push. Only if it does not,
# because it is held back for somebody to look at, the page speaks of it.
ARRIVES_WITHIN = 1.0


class InvoicePage(rx.State):
    """Thin: identity from the session, one call to a flow, the view comes by push."""

    view: CustomerInvoiceView = CustomerInvoiceView()
    locked: bool = False
    opening: bool = False
    problem: str = ""
    # Back from Stripe's page: "", or how far the confirmation is (see Confirmation).
    confirming: str = ""
    # The invoice whose lines are all shown; kept over a lost connection.
    _shown_in_full: str = ""
    # Counts the looks at a checkout, so that a later one ends those before it.
    _look: int = 0

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[str, bool]) -> CustomerInvoiceView:
        return show_customer_invoice(scope, *params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        who, known = await arrive(self)
        if not known:
            return None
        self.locked = who is None
        self.opening, self.problem, self.confirming = False, "", ""
        self._look += 1
        if who is None:
            return None
        self._watch(who)
        if not checkout_id(self):
            return None
        self.confirming = Confirmation.WAITING
        return InvoicePage.confirm

    @rx.event
    async def show_all_lines(self) -> None:
        """Instead of the first lines only."""
        who = await visitor(self)
        self.locked = who is None
        if who is not None:
            self._shown_in_full = invoice_id(self)
            self._watch(who)

    @rx.event
    async def pay(self) -> AsyncIterator[EventSpec | None]:
        """Pay now: the amount is the ledger's, the page is Stripe's."""
        who = await visitor(self)
        if who is None:
            self.locked = True
            return
        if self.opening:
            # The second half of a double click: it would close the page that is being opened.
            return
        self.opening, self.problem = True, ""
        yield
        try:
            url = await at_stripe(start_checkout, who, invoice_id(self))
        except CannotPay as error:
            self.opening, self.problem = False, str(error)
        except Exception:
            self.opening = False
            raise
        else:
            # The button stays pressed until the browser has left; coming back loads the page anew.
            yield rx.redirect(url)

    @rx.event(background=True)
    async def confirm(self) -> None:
        """Back before the webhook: give it a moment, then look the checkout up ourselves."""
        async with self:
            self._look += 1
            look, checkout = self._look, checkout_id(self)
            self.confirming = Confirmation.WAITING if checkout else ""
        for wait in LOOK_UPS if checkout else ():
            await asyncio.sleep(wait)
            async with self:
                who = await visitor(self)
                if self._look != look or who is None:
                    return
            if await self._ask_stripe(who, checkout, look) is not Confirmation.UNREACHABLE:
                return

    async def _ask_stripe(self, who: Identity, checkout: str, look: int) -> Confirmation:
        asking = asyncio.create_task(
            at_stripe(confirm_checkout, who.company_id, who.person_id, checkout)
        )
        await asyncio.wait({asking}, timeout=PATIENCE)
        if not asking.done():
            await self._say(Confirmation.UNREACHABLE, look)
        try:
            confirmation, topics = await asking
        except Exception:
            log.exception("a checkout could not be looked up")
            confirmation, topics = Confirmation.UNREACHABLE, frozenset()
        live.ring(topics)
        if confirmation is Confirmation.PAID:
            await asyncio.sleep(ARRIVES_WITHIN)
        await self._say(confirmation, look)
        return confirmation

    async def _say(self, confirmation: Confirmation, look: int) -> None:
        async with self:
            if self._look == look:
                self.confirming = confirmation

    def _watch(self, who: Identity) -> None:
        asked_for = invoice_id(self)
        live.watch(
            self,
            InvoicePage,
            # Of the session, not of the address: who may not see an invoice is not even told
            # that something about it has changed.
            {customer_topic(who.company_id, who.person_id)},
            who.scope,
            (asked_for, self._shown_in_full == asked_for),
            session_id=who.session_id,
        )


def invoice_title() -> rx.Var[str]:
    """The title of the browser's tab."""
    view = InvoicePage.view
    return rx.cond(view.number != "", f"{view.number} · {view.company.name}", "Invoice")


def invoice_page() -> rx.Component:
    view = InvoicePage.view
    return unlocked(
        customer_shell(
            out_of_reach_notice(InvoicePage.on_load, "not-empty:mb-6"),
            rx.el.div(back_link("All invoices", "/portal/"), class_name="-mt-3 sm:-mt-6"),
            beside(
                paper(view, on_all_lines=InvoicePage.show_all_lines), payment_panel(InvoicePage)
            ),
            contact(view),
            company=view.company.name,
            color=view.company.color,
            person=view.person,
        ),
        locked=InvoicePage.locked,
        loaded=view.loaded & (view.id == invoice_id_in_browser()),
        found=view.found,
        again=InvoicePage.on_load,
    )
