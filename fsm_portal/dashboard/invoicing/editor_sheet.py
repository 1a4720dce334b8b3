"""What the editor's page shows: who is billed and when, the lines, terms and what it comes to."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.invoicing.customer_choice import customer_choice
from fsm_portal.dashboard.invoicing.sheet_form import save_button, sheet_form
from fsm_portal.dashboard.invoicing.sheet_lines import sheet_lines
from fsm_portal.ui.card import card, card_title
from fsm_portal.ui.field import select_field, text_area, text_field
from fsm_portal.ui.line_items import sum_line, sum_total, totals
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.values import if_any

_TERMS = (
    ("0", "On receipt"),
    ("7", "7 days"),
    ("14", "14 days"),
    ("15", "15 days"),
    ("30", "30 days"),
    ("45", "45 days"),
    ("60", "60 days"),
    ("90", "90 days"),
    ("day", "Until a day you choose"),
)


def editor_sheet(view: Any, page: Any) -> rx.Component:
    """The form. ``view`` is a SheetView, ``page`` the State of the editor."""
    return sheet_form(
        # Anew with each revision: what the form brings back is what its reader was told of.
        rx.el.input(
            type="hidden",
            name="over",
            default_value=page.warned.to_string(),
            key=page.warned.to_string(),
        ),
        live_region(
            rx.cond(
                view.newer,
                notice(
                    "Somebody else has saved this draft since you began",
                    "Save to put yours in its place, or discard your changes to see theirs.",
                    tone="warn",
                ),
            ),
            class_name="mb-4 empty:hidden",
        ),
        rx.el.div(
            card(card_title("Billed to"), customer_choice(view, page)),
            card(card_title("Dates"), _dates(view)),
            class_name="grid gap-4 lg:grid-cols-2",
        ),
        card(card_title("Lines"), sheet_lines(view, page.remove), class_name="mt-4"),
        rx.el.div(
            card(card_title("Terms and notes"), _terms(view)),
            card(card_title("What it comes to"), _sums(view)),
            class_name="mt-4 grid gap-4 lg:grid-cols-2",
        ),
        _bar(view, page),
        on_typed=page.typed.debounce(250),
        typed_no=view.typed_no,
        attempt=page.attempt,
        problems=view.problems,
        billed=view.customer.id,
    )


def _dates(view: Any) -> rx.Component:
    return rx.el.div(
        text_field(
            "Issued on",
            name="issue_date",
            type="date",
            default_value=view.issue_date,
            hint="Left empty: the day it is sent.",
            error=view.issue_date_problem,
        ),
        select_field(
            "Payment terms",
            _TERMS,
            name="terms",
            default_value=view.terms,
            hint=rx.cond(view.due != "", rx.Var.create("Sent today: due ") + view.due, ""),
            more=rx.fragment(
                rx.el.option(rx.Var.create("Your usual: ") + view.company_terms, value=""),
                rx.cond(
                    _known_terms().contains(view.terms),
                    rx.fragment(),
                    rx.el.option(view.terms, " days", value=view.terms),
                ),
            ),
        ),
        rx.cond(
            view.terms == "day",
            text_field(
                "Due on",
                name="due_date",
                type="date",
                default_value=view.due_date,
                error=view.due_date_problem,
            ),
        ),
        class_name="grid items-start gap-4 sm:grid-cols-2",
    )


def _known_terms() -> rx.Var[list[str]]:
    return rx.Var.create(["", *(value for value, _ in _TERMS)])


def _terms(view: Any) -> rx.Component:
    return rx.el.div(
        text_field(
            "Deposit",
            name="deposit",
            default_value=view.deposit,
            placeholder="30% or 150.00",
            hint=rx.cond(
                view.deposit_note != "", view.deposit_note, "Asked for first; the rest when due."
            ),
            error=view.deposit_problem,
        ),
        select_field(
            "Paying in parts",
            (("yes", "Allowed"), ("no", "In full only")),
            name="partial",
            default_value=view.partial,
            more=rx.el.option(rx.Var.create("Your usual: ") + view.company_partial, value=""),
        ),
        rx.el.div(
            text_area(
                "Notes",
                name="notes",
                default_value=view.notes,
                hint="The customer reads them on the invoice.",
                error=view.notes_problem,
            ),
            class_name="sm:col-span-2",
        ),
        class_name="grid items-start gap-4 sm:grid-cols-2",
    )


def _sums(view: Any) -> rx.Component:
    sums = view.sums
    return rx.el.div(
        text_field(
            "Discount on the whole",
            name="discount",
            default_value=view.discount,
            placeholder="10% or 50.00",
            hint="Taken off before tax.",
            error=view.discount_problem,
        ),
        rx.el.div(
            totals(
                sum_line("Subtotal", sums.subtotal),
                if_any(sums.discount, sum_line(sums.discount_label, sums.discount)),
                rx.foreach(sums.taxes, lambda tax: sum_line(tax.label, tax.amount)),
                sum_total("Total", sums.total),
            ),
            class_name="mt-5",
        ),
    )


def _bar(view: Any, page: Any) -> rx.Component:
    """Always in reach: what it comes to, and what is done with it."""
    return rx.el.div(
        rx.el.div(
            rx.el.p(
                "Total ",
                rx.el.span(view.sums.total, class_name="text-base font-semibold tabular-nums"),
                class_name="text-muted",
            ),
            live_region(
                rx.el.p(page.problem, class_name="text-sm font-medium text-bad empty:hidden")
            ),
            class_name="mr-auto min-w-0 max-sm:w-full",
        ),
        save_button(
            "Save draft",
            on_press=page.save,
            loading=page.busy == "save",
            disabled=page.busy != "",
            kind="secondary",
        ),
        rx.cond(
            view.desk.may_send,
            save_button(
                "Save and send",
                on_press=page.send,
                loading=page.busy == "send",
                disabled=page.busy != "",
                kind="primary",
                icon="send",
            ),
        ),
        class_name="in-reach sticky bottom-20 z-20 mt-4 flex flex-wrap items-center gap-3 "
        "rounded-2xl border border-line bg-surface p-3 pl-5 shadow-lg max-sm:[&_button]:flex-auto "
        "lg:bottom-4",
    )
