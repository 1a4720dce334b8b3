"""Settings, Taxes: the rates that may stand on a line of an invoice."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.form import typed
from fsm_portal.dashboard.settings.saving import Pressing, problem
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.dashboard.visiting import begin
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.taxes import TaxesView, add_rate, archive_rate, show_taxes
from fsm_portal.ui.as_typed import as_typed
from fsm_portal.ui.button import button
from fsm_portal.ui.card import titled_card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import text_field
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.notice import problem_line


class TaxSettings(Pressing, rx.State):
    view: TaxesView = TaxesView()
    # The form begins anew with each rate that was added.
    added: int = 0

    @classmethod
    def load_view(cls, scope: Scope, params: tuple[()]) -> TaxesView:
        return show_taxes(scope)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        await begin(self, TaxSettings)
        return await take_seat(self, TaxSettings)

    @rx.event
    async def add(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Add the rate that was typed."""
        name, rate = typed(form, ("name", "rate")).values()
        async for step in self._press(lambda who: add_rate(who, name, rate), "Tax rate added"):
            yield step

    def _kept(self) -> None:
        self.added += 1

    @rx.event
    async def archive(self, rate_id: str) -> EventSpec | None:
        """Take a rate off the list."""
        return await self._flick(
            lambda who: archive_rate(who, rate_id, archived=True), "Tax rate archived"
        )

    @rx.event
    async def restore(self, rate_id: str) -> EventSpec | None:
        """Put a rate back on the list."""
        return await self._flick(
            lambda who: archive_rate(who, rate_id, archived=False), "Tax rate is back"
        )


def taxes_page() -> rx.Component:
    view = last_seen("settings_taxes", TaxSettings.view)
    return settings_page(for_whoever_may(view, _page(view)), here="Taxes", page=TaxSettings)


def _page(view: Any) -> rx.Component:
    return rx.fragment(
        titled_card(
            "Tax rates",
            rx.cond(
                view.rates.length() > 0,
                _list(view.rates, TaxSettings.archive, "Archive"),
                empty(
                    "No tax rates yet",
                    "Add the ones you charge, and choose among them on each line of an invoice. "
                    "Without any, invoices are written without tax.",
                    icon="statement",
                ),
            ),
        ),
        titled_card("Add a rate", _form(view)),
        rx.cond(
            view.archived.length() > 0,
            titled_card(
                "Archived",
                rx.el.p(
                    "Not offered on new lines. Invoices that were written with them keep them.",
                    class_name="-mt-2 mb-3 text-xs text-muted",
                ),
                _list(view.archived, TaxSettings.restore, "Use again"),
                key="archived",
            ),
        ),
    )


def _list(rates: Any, press: Any, label: str) -> rx.Component:
    return rx.el.ul(
        rx.foreach(rates, lambda rate: _row(rate, press, label)), class_name="divide-y divide-line"
    )


def _row(rate: Any, press: Any, label: str) -> rx.Component:
    return rx.el.li(
        rx.el.span(rate.name, class_name="min-w-0 flex-1 font-medium wrap-anywhere"),
        rx.el.span(rate.rate, class_name="tabular-nums"),
        button(
            label,
            kind="link",
            size="compact",
            on_click=press(rate.id),
            aria_label=f"{label}: {rate.name} {rate.rate}",
        ),
        key=rate.id,
        class_name="flex min-h-12 items-center gap-4",
    )


def _form(view: Any) -> rx.Component:
    form = rx.el.form(
        rx.el.div(
            text_field(
                "Name",
                name="name",
                hint="As customers know it: Sales tax, VAT.",
                error=problem(TaxSettings, "name"),
                auto_complete="off",
            ),
            text_field(
                "Rate in percent",
                name="rate",
                hint="Four decimals at most. A rate is not changed later: archive it and add the "
                "new one.",
                error=problem(TaxSettings, "rate"),
                auto_complete="off",
                input_mode="decimal",
                placeholder="8.25",
            ),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        problem_line(problem(TaxSettings, "")),
        rx.el.div(
            button("Add rate", type="submit", loading=TaxSettings.busy),
            class_name="mt-5 flex justify-end",
        ),
        key=TaxSettings.added,
        on_submit=TaxSettings.add,
        no_validate=True,
    )
    under = rx.Var.create("new rate of ") + view.desk.company.name
    return as_typed(form, under=under, until=TaxSettings.added.to(str), forgets=True)
