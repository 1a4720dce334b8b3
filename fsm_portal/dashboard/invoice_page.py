"""One invoice: what it says, where it was sent, what was paid on it."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.address import last_part, last_part_in_browser
from fsm_portal.dashboard.customer_form import CustomerForm, customer_dialog
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.invoice_payments import payments_card
from fsm_portal.dashboard.invoice_sides import amount_card, customer_card
from fsm_portal.dashboard.invoicing.crediting import Crediting, credit_note_dialog
from fsm_portal.dashboard.invoicing.drafting import (
    Drafting,
    discard_dialog,
    duplicate_button,
    edit_link,
)
from fsm_portal.dashboard.invoicing.invoice_story import credit_notes_card, timeline_card
from fsm_portal.dashboard.paper_versions import paper_versions
from fsm_portal.dashboard.refunding import Refunding, refund_dialog
from fsm_portal.dashboard.reminding.reminding import Reminding
from fsm_portal.dashboard.sending import Sending, address_dialog
from fsm_portal.dashboard.taking import Taking, taking_dialog
from fsm_portal.dashboard.taking_back import TakingBack, taking_back_dialog
from fsm_portal.dashboard.using_credit import UsingCredit, credit_dialog
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.show_staff_invoice import StaffInvoiceView, show_staff_invoice
from fsm_portal.ui.badge import invoice_badges
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.customer_shell import beside
from fsm_portal.ui.details import details
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.line_items import invoice_sums, line_items
from fsm_portal.ui.link import link
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import back_link, page_title
from fsm_portal.ui.values import if_any


class StaffInvoicePage(rx.State):
    view: StaffInvoiceView = StaffInvoiceView()

    @classmethod
    def load_view(cls, scope: Scope, params: str) -> StaffInvoiceView:
        return show_staff_invoice(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(
            self,
            Sending,
            CustomerForm,
            Reminding,
            Refunding,
            Taking,
            UsingCredit,
            TakingBack,
            Crediting,
            Drafting,
        )
        return await take_seat(self, StaffInvoicePage, last_part(self))


def invoice_page() -> rx.Component:
    view = last_seen("invoice", StaffInvoicePage.view)
    # After a step from one invoice to another the view is still the old one for a moment.
    arrived = view.loaded & (view.id == last_part_in_browser())
    return staff_page(
        back_link("All invoices", "/dashboard/invoices/"),
        rx.cond(arrived, rx.cond(view.found, _invoice(view), _none()), _outline()),
        address_dialog(),
        customer_dialog(view.customer),
        refund_dialog(),
        taking_dialog(view),
        credit_dialog(view),
        taking_back_dialog(),
        credit_note_dialog(view),
        discard_dialog(),
        here="Invoices",
        page=StaffInvoicePage,
    )


def _invoice(view: Any) -> rx.Component:
    return rx.el.div(
        beside(
            rx.el.div(
                _paper(view),
                payments_card(view),
                credit_notes_card(view),
                timeline_card(view),
                class_name="flex flex-col gap-4",
            ),
            rx.fragment(amount_card(view), customer_card(view)),
        ),
        key="invoice",
    )


def _paper(view: Any) -> rx.Component:
    return card(
        page_title(
            view.number,
            rx.cond(view.may_edit, edit_link(view)),
            rx.cond(view.may_duplicate, duplicate_button(view)),
            link_button(
                "PDF",
                to=f"/documents/invoices/{view.id}.pdf",
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
                ("Billed to", view.customer.name), ("Issued", view.issued), ("Due", view.due_date)
            ),
            class_name="my-6",
        ),
        if_any(
            view.job,
            rx.el.p(
                "For ",
                link(view.job, to=rx.Var.create("/dashboard/jobs/") + view.job_id + "/"),
                class_name="mb-4 text-muted",
            ),
        ),
        line_items(view.lines),
        rx.el.div(
            invoice_sums(view.sums),
            class_name="mt-5",
        ),
        if_any(
            view.notes,
            rx.el.p(view.notes, class_name="mt-5 text-muted whitespace-pre-line wrap-anywhere"),
        ),
        paper_versions(view.papers),
    )


def _none() -> rx.Component:
    return rx.el.div(
        page_title("Invoice"),
        card(
            empty(
                "There is no such invoice",
                "It may have been removed, or it belongs to another company than the one you are "
                "signed in to.",
                icon="search",
                action=link_button("All invoices", to="/dashboard/invoices/"),
            )
        ),
        key="none",
        class_name="flex flex-col gap-4",
    )


def _outline() -> rx.Component:
    return rx.el.div(
        loading(beside(skeleton_card(12), rx.fragment(skeleton_card(2), skeleton_card(3)))),
        key="outline",
    )
