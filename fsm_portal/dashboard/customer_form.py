"""A customer's name, contact and addresses, corrected in a dialog on their invoice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.edit_customer import (
    OFFERED_FORMATS,
    CannotEdit,
    CustomerWords,
    edit_customer,
)
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import select_field, text_field
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say

# Longer than anything that can be kept: what is cut off here was refused anyway.
_LONGEST = 400


class CustomerForm(rx.State):
    """Whose form is open, and what is the matter with what was typed.

    What they are called and where they live is in the pushed view only.
    """

    editing: str = ""
    busy: bool = False
    # The field the problem stands beside; none if it is about no field.
    field: str = ""
    problem: str = ""

    def _begin(self, customer_id: str = "") -> None:
        self.editing, self.busy, self.field, self.problem = customer_id, False, "", ""

    @rx.event
    async def edit(self, customer_id: str) -> EventSpec | None:
        """Open the form of a customer."""
        if await clerk(self) is None:
            return to_sign_in()
        if isinstance(customer_id, str) and is_id(customer_id):
            self._begin(customer_id)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Close the form and keep nothing."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed for the customer whose form is open."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        typed = form if isinstance(form, dict) else {}
        if not self.editing or self.busy:
            return
        self.busy, self.field, self.problem = True, "", ""
        yield None
        words = CustomerWords(
            *(_text(typed, key) for key in ("name", "contact", "mail", "phone")),
            locale=_text(typed, "locale") if "locale" in typed else None,
        )
        try:
            topics = await asyncio.to_thread(edit_customer, who, self.editing, words)
        except CannotEdit as error:
            self.field, self.problem = error.field, str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Customer saved")


async def begin_editing(page: rx.State) -> None:
    """No form is open on a page one has just come to."""
    form: Any = await page.get_state(CustomerForm)
    form._begin()


def _text(form: dict[str, Any], key: str) -> str:
    value = form.get(key)
    return value[:_LONGEST] if isinstance(value, str) else ""


def edit_button(customer_id: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        button(
            "Edit",
            kind="link",
            size="compact",
            on_click=CustomerForm.edit(customer_id),
            aria_label="Edit customer",
        ),
        class_name="-my-2 -mr-3",
    )


def customer_dialog(customer: Any) -> rx.Component:
    """The form; once on a page. ``customer`` is the pushed CustomerView."""
    return dialog(
        rx.el.form(
            rx.el.div(
                _field("Name", "name", customer.name, about="name"),
                _field("Contact", "contact", customer.contact, "Whom our mail greets by name."),
                # Another name than the missing address's, which is asked for on the same page.
                _field(
                    "Email address",
                    "mail",
                    customer.email,
                    "A new one signs the customer out, and links mailed to the old one stop "
                    "working.",
                    about="email",
                    type="email",
                ),
                _field("Phone", "phone", customer.phone, type="tel"),
                _formats(customer),
                class_name="flex flex-col gap-4",
            ),
            live_region(
                rx.cond(
                    CustomerForm.field == "",
                    rx.el.p(
                        CustomerForm.problem,
                        class_name="mt-4 font-medium text-bad empty:hidden",
                    ),
                )
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=CustomerForm.stop),
                button("Save", type="submit", loading=CustomerForm.busy),
            ),
            on_submit=CustomerForm.save,
            no_validate=True,
        ),
        name="customer",
        title="Edit customer",
        shown=CustomerForm.editing != "",
        on_close=CustomerForm.stop,
    )


def _formats(customer: Any) -> rx.Component:
    return select_field(
        "Numbers and dates",
        [("", "As the company writes them"), *OFFERED_FORMATS],
        name="locale",
        hint="How the customer reads amounts and days, in the portal, in mail and on paper.",
        error=rx.cond(CustomerForm.field == "locale", CustomerForm.problem, ""),
        more=rx.cond(
            customer.locale_name != "",
            rx.el.option(customer.locale_name, value=customer.locale),
        ),
        default_value=customer.locale,
    )


def _field(
    label: str, name: str, value: Any, hint: str = "", *, about: str = "", type: str = "text"
) -> rx.Component:
    return text_field(
        label,
        name=name,
        hint=hint,
        type=type,
        error=rx.cond(CustomerForm.field == (about or name), CustomerForm.problem, ""),
        default_value=value,
        auto_complete="off",
    )
