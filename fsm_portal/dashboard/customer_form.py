"""Who a customer is: corrected in a dialog, or written down for a new one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.customers.create_customer import create_customer
from fsm_portal.flows.customers.customer_view import NO_CUSTOMER
from fsm_portal.flows.edit_customer import (
    COUNTRIES,
    OFFERED_FORMATS,
    CannotEdit,
    CustomerWords,
    SharedAddress,
    edit_customer,
)
from fsm_portal.flows.invoicing.keep_sheet import choose_customer
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, select_field, text_area, text_field
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say
from fsm_portal.ui.values import Text

# Longer than anything that can be kept: what is cut off here was refused anyway.
_LONGEST = 400


# In place of an id: the form is about somebody new.
_NEW = "new"


class CustomerForm(rx.State):
    """Whose form is open, and what is the matter with what was typed.

    What they are called and where they live is in the pushed view only. ``shared``: another
    customer has the address that was typed, and it can be kept all the same.
    """

    editing: str = ""
    busy: bool = False
    shared: bool = False
    # The field the problem stands beside; none if it is about no field.
    field: str = ""
    problem: str = ""
    # Each opening is one press: one new customer comes of it.
    _press: str = ""
    # The sheet of an invoice that is for somebody new: it bills them, and one stays there.
    _sheet: str = ""

    def _begin(self, customer_id: str = "") -> None:
        self.editing, self.busy, self.field, self.problem = customer_id, False, "", ""
        self.shared, self._press, self._sheet = False, new_id(), ""

    @rx.event
    async def begin_new(self) -> EventSpec | None:
        """Open an empty form."""
        if await clerk(self, May.EDIT_CUSTOMERS) is None:
            return to_sign_in()
        self._begin(_NEW)
        return None

    @rx.event
    async def begin_billed(self, sheet_id: str) -> EventSpec | None:
        """Open an empty form for whom the invoice on this sheet is for."""
        if await clerk(self, May.EDIT_CUSTOMERS) is None:
            return to_sign_in()
        if isinstance(sheet_id, str) and is_id(sheet_id):
            self._begin(_NEW)
            self._sheet = sheet_id
        return None

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
            locale=_given(typed, "locale"),
            address=_given(typed, "address", 1000),
            country=_given(typed, "country"),
            shared=self.shared and _text(typed, "shared") == "on",
        )
        made = ""
        try:
            if self.editing == _NEW:
                made, topics = await asyncio.to_thread(create_customer, who, words, self._press)
            else:
                topics = await asyncio.to_thread(edit_customer, who, self.editing, words)
        except CannotEdit as error:
            self.field, self.problem = error.field, str(error)
            self.shared = isinstance(error, SharedAddress)
            return
        finally:
            self.busy = False
        if made and self._sheet:
            topics |= await asyncio.to_thread(choose_customer, who, self._sheet, made)
        live.ring(topics)
        leads_there = made and not self._sheet
        self._begin()
        await say(self, "Customer added" if made else "Customer saved")
        if leads_there:
            yield rx.redirect(f"/dashboard/customers/{made}/")


async def begin_editing(page: rx.State) -> None:
    """No form is open on a page one has just come to."""
    form: Any = await page.get_state(CustomerForm)
    form._begin()


def _text(form: dict[str, Any], key: str, longest: int = _LONGEST) -> str:
    value = form.get(key)
    return value[:longest] if isinstance(value, str) else ""


def _given(form: dict[str, Any], key: str, longest: int = _LONGEST) -> str | None:
    """None where the form has no such field: what is there stays."""
    return _text(form, key, longest) if key in form else None


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


def new_customer_button() -> rx.Component:
    return button("New customer", icon="plus", on_click=CustomerForm.begin_new)


def customer_dialog(customer: Any) -> rx.Component:
    """The form; once on a page. ``customer`` is the pushed CustomerView."""
    return dialog(
        _form(customer, fresh=False),
        name="customer",
        title="Edit customer",
        shown=(CustomerForm.editing != "") & (CustomerForm.editing != _NEW),
        on_close=CustomerForm.stop,
    )


def new_customer_dialog(name: Text = "") -> rx.Component:
    """The form, empty but for a ``name``; once on a page."""
    return dialog(
        _form(NO_CUSTOMER, fresh=True, name=name),
        name="new-customer",
        title="New customer",
        shown=CustomerForm.editing == _NEW,
        on_close=CustomerForm.stop,
    )


def _form(customer: Any, *, fresh: bool, name: Text = "") -> rx.Component:
    """``customer`` is the pushed CustomerView, an empty one for somebody new."""
    return rx.el.form(
        rx.el.div(
            _field("Name", "name", name if fresh else customer.name, about="name"),
            _field("Contact", "contact", customer.contact, "Whom our mail greets by name."),
            rx.el.div(
                # Another name than the missing address's, which is asked for on the same page.
                _field(
                    "Email address",
                    "mail",
                    customer.email,
                    "A new one signs the customer out, and links mailed to the old one stop "
                    "working."
                    if not fresh
                    else "Where invoices and links go.",
                    about="email",
                    type="email",
                ),
                rx.cond(
                    CustomerForm.shared,
                    checkbox("They share one mailbox", name="shared"),
                ),
            ),
            _field("Phone", "phone", customer.phone, type="tel"),
            text_area(
                "Address",
                name="address",
                error=_problem_of("address"),
                default_value=customer.address_text,
                auto_complete="off",
            ),
            _country(customer, fresh),
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
            button(
                "Add customer" if fresh else "Save",
                type="submit",
                loading=CustomerForm.busy,
            ),
        ),
        on_submit=CustomerForm.save,
        no_validate=True,
    )


def _country(customer: Any, fresh: bool) -> rx.Component:
    return select_field(
        "Country",
        [("", "The same as yours" if fresh else "Not known")],
        name="country",
        error=_problem_of("country"),
        more=rx.foreach(
            rx.Var.create(COUNTRIES), lambda one: rx.el.option(one[1], value=one[0], key=one[0])
        ),
        default_value=customer.country,
    )


def _formats(customer: Any) -> rx.Component:
    return select_field(
        "Numbers and dates",
        [("", "As the company writes them"), *OFFERED_FORMATS],
        name="locale",
        hint="How the customer reads amounts and days, in the portal, in mail and on paper.",
        error=_problem_of("locale"),
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
        error=_problem_of(about or name),
        default_value=value,
        auto_complete="off",
    )


def _problem_of(field: str) -> rx.Var[str]:
    return rx.cond(CustomerForm.field == field, CustomerForm.problem, "")
