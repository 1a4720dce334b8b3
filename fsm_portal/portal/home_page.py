"""The customer's home: what is owed, and all invoices in one list."""

import reflex as rx

from fsm_portal import live
from fsm_portal.domain.topic import customer_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.show_home import HomeView, show_home
from fsm_portal.portal.locked import unlocked
from fsm_portal.portal.visitor import visitor
from fsm_portal.ui.badge import status_badges
from fsm_portal.ui.card import card
from fsm_portal.ui.customer_shell import customer_shell
from fsm_portal.ui.empty import empty
from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import page_title


class HomePage(rx.State):
    view: HomeView = HomeView()
    locked: bool = False

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> HomeView:
        return show_home(scope)

    @rx.event
    async def on_load(self) -> None:
        who = await visitor(self)
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
            rx.el.div(
                page_title("Your invoices", above=view.person),
                figures(
                    figure("You owe", view.owed, view.owed_words),
                    rx.cond(
                        view.overdue != "",
                        figure("Overdue", view.overdue, view.overdue_words),
                    ),
                ),
                rx.cond(view.invoices.length() > 0, _list(view), _none()),
                class_name="flex flex-col gap-6",
            ),
            company=view.company.name,
            color=view.company.color,
            person=view.person,
        ),
        locked=HomePage.locked,
        loaded=view.loaded,
        found=view.loaded,
    )


def _list(view: rx.Var) -> rx.Component:
    return table_card(
        "Invoices",
        table(
            "Invoices",
            [
                Column("Number", lambda row: row.number),
                Column("Issued", lambda row: row.issued_on, card="wide"),
                Column(
                    "Status",
                    lambda row: status_badges(
                        row.status.code, row.status.overdue, row.status.processing
                    ),
                    card="right",
                ),
                Column("Due", lambda row: row.due_words),
                Column("Total", lambda row: row.total, figure=True, card="top"),
            ],
            view.invoices,
            key=lambda row: row.id,
            to=lambda row: f"/portal/invoices/{row.id}/",
        ),
        foot=rx.cond(
            view.more_words != "",
            rx.el.p(view.more_words, class_name="px-5 py-4 text-muted"),
            rx.fragment(),
        ),
    )


def _none() -> rx.Component:
    return card(empty("No invoices yet", "Invoices that are sent to you will be here."))
