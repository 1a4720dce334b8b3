"""Receivables by age: how much is owed, and how late it is."""

from typing import Any

import reflex as rx

from fsm_portal.ui.values import in_browser


def aging_chart(name: str, buckets: rx.Var[Any]) -> rx.Component:
    """``buckets``: a var of rows with ``label`` ("1–30"), ``amount`` (text, "$22,140") and
    ``percent`` (whole number, 0 to 100, of the tallest bar).

    Every bar carries its amount as text, so the drawing itself is decoration.
    """
    return rx.el.ol(
        rx.foreach(buckets, _bucket),
        aria_label=name,
        class_name="grid auto-cols-fr grid-flow-col gap-2 sm:gap-4",
    )


def _bucket(bucket: Any, at: Any) -> rx.Component:
    percent = rx.Var.create(bucket.percent).to(int)
    return rx.el.li(
        rx.el.span(bucket.amount, class_name="order-2 text-xs font-medium tabular-nums"),
        rx.el.svg(
            rx.el.rect(
                x="0",
                width="10",
                y=in_browser("100-Math.max({0},1)", percent, of=int),
                height=in_browser("Math.max({0},1)", percent, of=int),
                class_name="fill-brand",
            ),
            view_box="0 0 10 100",
            custom_attrs={"aria-hidden": "true", "preserveAspectRatio": "none"},
            class_name="order-1 h-40 w-full max-w-16 rounded-md",
        ),
        rx.el.span(bucket.label, class_name="order-3 text-xs text-muted"),
        key=at,
        class_name="flex min-w-0 flex-col items-center gap-1 text-center "
        "border-t border-transparent",
    )
