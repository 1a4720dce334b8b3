"""Beside an invoice: what happened to it, and the credit notes that were written on it."""

from typing import Any

import reflex as rx

from fsm_portal.ui.activity import activity, activity_entry, ledger, ledger_entry
from fsm_portal.ui.badge import badge
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.link import document_link


def timeline_card(view: Any) -> rx.Component:
    """``view`` is a StaffInvoiceView."""
    return rx.cond(
        view.timeline.length() > 0,
        titled_card("What happened", activity(view.timeline, _moment)),
    )


def _moment(one: Any) -> rx.Component:
    return activity_entry(one.title, one.note, tone=one.tone, key=one.id)


def credit_notes_card(view: Any) -> rx.Component:
    return rx.cond(
        view.credit_notes.length() > 0,
        titled_card("Credit notes", ledger(view.credit_notes, _note)),
    )


def _note(one: Any) -> rx.Component:
    return ledger_entry(
        one.number,
        one.amount,
        rx.el.span(
            one.day,
            rx.cond(one.reason != "", rx.Var.create(" · ") + one.reason, ""),
            rx.cond(one.tax != "", rx.Var.create(" · incl. ") + one.tax, ""),
            " · ",
            document_link("PDF", href=one.pdf_url, target="_blank"),
        ),
        badge=rx.cond(one.undone, badge("quiet", "Undone"), ""),
        key=one.id,
    )
