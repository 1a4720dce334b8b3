"""One currency: our books, Stripe's, what lies between, and the rows that make it."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.ui.badge import badge
from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.link import link
from fsm_portal.ui.table import Column, table
from fsm_portal.ui.values import if_any


def proof_cards(view: Any) -> rx.Component:
    return rx.el.div(rx.foreach(view.proofs, _proof), class_name="flex flex-col gap-4")


def _proof(proof: Any) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.div(
                rx.el.h2(proof.currency, class_name="text-sm font-semibold"),
                rx.match(
                    proof.state,
                    ("balanced", badge("good", "In balance")),
                    ("waiting", badge("info", "Settling")),
                    badge("bad", "Does not match"),
                ),
                class_name="flex items-center justify-between gap-3",
            ),
            rx.el.dl(
                _sum("Your books", proof.ledger),
                _sum("Stripe", proof.stripe),
                _sum("Difference", proof.difference, proof.state),
                class_name="mt-4 grid gap-x-6 gap-y-3 sm:grid-cols-3",
            ),
            rx.el.p(proof.words, class_name="mt-4 text-pretty"),
            if_any(
                proof.held, rx.el.p(proof.held, class_name="mt-1 text-xs text-muted tabular-nums")
            ),
            class_name="p-5 sm:p-6",
        ),
        rx.cond(
            proof.rows.length() > 0,
            table(
                "What differs",
                [
                    Column("What", _what, card="wide"),
                    Column(
                        "Your books", lambda row: _amount("Your books", row.ledger), figure=True
                    ),
                    Column(
                        "Stripe",
                        lambda row: _amount("Stripe", row.stripe),
                        figure=True,
                        card="right",
                    ),
                ],
                proof.rows,
                key=lambda row: row.id,
            ),
        ),
        if_any(proof.more, rx.el.p(proof.more, class_name="px-5 py-3 text-xs text-muted")),
        key=proof.currency,
        class_name=f"{SURFACE} overflow-hidden",
    )


def _sum(label: str, amount: Any, state: Any = None) -> rx.Component:
    look = "mt-0.5 text-2xl font-semibold tracking-tight tabular-nums wrap-anywhere"
    shown: Any = look
    tone: dict[str, Any] = {}
    if state is not None:
        shown = f"{look} text-tone"
        tone = {"data-tone": rx.match(state, ("balanced", "good"), ("waiting", "info"), "bad")}
    return rx.el.div(
        rx.el.dt(label, class_name="text-xs text-muted"),
        rx.el.dd(amount, class_name=shown, custom_attrs=tone),
        class_name="flex items-baseline justify-between gap-3 sm:block",
    )


def _what(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.cond(
                row.invoice_id != "",
                link(row.what, to=f"/dashboard/invoices/{row.invoice_id}/"),
                rx.el.span(row.what, class_name="font-medium text-ink"),
            ),
            class_name="wrap-anywhere",
        ),
        rx.el.p(
            row.why,
            class_name="mt-0.5 text-tone wrap-anywhere",
            custom_attrs={"data-tone": row.tone},
        ),
        rx.el.div(
            rx.el.span(row.when, class_name="text-xs text-muted"),
            rx.el.span(copyable(text=row.reference), class_name="min-w-0 max-w-56"),
            class_name="mt-0.5 flex flex-wrap items-center gap-x-3",
        ),
    )


def _amount(label: str, amount: Any) -> rx.Component:
    """On a phone, where there are no headings, with a word of which side it is."""
    return rx.el.span(
        rx.el.span(f"{label} ", class_name="text-xs font-normal text-muted sm:hidden"), amount
    )
