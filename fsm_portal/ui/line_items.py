"""What is being charged for, line by line, and what it comes to."""

from typing import Any

import reflex as rx

from fsm_portal.ui.values import Text, if_any

_FIGURE = "py-3 pl-4 sm:pl-6 text-right align-top tabular-nums whitespace-nowrap"


def line_items(lines: rx.Var[Any]) -> rx.Component:
    """``lines``: a var of rows with ``description``, ``detail``, ``kind`` and ``discount`` (may
    be empty), ``quantity``, ``unit_price`` and ``amount``, all as text ready to show.

    On a phone quantity and price stand as "2 × $389.00" under the description.
    """
    return rx.el.table(
        rx.el.caption("What this invoice is for", class_name="sr-only"),
        rx.el.thead(
            rx.el.tr(
                _heading("Description", "text-left"),
                _heading("Qty", "text-right pl-4 sm:pl-6 max-sm:hidden"),
                _heading("Unit price", "text-right pl-4 sm:pl-6 max-sm:hidden"),
                _heading("Amount", "text-right pl-4 sm:pl-6"),
            ),
            class_name="border-b border-line text-xs text-muted",
        ),
        rx.el.tbody(
            rx.foreach(lines, _line), class_name="divide-y divide-line border-b border-line"
        ),
        class_name="w-full",
    )


def _heading(text: str, look: str) -> rx.Component:
    return rx.el.th(text, scope="col", class_name=f"py-2.5 font-medium whitespace-nowrap {look}")


def _line(line: Any, at: Any) -> rx.Component:
    small = "mt-0.5 text-xs text-muted"
    return rx.el.tr(
        rx.el.td(
            # In whatever script they are written; the column stays where it is.
            rx.el.p(line.description, dir="auto", class_name="text-left font-medium wrap-anywhere"),
            if_any(
                line.detail,
                rx.el.p(line.detail, dir="auto", class_name=f"{small} text-left wrap-anywhere"),
            ),
            rx.cond(
                (line.kind != "") | (line.discount != ""),
                rx.el.p(
                    line.kind,
                    rx.cond((line.kind != "") & (line.discount != ""), " · ", ""),
                    line.discount,
                    class_name=f"{small} text-left tabular-nums",
                ),
            ),
            rx.el.p(
                line.quantity,
                " × ",
                line.unit_price,
                class_name=f"{small} tabular-nums sm:hidden",
            ),
            class_name="w-full py-3 align-top",
        ),
        rx.el.td(line.quantity, class_name=f"{_FIGURE} max-sm:hidden"),
        rx.el.td(line.unit_price, class_name=f"{_FIGURE} max-sm:hidden"),
        rx.el.td(line.amount, class_name=f"{_FIGURE} font-medium"),
        key=at,
    )


def totals(*parts: rx.Component) -> rx.Component:
    """The sums under the lines, at the right on a desk. Put ``sum_line``s in, in order."""
    return rx.el.dl(*parts, class_name="ml-auto flex w-full flex-col gap-2 sm:max-w-72")


def invoice_sums(sums: rx.Var[Any]) -> rx.Component:
    """The sums of an invoice, the same on both faces. ``sums`` is a var of a SumsView; what is
    due stands by itself only where something was paid or credited."""
    return totals(
        sum_line("Subtotal", sums.subtotal),
        if_any(sums.discount, sum_line(sums.discount_label, sums.discount)),
        rx.foreach(sums.taxes, lambda tax: sum_line(tax.label, tax.amount)),
        sum_total("Total", sums.total),
        if_any(sums.credited, sum_line(sums.credited_label, sums.credited)),
        if_any(sums.paid, sum_line("Paid", sums.paid)),
        rx.cond((sums.paid != "") | (sums.credited != ""), sum_total("Amount due", sums.due)),
    )


def sum_line(label: Text, amount: Text) -> rx.Component:
    return _sum(label, amount, "text-muted", "")


def sum_total(label: Text, amount: Text) -> rx.Component:
    """The line that counts: a rule above it, larger."""
    return _sum(label, amount, "font-semibold", "mt-1 border-t border-line pt-3 text-base")


def _sum(label: Text, amount: Text, term: str, look: str) -> rx.Component:
    weight = "font-semibold" if look else ""
    return rx.el.div(
        rx.el.dt(label, class_name=term),
        rx.el.dd(amount, class_name=f"tabular-nums {weight}"),
        class_name=f"flex items-baseline justify-between gap-4 {look}",
    )
