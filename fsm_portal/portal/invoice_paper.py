"""The invoice itself, as on paper."""

from typing import Any

import reflex as rx

from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.details import details
from fsm_portal.ui.line_items import invoice_sums, line_items
from fsm_portal.ui.link import link
from fsm_portal.ui.title import page_title
from fsm_portal.ui.values import if_any


def paper(view: rx.Var, *, on_all_lines: Any) -> rx.Component:
    """``view`` is a CustomerInvoiceView; ``on_all_lines`` asks for those that are left out."""
    return card(
        page_title(
            view.number,
            link_button(
                "Download PDF",
                to=view.pdf_url,
                icon="download",
                size="compact",
                document=True,
                target="_blank",
            ),
            above="Invoice",
            beside=invoice_badges(view.status),
        ),
        rx.el.div(
            details(
                ("Billed to", _name(view.billed_to)),
                ("Issued", view.issued_on),
                ("Due", view.due_on),
            ),
            if_any(
                view.job,
                rx.el.p(
                    rx.el.span("For ", class_name="text-muted"),
                    rx.el.span(view.job, dir="auto"),
                    rx.el.span(" · ", class_name="text-muted", aria_hidden="true"),
                    link("Service history", to="/portal/jobs/"),
                    class_name="mt-4 wrap-anywhere",
                ),
            ),
            # On a phone the name has the first line, the two days share the second.
            class_name="my-6 max-sm:[&_dl>:first-child]:col-span-2",
        ),
        line_items(view.lines),
        if_any(
            view.more_lines,
            rx.el.div(
                button(view.more_lines, kind="link", size="compact", on_click=on_all_lines),
                class_name="mt-2 flex justify-center",
            ),
        ),
        rx.el.div(
            invoice_sums(view.sums),
            class_name="mt-5",
        ),
        if_any(view.notes, _note(view.notes)),
        # How to pay is of no use on what is settled or withdrawn.
        rx.cond(
            view.status.settled | view.status.disputed | (view.status.code == "void"),
            rx.fragment(),
            if_any(view.terms, _note(view.terms)),
        ),
    )


def _note(text: rx.Var) -> rx.Component:
    return rx.el.p(text, dir="auto", class_name="mt-5 text-muted whitespace-pre-line wrap-anywhere")


def _name(text: rx.Var) -> rx.Component:
    """A name in whatever script it is written, beside our words that run from the left."""
    return rx.el.bdi(text)
