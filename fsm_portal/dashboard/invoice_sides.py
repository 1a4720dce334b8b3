"""What stands beside an invoice: the amount with what can be done about it, the customer."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.customer_form import edit_button
from fsm_portal.dashboard.inviting import portal_button
from fsm_portal.dashboard.invoicing.crediting import credit_note_button
from fsm_portal.dashboard.invoicing.drafting import discard_button
from fsm_portal.dashboard.reminding.reminding import remind_part
from fsm_portal.dashboard.sending import send_answer, send_button, was_sent
from fsm_portal.dashboard.taking import take_button
from fsm_portal.dashboard.taking_back import void_button
from fsm_portal.dashboard.using_credit import credit_button
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.button import Kind
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.figure import amount_due
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.values import if_any


def amount_card(view: Any) -> rx.Component:
    """What is left to pay, and the one thing to do about it."""
    return card(
        # On a phone this card comes before the document: it says which one it is about.
        rx.el.div(
            rx.el.p(view.number, class_name="text-base font-semibold wrap-anywhere"),
            invoice_badges(view.status),
            class_name="mb-4 flex flex-wrap items-center justify-between gap-2 lg:hidden",
        ),
        rx.cond(
            view.is_draft,
            amount_due("Total", view.sums.total, "Not sent yet"),
            amount_due("Amount due", view.sums.due, _due_note(view)),
        ),
        rx.cond(
            view.hand.terms.length() > 0,
            rx.el.div(
                rx.foreach(view.hand.terms, lambda line: rx.el.p(line)),
                class_name="mt-3 flex flex-col gap-1 text-muted",
            ),
        ),
        rx.cond(
            view.desk.may_send & view.sendable,
            rx.el.div(
                rx.cond(~was_sent(view.id), _send(view)),
                send_answer(view.id, view.letter),
                class_name="mt-5 flex flex-col gap-3",
            ),
        ),
        remind_part(view),
        rx.cond(view.hand.may_take, rx.el.div(take_button(view), class_name="mt-3")),
        rx.cond(
            view.hand.may_use,
            rx.el.div(
                credit_button(view),
                rx.el.p(
                    "The customer has ",
                    rx.el.span(view.hand.credit, class_name="font-medium text-ink tabular-nums"),
                    " of credit.",
                    class_name="mt-2 text-xs text-muted",
                ),
                class_name="mt-3",
            ),
        ),
        rx.cond(
            view.credit.may | view.may_void | view.may_edit,
            rx.el.div(
                rx.cond(view.credit.may, credit_note_button(view)),
                rx.cond(view.may_void, void_button(view)),
                rx.cond(view.may_edit, discard_button(view)),
                class_name="mt-3 flex flex-col",
            ),
        ),
        rx.cond(
            view.credit.corrects,
            rx.el.p(
                "An issued invoice is never changed. To correct it, credit it and duplicate it.",
                class_name="mt-3 text-xs text-muted",
            ),
        ),
    )


def _due_note(view: Any) -> Any:
    return rx.cond(
        view.status.disputed,
        "Not asked for while the bank decides",
        rx.cond(
            view.status.settled,
            "Nothing left to pay",
            rx.cond(view.status.code == "void", "This invoice is void", "Due " + view.due_date),
        ),
    )


def _send(view: Any) -> rx.Component:
    def labelled(label: str, kind: Kind) -> rx.Component:
        button = send_button(
            view.id, view.customer.email, label, kind=kind, size="large", wide=True
        )
        return rx.el.div(button, key=label)

    return rx.cond(
        view.status.settled | view.status.disputed,
        labelled("Send a copy", "secondary"),
        rx.cond(
            view.letter.progress != "",
            labelled("Send again", "secondary"),
            labelled("Send invoice", "primary"),
        ),
    )


def customer_card(view: Any) -> rx.Component:
    customer = view.customer
    return titled_card(
        "Customer",
        rx.el.p(
            link(
                customer.name,
                to=rx.Var.create("/dashboard/customers/") + customer.id.to(str) + "/",
            ),
            class_name="wrap-anywhere",
        ),
        if_any(customer.contact, rx.el.p(customer.contact, class_name="text-muted")),
        rx.foreach(customer.address, lambda line: rx.el.p(line, class_name="text-muted")),
        rx.el.div(
            rx.cond(
                customer.email,
                document_link(customer.email, href=f"mailto:{customer.email}"),
                rx.el.span("No email address yet", class_name="text-muted"),
            ),
            if_any(customer.phone, document_link(customer.phone, href=f"tel:{customer.phone}")),
            class_name="mt-3 flex flex-col items-start gap-1 wrap-anywhere",
        ),
        rx.cond(view.desk.may_send, portal_button(customer)),
        if_any(
            view.hand.credit,
            rx.el.p(
                "Credit ",
                rx.el.span(view.hand.credit, class_name="font-medium text-ink tabular-nums"),
                class_name="mt-3 text-muted",
            ),
        ),
        action=rx.cond(view.desk.may_send, edit_button(customer.id)),
    )
