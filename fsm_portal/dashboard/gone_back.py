"""What went back of a payment: its refunds and its disputes, beneath it."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.ui.badge import badge
from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import document_link
from fsm_portal.ui.values import if_any


def gone_back(row: Any) -> rx.Component:
    """``row`` is a PaymentRow with its refunds and disputes."""
    return rx.fragment(
        rx.cond(
            row.disputes.length() > 0,
            rx.el.ul(rx.foreach(row.disputes, _dispute), class_name="mt-4 flex flex-col gap-3"),
        ),
        rx.cond(
            row.refunds.length() > 0,
            rx.el.div(
                rx.el.h3("Refunds", class_name="text-xs font-medium text-muted"),
                rx.el.ol(rx.foreach(row.refunds, _refund), class_name="mt-2 flex flex-col gap-4"),
                class_name="mt-4 rounded-xl bg-sunken p-4",
            ),
        ),
    )


def _refund(refund: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.p(
                    refund.amount,
                    class_name=rx.cond(
                        refund.nothing,
                        "font-medium tabular-nums text-muted line-through",
                        "font-medium tabular-nums",
                    ),
                ),
                rx.el.p(
                    refund_circumstances(refund),
                    if_any(refund.receipt_url, rx.fragment(" · ", refund_receipt(refund))),
                    class_name="mt-0.5 text-xs text-muted wrap-anywhere",
                ),
                class_name="min-w-0",
            ),
            badge(refund.tone, refund.label),
            class_name="flex items-start justify-between gap-4",
        ),
        refund_note(refund),
        if_any(
            refund.reference, rx.el.div(copyable(text=refund.reference), class_name="mt-1 min-w-0")
        ),
        key=refund.id,
    )


def refund_circumstances(refund: Any) -> rx.Component:
    """When, by whom, why, and what came back of the platform's fee."""
    return rx.fragment(
        refund.when,
        " · ",
        refund.by,
        if_any(refund.reason, rx.fragment(" · ", refund.reason)),
        rx.cond(refund.still_owed & ~refund.nothing, " · Still owed", ""),
        if_any(
            refund.fee_back,
            rx.fragment(" · ", refund.fee_back, " of the platform fee came back"),
        ),
    )


def refund_receipt(refund: Any) -> rx.Component:
    """To the PDF; only where there is one."""
    return document_link(
        "Receipt",
        href=refund.receipt_url,
        target="_blank",
        aria_label="Receipt of the refund of " + refund.amount.to(str),
    )


def refund_note(refund: Any) -> rx.Component:
    """What its state means, where that needs saying."""
    return if_any(
        refund.note,
        rx.el.p(
            refund.note,
            class_name="mt-1 text-xs font-medium text-tone wrap-anywhere",
            custom_attrs={"data-tone": refund.tone},
        ),
    )


def _dispute(dispute: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(dispute.title, class_name="min-w-0 font-semibold text-tone wrap-anywhere"),
            badge(dispute.tone, dispute.label),
            class_name="flex flex-wrap items-start justify-between gap-2",
        ),
        rx.el.p(dispute.to_do, class_name="mt-1 text-ink"),
        rx.el.div(
            document_link(
                "Open it in Stripe’s dashboard",
                icon("external", "ml-1 inline size-3.5"),
                href=dispute.link,
                target="_blank",
                rel="noreferrer",
            ),
            copyable(text=dispute.reference),
            class_name="mt-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1",
        ),
        key=dispute.id,
        class_name="rounded-xl bg-tone-soft p-4",
        custom_attrs={"data-tone": dispute.tone},
    )
