"""What stands beside a customer: how to reach them, their portal, their side at Stripe."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.copyable import copyable
from fsm_portal.dashboard.customer_form import edit_button
from fsm_portal.dashboard.customers.customer_table import portal_words
from fsm_portal.dashboard.customers.linking import unlink_button
from fsm_portal.dashboard.customers.stripe_table import view_button
from fsm_portal.dashboard.inviting import portal_button
from fsm_portal.ui.button import link_button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.link import document_link, link
from fsm_portal.ui.values import if_any, in_browser


def contact_card(view: Any, may_edit: Any) -> rx.Component:
    customer = view.customer
    return titled_card(
        "Contact",
        rx.el.div(
            if_any(customer.contact, rx.el.p(customer.contact, class_name="font-medium")),
            rx.cond(
                customer.email,
                document_link(customer.email, href=f"mailto:{customer.email}", class_name=_REACH),
                rx.el.span("No email address yet", class_name="text-muted"),
            ),
            if_any(
                customer.phone,
                document_link(customer.phone, href=f"tel:{customer.phone}", class_name=_REACH),
            ),
            class_name="flex flex-col items-start gap-1 wrap-anywhere",
        ),
        rx.el.div(
            rx.foreach(customer.address, lambda line: rx.el.p(line)),
            class_name="mt-3 text-muted wrap-anywhere empty:hidden",
        ),
        action=rx.cond(may_edit, edit_button(customer.id)),
    )


_REACH = (
    "inline-flex min-h-6 items-center font-medium text-brand-ink underline-offset-4 "
    "hover:underline pointer-coarse:min-h-11"
)


def portal_card(view: Any, may_edit: Any) -> rx.Component:
    return titled_card(
        "Portal",
        rx.cond(
            view.offers_portal,
            rx.fragment(
                portal_words(view.portal),
                rx.cond(
                    view.customer.email == "",
                    rx.el.p(
                        "Give them an email address to invite them.",
                        class_name="mt-2 text-muted",
                    ),
                ),
                rx.cond(may_edit, portal_button(view.customer)),
            ),
            rx.el.p(
                "Your customers have no portal: it is switched off, or not in your plan.",
                class_name="text-muted",
            ),
        ),
    )


def stripe_card(view: Any, may_edit: Any) -> rx.Component:
    found_there = in_browser("('/dashboard/customers/stripe/?q=' + encodeURIComponent({0}))",
                             view.customer.email)  # fmt: skip
    return rx.cond(
        view.stripe.connected,
        titled_card(
            "In Stripe",
            rx.cond(
                view.stripe.id != "",
                rx.el.div(
                    copyable(text=view.stripe.id),
                    rx.cond(
                        may_edit,
                        rx.el.div(
                            view_button("/billing-portal/customers/" + view.id.to(str)),
                            rx.el.p(
                                "Opens their Stripe billing portal.",
                                class_name="text-xs text-muted",
                            ),
                            class_name="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1",
                        ),
                    ),
                    key="linked",
                ),
                rx.el.div(
                    rx.el.p(
                        "Not linked. Stripe gets to know them when they first pay online.",
                        class_name="text-muted text-pretty",
                    ),
                    rx.cond(
                        may_edit & (view.customer.email != ""),
                        rx.el.p(link("Look for them in Stripe", to=found_there), class_name="mt-2"),
                    ),
                    key="not",
                ),
            ),
            action=rx.cond(
                may_edit & (view.stripe.id != ""),
                rx.el.div(unlink_button(view.id), class_name="-my-2 -mr-3"),
            ),
        ),
    )


def begin_buttons(view: Any, may_write: Any, may_plan: Any) -> rx.Component:
    """What one begins for this customer."""
    return rx.fragment(
        rx.cond(
            may_plan,
            link_button("New job", to=f"/dashboard/jobs/new/?customer={view.id}", icon="wrench"),
        ),
        rx.cond(
            may_write,
            link_button(
                "New invoice",
                to=f"/dashboard/invoices/new/?customer={view.id}",
                icon="plus",
                kind="primary",
            ),
        ),
    )
