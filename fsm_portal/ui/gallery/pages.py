"""The kit on show, to develop against: /gallery/customer/, /gallery/staff/ and /gallery/kit/."""

from typing import Any

import reflex as rx

from fsm_portal.ui.activity import activity, activity_entry, ledger, ledger_entry
from fsm_portal.ui.aging_chart import aging_chart
from fsm_portal.ui.badge import LABELS, badge, status_badges
from fsm_portal.ui.button import button, icon_button, link_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.customer_shell import beside, customer_shell
from fsm_portal.ui.details import details
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import checkbox, money_field, select_field, text_area, text_field
from fsm_portal.ui.figure import amount_due, figure, figures
from fsm_portal.ui.gallery.cast import (
    BUCKETS,
    COMPANY,
    CUSTOMER,
    EVENTS,
    INVOICES,
    LINES,
    PAYMENTS,
    Bucket,
    InvoiceRow,
    Line,
    Movement,
)
from fsm_portal.ui.icon import PATHS, icon
from fsm_portal.ui.line_items import line_items, sum_line, sum_total, totals
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.pagination import pagination
from fsm_portal.ui.progress import progress
from fsm_portal.ui.search import filter_by, search
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.staff_shell import staff_shell
from fsm_portal.ui.table import Column, table, table_card
from fsm_portal.ui.title import back_link, page_title
from fsm_portal.ui.toast import say


class Gallery(rx.State):
    """Values as a page's State would hold them."""

    company: str = COMPANY
    color: str = ""
    lines: list[Line] = LINES
    invoices: list[InvoiceRow] = INVOICES
    payments: list[Movement] = PAYMENTS
    events: list[Movement] = EVENTS
    buckets: list[Bucket] = BUCKETS
    asking: bool = False
    problem: str = ""
    page: int = 1

    @rx.event
    def ask(self) -> None:
        self.asking, self.problem = True, ""

    @rx.event
    def stop_asking(self) -> None:
        self.asking = False

    @rx.event
    async def answer(self, form: dict[str, Any]) -> None:
        if form.get("amount") == "0":
            self.problem = "Enter an amount above zero."
            return
        self.asking = False
        await say(self, f"{form.get('amount')} noted")

    @rx.event
    async def send(self) -> None:
        await say(self, "Invoice sent to dana@harborview.example")

    @rx.event
    def search(self, text: str) -> None:
        self.invoices = [row for row in INVOICES if text.lower() in row.customer.lower()]

    @rx.event
    def turn(self, by: int) -> None:
        self.page = max(1, min(3, self.page + by))

    @rx.event
    def paint(self, color: str) -> None:
        self.color = color

    @rx.event
    def fail(self) -> None:
        raise RuntimeError("a handler that fails")


def customer() -> rx.Component:
    return customer_shell(
        beside(_invoice(), rx.fragment(_pay(), _history())),
        _question(),
        company=Gallery.company,
        color=Gallery.color,
        person="Dana Reyes",
    )


def _invoice() -> rx.Component:
    return card(
        page_title("INV-0418", badge("partially_paid"), above="Invoice"),
        rx.el.div(
            details(("Billed to", CUSTOMER), ("Issued", "Sep 22, 2026"), ("Due", "Oct 22, 2026")),
            class_name="my-6",
        ),
        line_items(Gallery.lines),
        rx.el.div(
            totals(
                sum_line("Subtotal", "$2,723.00"),
                sum_line("Sales tax (8.25%)", "$224.65"),
                sum_total("Total", "$2,947.65"),
                sum_line("Paid so far", "$1,250.00"),
            ),
            class_name="mt-5",
        ),
        rx.el.div(
            link_button(
                "Download PDF",
                to="/favicon.svg",
                icon="download",
                kind="link",
                size="compact",
                document=True,
            ),
            class_name="-ml-3 mt-4",
        ),
    )


def _pay() -> rx.Component:
    return card(
        amount_due("Amount due", "$1,697.65", "Due Oct 22, 2026"),
        rx.el.div(
            button("Pay now", size="large", icon="lock", wide=True, on_click=Gallery.send),
            button(
                "Pay a different amount",
                kind="secondary",
                size="large",
                wide=True,
                on_click=Gallery.ask,
            ),
            class_name="mt-5 flex flex-col gap-3",
        ),
        rx.el.p(
            icon("shield", "size-4"),
            "Secured by Stripe. We never see your card.",
            class_name="mt-4 flex items-center gap-2 text-xs text-muted",
        ),
    )


