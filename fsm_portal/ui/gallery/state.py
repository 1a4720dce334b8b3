"""What the gallery's pages show and do: values as a page's State would hold them."""

from typing import Any

import reflex as rx

from fsm_portal.ui.gallery.cast import (
    BUCKETS,
    COMPANY,
    EVENTS,
    INVOICES,
    LINES,
    PAYMENTS,
    Bucket,
    InvoiceRow,
    Line,
    Movement,
)
from fsm_portal.ui.toast import say


class Gallery(rx.State):
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
