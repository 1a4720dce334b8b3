"""Settings, Invoices: how they are numbered, when they are due, what stands on them."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.saving import (
    SettingsForm,
    keeping,
    problem,
    settings_form,
    texts_of,
)
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.invoices import (
    INVOICES,
    InvoiceSettingsView,
    show_invoice_settings,
)
from fsm_portal.ui.card import card
from fsm_portal.ui.field import checkbox, text_area, text_field
from fsm_portal.ui.last_seen import last_seen


class InvoiceSettings(SettingsForm, rx.State):
    view: InvoiceSettingsView = InvoiceSettingsView()

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> InvoiceSettingsView:
        return show_invoice_settings(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, InvoiceSettings)
        return await take_seat(self, InvoiceSettings)

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed."""
        async for step in keeping(self, INVOICES, form, "Invoice settings saved"):
            yield step


def invoice_settings_page() -> rx.Component:
    view = last_seen("settings_invoices", InvoiceSettings.view)
    return settings_page(
        for_whoever_may(view, card(_form(view))), here="Invoices", page=InvoiceSettings
    )


def _form(view: Any) -> rx.Component:
    state = InvoiceSettings
    return settings_form(
        _numbers(view, "Invoice numbers", "prefix", "next", "The next invoice", view.example),
        _numbers(
            view,
            "Credit note numbers",
            "credit_prefix",
            "credit_next",
            "The next credit note",
            view.credit_example,
        ),
        _text(
            view,
            "days",
            "Payment terms, in days",
            "A new invoice is due so many days after it is issued. 0 means at once. A single "
            "invoice may say otherwise.",
            numbers=True,
        ),
        checkbox(
            "Customers may pay a part",
            name="partial",
            hint="They then choose the amount on the invoice’s page. A single invoice may say "
            "otherwise.",
            default_checked=texts_of(view)["partial"] == "on",
        ),
        text_area(
            "Terms on invoices",
            name="terms",
            hint="Printed at the foot of each invoice: bank details, late fees, warranty.",
            error=problem(state, "terms"),
            default_value=texts_of(view)["terms"],
            rows="6",
        ),
        state=state,
        view=view,
    )


def _numbers(
    view: Any, legend: str, prefix: str, following: str, about: str, example: Any
) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="mb-2 font-semibold"),
        rx.el.div(
            _text(view, prefix, "Prefix"),
            _text(view, following, "Next number", numbers=True),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        rx.el.p(
            about,
            " is ",
            rx.el.strong(example, class_name="tabular-nums"),
            ". A number is never given twice.",
            class_name="mt-2 text-xs text-muted",
        ),
    )


def _text(
    view: Any, name: str, label: str, hint: str = "", *, numbers: bool = False
) -> rx.Component:
    return text_field(
        label,
        name=name,
        hint=hint,
        error=problem(InvoiceSettings, name),
        default_value=texts_of(view)[name],
        auto_complete="off",
        **({"input_mode": "numeric"} if numbers else {}),
    )
