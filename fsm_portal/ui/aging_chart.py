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
        class_name="grid auto-cols-fr grid-flow-col items-end",
    )


def _bucket(bucket: Any, at: Any) -> rx.Component:
    percent = rx.Var.create(bucket.percent).to(int)
    return rx.el.li(
        rx.el.span(bucket.amount, class_name="text-xs font-medium tabular-nums"),
        rx.el.svg(
            rx.el.rect(width="100%", height="100%", class_name="fill-brand"),
            # The tallest is 176 px; what is owed at all is never invisible.
            height=in_browser("{0}>0?Math.max({0}*1.76,2):0", percent, of=int),
            custom_attrs={"aria-hidden": "true"},
            class_name="w-3/5 max-w-16 rounded-t-md",
        ),
        rx.el.span(
            bucket.label,
            class_name="w-full border-t border-line pt-2 text-xs text-muted",
        ),
        key=at,
        class_name="flex min-w-0 flex-col items-center text-center [&>svg]:mt-1.5",
    )
