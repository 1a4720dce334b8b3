"""The customer's home: what is owed and to be paid, who comes next, what was paid lately."""

from functools import partial
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.home.show_home import HomeView, show_home
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.paying.bill import MOST_INVOICES
from fsm_portal.flows.paying.choose_invoices import all_payable, still_payable
from fsm_portal.flows.paying.start_checkout import start_checkout_of_several
from fsm_portal.portal.address import checkout_id
from fsm_portal.portal.arrival_news import arrival_news
from fsm_portal.portal.confirming import Confirming
from fsm_portal.portal.home_glance import BESIDE_HEADING, last_payments, next_visit
from fsm_portal.portal.home_paying import pay_together, tick_to_pay
from fsm_portal.portal.paying import Paying
from fsm_portal.portal.portal_page import portal_page
from fsm_portal.portal.visited import Visited
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.link import link
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import if_any


class HomePage(Paying, Confirming, Visited, rx.State):
    """Thin: identity from the session, one call to a flow, the view comes by push."""

    view: HomeView = HomeView()
    # Invoices that are ticked, to be paid together: ids with commas between them. The browser's tab
    # keeps them, so they are there after a restart of the server too, as its ticks are.
    ticked: str = rx.SessionStorage("", name="ticked")

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[frozenset[str], str]) -> HomeView:
        return show_home(scope, *params)

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
        if came_back:
            self.ticked = ""
        self._watch(who)
        return HomePage.confirm if came_back else None

    @rx.event
    async def choose(self, invoice_id: str, ticked: bool) -> None:
        """Tick an invoice, or take the tick away."""
        who = await self._visitor()
        if who is None or not (isinstance(invoice_id, str) and is_id(invoice_id)):
            return
        chosen = [each for each in self._chosen() if each != invoice_id]
        if ticked is True:
            chosen.append(invoice_id)
        self.ticked, self.problem = ",".join(chosen[-MOST_INVOICES:]), ""
        self._watch(who)

    @rx.event(background=True)
    async def pay(self) -> EventSpec | None:
        """Pay what is ticked, in one payment."""
        async with self:
            chosen = self._chosen()
        return await self._lead_to_stripe(
            lambda who: start_checkout_of_several(who, still_payable(who.scope, chosen))
        )

    @rx.event(background=True)
    async def pay_all(self) -> EventSpec | None:
        """Pay all that is open, in one payment."""
        return await self._lead_to_stripe(
            lambda who: start_checkout_of_several(who, all_payable(who.scope))
        )

    def _chosen(self) -> list[str]:
        """What the browser says is ticked, where it says ids."""
        said = self.ticked if isinstance(self.ticked, str) else ""
        return [each for each in said.split(",", MOST_INVOICES)[:MOST_INVOICES] if is_id(each)]

    def _watch(self, who: Identity) -> None:
        live.watch(
            self,
            HomePage,
            {customer_topic(who.company_id, who.person_id)},
            who.scope,
            (frozenset(self._chosen()), checkout_id(self)),
            session_id=who.session_id,
        )


def home_page() -> rx.Component:
    view = HomePage.view
    return portal_page(
        HomePage,
        rx.el.div(
            page_title(
                "Your invoices",
                # A phone's bar has no room for it.
                rx.el.div(
                    link_button("Statement", to="/portal/statement/", icon="statement"),
                    class_name="lg:hidden",
                ),
                above=view.person,
            ),
            rx.el.div(
                arrival_news(HomePage, rx.fragment()),
                role="status",
                aria_live="polite",
                class_name="empty:-mb-6",
            ),
            rx.el.div(
                figures(
                    figure("You owe", view.owed, _how_many(view)),
                    rx.cond(
                        view.overdue != "",
                        figure("Overdue", view.overdue, view.overdue_words),
                    ),
                    rx.cond(
                        view.credit != "",
                        figure("Your credit", view.credit, "Ask for it to be used"),
                    ),
                ),
                # Six figures side by side on the smallest phone.
                class_name="max-sm:[&_dd:first-of-type]:text-xl",
            ),
            rx.cond(view.visit.when != "", next_visit(view.visit)),
            rx.cond(
                view.to_pay.length() > 0,
                _list(
                    "To pay",
                    "Due",
                    "Amount due",
                    view.to_pay,
                    before=partial(tick_to_pay, HomePage),
                    foot=rx.fragment(
                        pay_together(HomePage),
                        if_any(
                            view.more_to_pay,
                            rx.el.p(
                                view.more_to_pay + " ",
                                link("See all of them", to="/portal/invoices/?show=unpaid"),
                                class_name="px-5 py-4 text-muted",
                            ),
                        ),
                    ),
                ),
            ),
            rx.cond(view.payments.length() > 0, last_payments(view.payments)),
            rx.cond(
                view.settled.length() > 0,
                rx.el.div(
                    _list(
                        "Settled",
                        "Outcome",
                        "Total",
                        view.settled,
                        action=link(
                            "All invoices", to="/portal/invoices/", class_name=BESIDE_HEADING
                        ),
                    ),
                    # Beside the heading on a phone too: a search would take a line, a link none.
                    class_name="max-sm:[&>section>div:first-child>div]:w-auto",
                ),
            ),
            rx.cond(
                (view.to_pay.length() == 0) & (view.settled.length() == 0),
                card(empty("No invoices yet", "Invoices that are sent to you will be here.")),
            ),
            class_name="flex flex-col gap-6",
        ),
        here="Home",
    )


def _how_many(view: Any) -> rx.Component:
    """Beside the total: what it is of, and what of it needs nothing more to be done."""
    return rx.fragment(
        view.owed_words,
        if_any(
            view.on_its_way,
            rx.el.span(
                view.on_its_way,
                class_name="mt-1 block font-medium text-tone text-pretty",
                custom_attrs={"data-tone": "info"},
            ),
        ),
    )


def _list(
    name: str,
    when: str,
    amount: str,
    invoices: rx.Var[Any],
    *,
    before: Any = None,
    foot: rx.Component | None = None,
    action: rx.Component | None = None,
) -> rx.Component:
    return table_card(
        name,
        table(
            name,
            [
                Column("Number", lambda row: row.number, before=before),
                Column("Issued", lambda row: row.issued_on, card="none"),
                Column(
                    "Status",
                    lambda row: invoice_badges(row.status),
                    card="right",
                ),
                Column(when, lambda row: row.when),
                Column(amount, lambda row: row.amount, figure=True, card="top"),
            ],
            invoices,
            key=lambda row: row.id,
            to=lambda row: f"/portal/invoices/{row.id}/",
        ),
        controls=[action] if action else (),
        foot=foot or rx.fragment(),
    )