def _history() -> rx.Component:
    return titled_card(
        "Payment history",
        ledger(
            Gallery.payments,
            lambda paid: ledger_entry(
                paid.title,
                paid.amount,
                paid.note,
                badge=rx.cond(paid.status == "pending", badge("pending")),
                key=paid.id,
            ),
        ),
    )


def _question() -> rx.Component:
    return dialog(
        rx.el.form(
            money_field(
                "Amount in USD",
                name="amount",
                default_value="500.00",
                error=Gallery.problem,
                hint="At least $0.50.",
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=Gallery.stop_asking),
                button("Continue", type="submit"),
            ),
            on_submit=Gallery.answer,
        ),
        name="other-amount",
        title="Pay a different amount",
        text="The rest stays open until the due date.",
        shown=Gallery.asking,
        on_close=Gallery.stop_asking,
    )


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


def kit() -> rx.Component:
    colours = ["", "#e11d48", "#ffd400", "#0f766e", "#111111", "#ffffff", "#7cfc00"]
    return staff_shell(
        page_title("The kit", beside=badge("quiet", "Gallery"), above="For development"),
        back_link("All invoices", "/gallery/staff/"),
        titled_card(
            "Company colour",
            _row(
                *[button(c or "Own", kind="secondary", on_click=Gallery.paint(c)) for c in colours]
            ),
        ),
        titled_card("Statuses", _row(*[badge(status) for status in LABELS])),
        titled_card(
            "Buttons",
            _row(
                button("Send invoice", icon="send", on_click=Gallery.send),
                button("Duplicate", kind="secondary"),
                button("Refund", kind="danger"),
                button("More", kind="link"),
                button("Sending", loading=True),
                button("Not now", kind="secondary", disabled=True),
                button("Break", kind="danger", size="compact", on_click=Gallery.fail),
                icon_button("refresh", "Reload"),
            ),
        ),
        titled_card("Icons", _row(*[icon(name) for name in PATHS])),
        titled_card(
            "Fields",
            rx.el.div(
                text_field("Customer", name="customer", hint="As it stands on the invoice."),
                text_field(
                    "Email",
                    name="email",
                    type="email",
                    error="This is not an address.",
                    default_value="dana@",
                ),
                select_field("Terms", [("30", "30 days"), ("14", "14 days")], name="terms"),
                text_area("Notes", name="notes", placeholder="Seen by the customer"),
                checkbox("Still owed", name="owed", hint="Reopens the balance."),
                class_name="grid gap-5 sm:grid-cols-2",
            ),
        ),
        live_region(
            notice(
                "Confirming your payment",
                "Stripe is telling us. You can close this page.",
                busy=True,
            ),
            class_name="flex flex-col gap-3",
        ),
        notice("Paid in full", "Thank you. The receipt is in your mail.", tone="good"),
        notice("Bank debit under way", "It clears in about three days.", tone="warn"),
        notice(
            "The card was declined",
            "Try another one.",
            tone="bad",
            action=button("Try again", kind="secondary", size="compact"),
        ),
        titled_card("Progress", progress("Importing invoices", 64, "139,000 of 217,062")),
        card(
            empty(
                "No invoices yet",
                "The first one you send will be here.",
                action=button("New invoice", icon="plus"),
            )
        ),
        loading(skeleton_card(3)),
        here="Invoices",
        company=Gallery.company,
        color=Gallery.color,
        person="Tom Becker",
    )


def _row(*children: rx.Component) -> rx.Component:
    return rx.el.div(*children, class_name="flex flex-wrap items-center gap-3")


def add_gallery(app: rx.App) -> None:
    """Adds the gallery's pages. For development: they are no part of the product."""
    app.add_page(customer, route="/gallery/customer", title="Customer · Gallery")
    app.add_page(staff, route="/gallery/staff", title="Staff · Gallery")
    app.add_page(kit, route="/gallery/kit", title="Kit · Gallery")
