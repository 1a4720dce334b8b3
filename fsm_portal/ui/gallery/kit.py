"""Everything that does not fit on a page of its own: tones, buttons, fields, notices."""

import reflex as rx

from fsm_portal.ui.badge import LABELS, badge
from fsm_portal.ui.button import button, icon_button
from fsm_portal.ui.card import card, titled_card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import checkbox, select_field, text_area, text_field
from fsm_portal.ui.gallery.state import Gallery
from fsm_portal.ui.icon import PATHS, icon
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.progress import progress
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.staff_shell import staff_shell
from fsm_portal.ui.title import back_link, page_title


def kit() -> rx.Component:
    colours = ["", "#e11d48", "#ffd400", "#0f766e", "#111111", "#ffffff", "#7cfc00"]
    return staff_shell(
        page_title("The kit", beside=badge("quiet", "Gallery"), above="For development"),
        back_link("All invoices", "/gallery/staff/"),
        titled_card(
            "Company colour",
            _row(
                *[button(c or "Own", kind="secondary", on_click=Gallery.paint(c)) for c in colours]
            ),
        ),
        titled_card("Statuses", _row(*[badge(status) for status in LABELS])),
        titled_card(
            "Buttons",
            _row(
                button("Send invoice", icon="send", on_click=Gallery.send),
                button("Duplicate", kind="secondary"),
                button("Refund", kind="danger"),
                button("More", kind="link"),
                button("Sending", loading=True),
                button("Not now", kind="secondary", disabled=True),
                button("Break", kind="danger", size="compact", on_click=Gallery.fail),
                icon_button("refresh", "Reload"),
            ),
        ),
        titled_card("Icons", _row(*[icon(name) for name in PATHS])),
        titled_card(
            "Fields",
            rx.el.div(
                text_field("Customer", name="customer", hint="As it stands on the invoice."),
                text_field(
                    "Email",
                    name="email",
                    type="email",
                    error="This is not an address.",
                    default_value="dana@",
                ),
                select_field("Terms", [("30", "30 days"), ("14", "14 days")], name="terms"),
                text_area("Notes", name="notes", placeholder="Seen by the customer"),
                checkbox("Still owed", name="owed", hint="Reopens the balance."),
                class_name="grid gap-5 sm:grid-cols-2",
            ),
        ),
        live_region(
            notice(
                "Confirming your payment",
                "Stripe is telling us. You can close this page.",
                busy=True,
            ),
            class_name="flex flex-col gap-3",
        ),
        notice("Paid in full", "Thank you. The receipt is in your mail.", tone="good"),
        notice("Bank debit under way", "It clears in about three days.", tone="warn"),
        notice(
            "The card was declined",
            "Try another one.",
            tone="bad",
            action=button("Try again", kind="secondary", size="compact"),
        ),
        titled_card("Progress", progress("Importing invoices", 64, "139,000 of 217,062")),
        card(
            empty(
                "No invoices yet",
                "The first one you send will be here.",
                action=button("New invoice", icon="plus"),
            )
        ),
        loading(skeleton_card(3)),
        here="Invoices",
        company=Gallery.company,
        color=Gallery.color,
        person="Tom Becker",
    )


def _row(*children: rx.Component) -> rx.Component:
    return rx.el.div(*children, class_name="flex flex-wrap items-center gap-3")
