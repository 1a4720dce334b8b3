"""The customer's home: what is owed, what there is to pay, and what is settled."""

from typing import Any

import reflex as rx

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.show_home import HomeView, show_home
from fsm_portal.portal.contact import contact
from fsm_portal.portal.locked import unlocked
from fsm_portal.portal.visitor import arrive
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.card import card
from fsm_portal.ui.customer_shell import customer_shell
from fsm_portal.ui.empty import empty
from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.out_of_reach import out_of_reach_notice
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import Text


class HomePage(rx.State):
    view: HomeView = HomeView()
    locked: bool = False

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> HomeView:
        return show_home(scope)

    @rx.event
    async def on_load(self) -> None:
        who, known = await arrive(self)
        if not known:
            return
        self.locked = who is None
        if who is not None:
            live.watch(
                self,
                HomePage,
                {customer_topic(who.company_id, who.person_id)},
                who.scope,
                session_id=who.session_id,
            )


def home_page() -> rx.Component:
    view = HomePage.view
    return unlocked(
        customer_shell(
            out_of_reach_notice(HomePage.on_load, "not-empty:mb-6"),
            rx.el.div(
                page_title("Your invoices", above=view.person),
                rx.el.div(
                    figures(
                        figure("You owe", view.owed, view.owed_words),
                        rx.cond(
                            view.overdue != "",
                            figure("Overdue", view.overdue, view.overdue_words),
                        ),
                    ),
                    # Six figures side by side on the smallest phone.
                    class_name="max-sm:[&_dd:first-of-type]:text-xl",
                ),
                rx.cond(
                    view.to_pay.length() > 0,
                    _list("To pay", "Due", "Amount due", view.to_pay, view.more_to_pay),
                ),
                rx.cond(
                    view.settled.length() > 0,
                    _list("Settled", "Outcome", "Total", view.settled, view.more_settled),
                ),
                rx.cond(
                    (view.to_pay.length() == 0) & (view.settled.length() == 0),
                    card(empty("No invoices yet", "Invoices that are sent to you will be here.")),
                ),
                class_name="flex flex-col gap-6",
            ),
            contact(view),
            company=view.company.name,
            color=view.company.color,
            person=view.person,
        ),
        locked=HomePage.locked,
        loaded=view.loaded,
        found=view.loaded,
        again=HomePage.on_load,
    )


def _list(name: str, when: str, amount: str, invoices: rx.Var[Any], more: Text) -> rx.Component:
    return table_card(
        name,
        table(
            name,
            [
                Column("Number", lambda row: row.number),
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
        foot=rx.cond(more != "", rx.el.p(more, class_name="px-5 py-4 text-muted"), rx.fragment()),
    )
