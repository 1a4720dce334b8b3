"""The payments on one invoice, in full: what came in, what it cost, what of it went back."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.gone_back import gone_back
from fsm_portal.dashboard.refunding import refund_button
from fsm_portal.dashboard.taking_back import reverse_button, undo_button
from fsm_portal.ui.badge import badge
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.link import document_link
from fsm_portal.ui.values import if_any


def payments_card(view: Any) -> rx.Component:
    return titled_card(
        "Payments",
        rx.cond(
            (view.payments.length() > 0) | (view.credits.length() > 0),
            rx.el.ol(
                rx.foreach(view.payments, lambda row: _payment(row, view)),
                rx.foreach(view.credits, lambda used: _credit(used, view)),
                class_name="-my-4 divide-y divide-line",
            ),
            rx.el.p(
                "None yet. A payment shows here the moment it is made, and so does one that is "
                "refused.",
                class_name="text-muted",
            ),
        ),
    )


def _payment(row: Any, view: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.p(row.method, class_name="font-medium"),
                rx.el.p(row.when, class_name="mt-0.5 text-xs text-muted"),
                class_name="min-w-0",
            ),
            rx.el.div(
                rx.el.span(
                    row.gross,
                    class_name=rx.cond(
                        row.failed | (row.undone != ""),
                        "font-medium tabular-nums text-muted line-through",
                        "font-medium tabular-nums",
                    ),
                ),
                rx.cond(
                    row.failed,
                    badge("failed"),
                    rx.cond(
                        row.undone != "", badge("quiet", "Reversed"), badge("good", "Received")
                    ),
                ),
                refund_button(row, view.id),
                reverse_button(row),
                class_name="flex shrink-0 items-center gap-3 max-sm:flex-col max-sm:items-end "
                "max-sm:gap-2",
            ),
            class_name="flex items-start justify-between gap-4",
        ),
        rx.cond(row.failed, _why(row), _account(row, view)),
        gone_back(row),
        key=row.id,
        class_name="py-4",
    )


def _credit(used: Any, view: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p("Credit used", class_name="font-medium"),
            rx.el.p(used.day, class_name="mt-0.5 text-xs text-muted"),
            if_any(
                used.by,
                rx.el.p("Used by ", used.by, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
            ),
            if_any(
                used.undone,
                rx.el.p(used.undone, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
            ),
            if_any(
                used.reversed,
                rx.el.p(used.reversed, class_name="mt-0.5 text-xs text-muted wrap-anywhere"),
            ),
            class_name="min-w-0",
        ),
        rx.el.div(
            rx.el.span(
                used.amount,
                class_name=rx.cond(
                    used.is_gone,
                    "font-medium tabular-nums text-muted line-through",
                    "font-medium tabular-nums",
                ),
            ),
            rx.cond(
                used.is_gone,
                rx.cond(used.undone != "", badge("quiet", "Undone"), badge("quiet", "Reversed")),
            ),
            # What has gone back since cannot be the customer's credit again.
            rx.cond(
                view.desk.may_send & (used.by != "") & (used.undone == "") & (used.reversed == ""),
                undo_button(used),
            ),
            class_name="flex shrink-0 items-center gap-3 max-sm:flex-col max-sm:items-end "
            "max-sm:gap-2",
        ),
        key=used.id,
        class_name="flex items-start justify-between gap-4 py-4",
    )


def _why(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(row.reason),
        copyable(text=row.reference),
        key="why",
        class_name="mt-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1",
    )


def _account(row: Any, view: Any) -> rx.Component:
    """What the payment came to. A technician sees where it came from, not what it cost."""
    return rx.el.dl(
        rx.cond(
            view.desk.sees_fees & ~row.by_hand,
            rx.cond(
                row.fees_pending,
                _pair("Stripe fee", rx.el.span("Fee pending", class_name="text-muted")),
                rx.fragment(
                    _pair("Stripe fee", row.stripe_fee),
                    rx.cond(view.shows_platform_fee, _pair("Platform fee", row.platform_fee)),
                    _pair("Net", row.net),
                ),
            ),
        ),
        if_any(row.credit, _pair("To credit", row.credit)),
        if_any(row.undone, _pair("Undone", row.undone)),
        _pair(
            "How we know",
            rx.fragment(
                rx.el.p(row.source.words),
                rx.el.p(row.source.term, class_name="mt-0.5 text-xs text-muted"),
            ),
        ),
        if_any(row.reference, _pair("Stripe reference", copyable(text=row.reference))),
        _pair(
            "Receipt",
            document_link("PDF", href=f"/documents/receipts/{row.id}.pdf", target="_blank"),
        ),
        key="account",
        class_name="mt-3 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3",
    )


def _pair(term: str, value: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(term, class_name="text-xs text-muted"),
        rx.el.dd(value, class_name="mt-0.5 tabular-nums"),
        class_name="min-w-0",
    )
