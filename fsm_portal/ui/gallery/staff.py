"""The office's face, as a dashboard."""

import reflex as rx

from fsm_portal.ui.activity import activity, activity_entry
from fsm_portal.ui.aging_chart import aging_chart
from fsm_portal.ui.badge import status_badges
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.figure import figure, figures
from fsm_portal.ui.gallery.state import Gallery
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.search import filter_by, search
from fsm_portal.ui.staff_shell import staff_shell
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import page_title


def staff() -> rx.Component:
    return staff_shell(
        page_title("Overview", button("New invoice", icon="plus", kind="secondary")),
        figures(
            figure("Outstanding", "$86,935", "−4.2% vs last month"),
            figure("Overdue", "$16,835", "7 invoices"),
            figure("Collected in October", "$62,410", "+11.8% vs September"),
            figure("Average days to pay", "18.4", "−1.6 days"),
        ),
        rx.el.div(
            titled_card(
                "Receivables by age",
                aging_chart("Receivables by age", Gallery.buckets),
                class_name="lg:col-span-2",
            ),
            titled_card(
                "Activity",
                activity(
                    Gallery.events,
                    lambda event: activity_entry(
                        event.title, event.note, tone=event.status, key=event.id
                    ),
                ),
            ),
            class_name="grid gap-4 lg:grid-cols-3",
        ),
        table_card(
            "Invoices",
            table(
                "Invoices",
                [
                    Column("Number", lambda row: row.number),
                    Column("Customer", lambda row: row.customer, card="wide"),
                    Column(
                        "Status",
                        lambda row: status_badges(row.status, row.overdue, row.processing),
                        card="right",
                    ),
                    Column("Due", lambda row: row.due),
                    Column("Amount", lambda row: row.amount, figure=True, card="top"),
                ],
                Gallery.invoices,
                key=lambda row: row.id,
                to=lambda row: f"/gallery/customer/?id={row.id}",
            ),
            controls=[
                search("Search invoices", Gallery.search.debounce(250)),
                filter_by(
                    "Status",
                    [("", "All"), ("unpaid", "Unpaid"), ("paid", "Paid")],
                    Gallery.search,
                ),
            ],
            foot=pagination(
                f"Page {Gallery.page} of 3",
                on_previous=Gallery.turn(-1),
                on_next=Gallery.turn(1),
                first=Gallery.page == 1,
                last=Gallery.page == 3,
            ),
        ),
        here="Overview",
        company=Gallery.company,
        color=Gallery.color,
        person="Maya Ortiz",
    )
