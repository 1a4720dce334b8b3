"""Who a customer is: corrected in a dialog, or written down for a new one."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done, problem_with
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import text, typed
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.flows.customers.create_customer import create_customer
from fsm_portal.flows.customers.customer_view import NO_CUSTOMER
from fsm_portal.flows.customers.edit_customer import (
    COUNTRIES,
    OFFERED_FORMATS,
    CannotEdit,
    CustomerWords,
    SharedAddress,
    edit_customer,
)
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.keep_sheet import choose_customer
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, select_field, text_area, text_field
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.values import Text

# In place of an id: the form is about somebody new.
_NEW = "new"


class CustomerForm(Asking, rx.State):
    """Whose form is open, and what is the matter with what was typed.

    What they are called and where they live is in the pushed view only. ``shared``: another
    customer has the address that was typed, and it can be kept all the same.
    """

    shared: bool = False
    # The sheet of an invoice that is for somebody new: it bills them, and one stays there.
    _sheet: str = ""

    def _begin(self, about: str = "") -> None:
        super()._begin(about)
        self.shared, self._sheet = False, ""

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
        return await self._ask(customer_id)

    @rx.event
    async def save(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Keep what was typed for the customer whose form is open."""
        about, press, sheet = self.about, self._press, self._sheet
        words, made = self._words(form), list[str]()

        def act(who: Identity) -> Done:
            if about != _NEW:
                return "Customer saved", edit_customer(who, about, words)
            customer_id, topics = create_customer(who, words, press)
            made.append(customer_id)
            return "Customer added", topics | _billed(who, sheet, customer_id)

        async for step in self._do(act, CannotEdit):
            yield step
        for customer_id in made:
            if not sheet:
                yield rx.redirect(f"/dashboard/customers/{customer_id}/")

    def _words(self, form: object) -> CustomerWords:
        said = typed(form, ("name", "contact", "mail", "phone", "shared"))
        # Where the form has no such field, what is there stays.
        rest = {
            name: text(form, name, 1000) if isinstance(form, dict) and name in form else None
            for name in ("locale", "address", "country")
        }
        shared = self.shared and said.pop("shared") == "on"
        said.pop("shared", None)
        return CustomerWords(*said.values(), **rest, shared=shared)

    def _refused(self, error: Exception) -> None:
        super()._refused(error)
        self.shared = isinstance(error, SharedAddress)


def _billed(who: Identity, sheet_id: str, customer_id: str) -> frozenset[str]:
    return choose_customer(who, sheet_id, customer_id) if sheet_id else frozenset()


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
        shown=(CustomerForm.about != "") & (CustomerForm.about != _NEW),
        on_close=CustomerForm.stop,
    )


def new_customer_dialog(name: Text = "") -> rx.Component:
    """The form, empty but for a ``name``; once on a page."""
    return dialog(
        _form(NO_CUSTOMER, fresh=True, name=name),
        name="new-customer",
        title="New customer",
        shown=CustomerForm.about == _NEW,
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
        problem_line(_problem_of("")),
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
    return problem_with(CustomerForm, field)
