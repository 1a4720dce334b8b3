"""Jobs in a table: when, what, for whom, who goes, and the invoice for it."""

from typing import Any

import reflex as rx

from fsm_portal.domain.role import May
from fsm_portal.ui.badge import badge, invoice_badges
from fsm_portal.ui.button import link_button
from fsm_portal.ui.link import link
from fsm_portal.ui.table import Column, table


def job_table(
    rows: rx.Var[Any], desk: Any, *, with_customer: bool = True, name: Any = "Jobs"
) -> rx.Component:
    """``rows`` is a var of JobRow; ``desk`` says whether an invoice can be made of one."""
    columns = [
        Column("Job", lambda row: rx.el.span(row.title, class_name="wrap-anywhere")),
        Column("When", _when, card="wide"),
        *(
            [
                Column(
                    "Customer",
                    lambda row: rx.el.span(row.customer, class_name="wrap-anywhere"),
                    card="wide",
                )
            ]
            if with_customer
            else []
        ),
        Column("Technician", lambda row: row.technician, card="left"),
        Column("Invoice", lambda row: _invoices(row, desk), card="right"),
    ]
    return table(
        name, columns, rows, key=lambda row: row.id, to=lambda row: f"/dashboard/jobs/{row.id}/"
    )


def job_badge(state: Any) -> rx.Component:
    """Nothing for what is simply planned."""
    return rx.match(
        state,
        ("done", badge("good", "Done")),
        ("late", badge("warn", "Not marked as done")),
        ("cancelled", badge("quiet", "Cancelled")),
        rx.fragment(),
    )


def _when(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(row.when),
        job_badge(row.state),
        class_name="flex flex-wrap items-center gap-x-2 gap-y-1",
    )


def _invoices(row: Any, desk: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(
            row.invoices,
            lambda one: rx.el.span(
                link(one.number, to=f"/dashboard/invoices/{one.id}/"),
                invoice_badges(one.status),
                key=one.id,
                class_name="inline-flex flex-wrap items-center gap-x-2",
            ),
        ),
        rx.cond(
            (row.state == "done")
            & (row.invoices.length() == 0)
            & desk.may.contains(May.WRITE_INVOICES.value),
            link_button(
                "Make invoice",
                to=f"/dashboard/invoices/new/?job={row.id}",
                size="compact",
                aria_label="Make an invoice of " + row.title.to(str),
            ),
        ),
        # Above the link that covers the whole row.
        class_name="relative z-10 flex w-fit flex-col items-start gap-1 empty:hidden sm:-my-1",
    )
