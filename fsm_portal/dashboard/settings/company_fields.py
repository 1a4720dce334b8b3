"""The fields of a company, for its page in the settings and for whoever has just signed up."""

from typing import Any

import reflex as rx

from fsm_portal.dashboard.settings.saving import problem, texts_of
from fsm_portal.flows.settings import choices
from fsm_portal.ui.field import select_field, text_area, text_field
from fsm_portal.ui.values import in_browser

# In the browser: the zone its clock is in, where that is one of the list.
_ITS_ZONE = "Intl.DateTimeFormat().resolvedOptions().timeZone"


def company_fields(state: Any, view: Any, *, guess_zone: bool = False) -> list[rx.Component]:
    """``state`` is the SettingsForm, ``view`` the pushed SectionView. With ``guess_zone`` the form
    begins with the time zone of the browser's own clock."""
    return [
        _text(state, view, "name", "Company name", "As it stands on invoices and in mails."),
        _two(
            _text(
                state,
                view,
                "mail",
                "Email address",
                "Customers’ answers go here.",
                type="email",
            ),
            _text(state, view, "phone", "Phone", "", type="tel"),
        ),
        text_area(
            "Address",
            name="address",
            hint="On invoices, under the company’s name.",
            error=problem(state, "address"),
            default_value=texts_of(view)["address"],
        ),
        _two(
            _choice(state, view, "country", "Country", choices.countries()),
            _text(state, view, "tax_id", "Tax ID", "Printed on invoices: EIN, VAT or ABN number."),
        ),
        _two(
            _choice(
                state,
                view,
                "currency",
                "Currency",
                choices.currencies(),
                "Of new invoices. Those that exist keep theirs.",
            ),
            _choice(
                state,
                view,
                "time_zone",
                "Time zone",
                choices.time_zones(),
                "Decides when a day ends, and an invoice is overdue.",
                guess=_ITS_ZONE if guess_zone else "",
            ),
        ),
        _choice(
            state,
            view,
            "locale",
            "Numbers and dates",
            choices.formats(),
            "How amounts and days are written. A customer may have a way of their own.",
        ),
    ]


def _two(one: rx.Component, other: rx.Component) -> rx.Component:
    return rx.el.div(one, other, class_name="grid gap-5 sm:grid-cols-2")


def _text(
    state: Any, view: Any, name: str, label: str, hint: str = "", type: str = "text"
) -> rx.Component:
    return text_field(
        label,
        name=name,
        hint=hint,
        type=type,
        error=problem(state, name),
        default_value=texts_of(view)[name],
        auto_complete="off",
    )


def _choice(
    state: Any,
    view: Any,
    name: str,
    label: str,
    options: choices.Choices,
    hint: str = "",
    guess: str = "",
) -> rx.Component:
    value = texts_of(view)[name]
    # Of these there are more than the list names, and a company keeps what it has.
    some = name in ("time_zone", "locale")
    known = rx.Var.create([each for each, _ in options] if some else [])
    return select_field(
        label,
        options,
        name=name,
        hint=hint,
        error=problem(state, name),
        more=rx.cond(~known.contains(value), rx.el.option(value, value=value)) if some else None,
        default_value=(
            in_browser(f"(({{1}}).includes({guess}) ? {guess} : {{0}})", value, known)
            if guess
            else value
        ),
    )
