"""The parts of a customer's page, one at a time: lists, the statement, the history."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.customers.customer_payments import payments_of_customer
from fsm_portal.dashboard.customers.statement_tab import statement_tab
from fsm_portal.dashboard.invoice_table import invoice_table
from fsm_portal.dashboard.jobs.job_table import job_table
from fsm_portal.domain.role import May
from fsm_portal.ui.activity import activity
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import in_address, turning, until_fresh
from fsm_portal.ui.part_tabs import part_tabs
from fsm_portal.ui.table import table_card
from fsm_portal.ui.values import if_any

_PARTS = (
    ("invoices", "Invoices"),
    ("payments", "Payments"),
    ("jobs", "Jobs"),
    ("statement", "Statement"),
    ("history", "History"),
)


def parts(view: Any) -> rx.Component:
    """The ways to them."""
    shown = in_address("show", "invoices")
    page = f"/dashboard/customers/{view.id}/"
    return part_tabs(
        "About this customer",
        [
            (label, page if name == "invoices" else f"{page}?show={name}", shown == name)
            for name, label in _PARTS
        ],
    )


def customer_part(view: Any, page: Any) -> rx.Component:
    """The one that is shown; faded while another is on its way."""
    return until_fresh(
        rx.match(
            view.show,
            ("payments", rx.el.div(_payments(view), key="payments")),
            ("jobs", rx.el.div(_jobs(view), key="jobs")),
            ("statement", rx.el.div(statement_tab(view, page), key="statement")),
            ("history", rx.el.div(_history(view), key="history")),
            rx.el.div(_invoices(view), key="invoices"),
        ),
        in_address("show", "invoices") == view.show,
    )


def _invoices(view: Any) -> rx.Component:
    return table_card(
        "Invoices",
        rx.cond(
            view.invoices.rows.length() > 0,
            invoice_table(view.invoices.rows, view.desk, with_customer=False),
            empty(
                "No invoices yet",
                "What this customer is to pay stands here, and what they have paid.",
                action=rx.cond(
                    view.desk.may.contains(May.WRITE_INVOICES.value),
                    link_button("New invoice", to=f"/dashboard/invoices/new/?customer={view.id}"),
                ),
            ),
        ),
        foot=_turn(view),
    )


def _payments(view: Any) -> rx.Component:
    return table_card(
        "Payments and refunds",
        rx.cond(
            view.payments.rows.length() > 0,
            payments_of_customer(view.payments.rows),
            empty(
                "No payments yet",
                "A payment shows the moment it is made, and so does one that is refused, or "
                "refunded.",
                icon="card",
            ),
        ),
        foot=_turn(view),
    )


def _jobs(view: Any) -> rx.Component:
    return table_card(
        "Jobs",
        rx.cond(
            view.jobs.rows.length() > 0,
            job_table(view.jobs.rows, view.desk, with_customer=False),
            empty(
                "No jobs yet",
                "What is planned and what was done for this customer stands here. They see it in "
                "their portal, too.",
                icon="wrench",
                action=rx.cond(
                    view.desk.may.contains(May.EDIT_JOBS.value),
                    link_button("New job", to=f"/dashboard/jobs/new/?customer={view.id}"),
                ),
            ),
        ),
        foot=_turn(view),
    )


def _history(view: Any) -> rx.Component:
    return rx.el.div(
        titled_card("History", activity(view.history.events, _event)),
        _turn(view),
    )


def _event(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.p(
            rx.cond(
                one.page != "",
                link(
                    one.title,
                    to=one.page,
                    class_name="rounded-sm underline-offset-4 hover:underline",
                ),
                rx.el.span(one.title),
            ),
            class_name="font-medium wrap-anywhere",
        ),
        if_any(one.note, rx.el.p(one.note, class_name="mt-0.5 text-xs text-muted wrap-anywhere")),
        key=one.id,
        class_name="border-l-2 border-tone pl-3",
        custom_attrs={"data-tone": one.tone},
    )


def _turn(view: Any) -> rx.Component:
    return rx.cond((view.newer != "") | (view.older != ""), turning(view, ""))
