"""Credit: the dialog that takes back what is owed on an invoice, or a part of it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.invoicing.credit_invoice import Asked, CannotCredit, credit_invoice
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, money_field, select_field, text_field
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.toast import say
from fsm_portal.ui.values import plain_id

_LONGEST = 600
_QUANTITY = re.compile(r"quantity-(\d{1,6})", re.ASCII)


class Crediting(rx.State):
    """The invoice whose dialog is open. Each opening is one press: one credit note comes of it."""

    crediting: str = ""
    # Whether it is said by line what is taken back, or as an amount.
    by_line: bool = False
    busy: bool = False
    # The field the problem stands beside; none if it is about no field.
    field: str = ""
    problem: str = ""
    _press: str = ""

    def _begin(self, invoice_id: str = "") -> None:
        self.crediting, self._press = invoice_id, new_id() if invoice_id else ""
        self.busy, self.field, self.problem = False, "", ""
        self.by_line = False

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """Open the dialog of an invoice."""
        if await clerk(self, May.VOID) is None:
            return to_sign_in()
        if isinstance(invoice_id, str) and is_id(invoice_id):
            self._begin(invoice_id)
        return None

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Close the dialog and credit nothing."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    @rx.event
    async def choose(self, what: str) -> EventSpec | None:
        """Say it by line (``lines``) or as an amount."""
        if await clerk(self) is None:
            return to_sign_in()
        self.by_line = what == "lines"
        self.field, self.problem = "", ""
        return None

    @rx.event
    async def credit(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Write the credit note that was typed."""
        who = await clerk(self, May.VOID)
        if who is None:
            yield to_sign_in()
            return
        typed = form if isinstance(form, dict) else {}
        if not self.crediting or self.busy:
            return
        self.busy, self.field, self.problem = True, "", ""
        yield None
        asked = Asked(
            self._press,
            _text(typed, "credited_amount"),
            _text(typed, "credited_reason"),
            _lines(typed) if self.by_line else None,
            mail=_text(typed, "credited_mail") == "on",
        )
        try:
            topics = await at_stripe(credit_invoice, who, self.crediting, asked)
        except CannotCredit as error:
            live.ring(error.topics)
            self.field, self.problem = error.field, str(error)
            return
        finally:
            self.busy = False
        live.ring(topics)
        self._begin()
        await say(self, "Credit note written")


def _text(form: dict[str, Any], key: str) -> str:
    value = form.get(key)
    return value[:_LONGEST] if isinstance(value, str) else ""


def _lines(form: dict[str, Any]) -> dict[int, str]:
    """How much of which line, where anything was typed."""
    typed: dict[int, str] = {}
    for key in form:
        of_a_line = isinstance(key, str) and _QUANTITY.fullmatch(key)
        text = _text(form, key).strip() if of_a_line else ""
        if of_a_line and text:
            typed[int(of_a_line[1])] = text
    return typed


def credit_note_button(view: Any) -> rx.Component:
    """For a StaffInvoiceView on which something can be credited."""
    return button("Write credit note", kind="link", wide=True, on_click=Crediting.ask(view.id))


def _as_amount(view: Any) -> rx.Component:
    return rx.el.div(
        money_field(
            rx.Var.create("Amount in ") + view.hand.currency,
            name="credited_amount",
            default_value=view.credit.due,
            hint=rx.Var.create("With tax. Still owed: ") + view.credit.words,
            error=rx.cond(Crediting.field == "amount", Crediting.problem, ""),
        ),
        key="amount",
    )


def _by_line(view: Any) -> rx.Component:
    return rx.el.div(
        rx.el.ul(
            rx.foreach(view.credit.lines, _line),
            class_name="divide-y divide-line rounded-lg border border-line",
        ),
        rx.el.p(
            "Tax goes back with each line, by its own rate. ",
            rx.Var.create("Still owed with tax: ") + view.credit.words,
            class_name="mt-1.5 text-xs text-muted",
        ),
        key="lines",
    )


def _line(line: Any) -> rx.Component:
    name = rx.Var.create("quantity-") + line.id
    wrong = Crediting.field == name
    problem = name + "-problem"
    return rx.el.li(
        rx.el.div(
            rx.el.p(line.description, class_name="font-medium wrap-anywhere"),
            rx.el.p(line.left, class_name="text-xs text-muted"),
            rx.el.p(
                rx.cond(wrong, Crediting.problem, ""),
                aria_live="polite",
                class_name="text-xs font-medium text-bad empty:hidden",
                custom_attrs=plain_id(problem),  # type: ignore[arg-type]
            ),
            class_name="min-w-0",
        ),
        rx.el.input(
            type="text",
            name=name,
            placeholder="0",
            input_mode="decimal",
            auto_complete="off",
            aria_label=rx.Var.create("Quantity to credit of ") + line.description,
            aria_invalid=wrong,
            aria_describedby=problem,
            class_name="min-h-11 w-24 shrink-0 rounded-lg border border-edge bg-surface px-2.5 "
            "text-right text-base tabular-nums sm:text-sm aria-invalid:border-bad "
            "placeholder:text-muted",
        ),
        key=line.id,
        class_name="flex items-center justify-between gap-3 p-3",
    )


def credit_note_dialog(view: Any) -> rx.Component:
    """The form; once on a page. ``view`` is the StaffInvoiceView."""
    return dialog(
        rx.el.form(
            rx.el.div(
                select_field(
                    "What is credited",
                    (("amount", "An amount"), ("lines", "Lines of the invoice")),
                    name="credited_what",
                    default_value=rx.cond(Crediting.by_line, "lines", "amount"),
                    on_change=Crediting.choose,
                ),
                rx.cond(Crediting.by_line, _by_line(view), _as_amount(view)),
                text_field(
                    "Reason",
                    name="credited_reason",
                    hint="The customer reads it on the credit note.",
                    max_length=500,
                    auto_complete="off",
                    error=rx.cond(Crediting.field == "reason", Crediting.problem, ""),
                ),
                rx.cond(
                    view.customer.email != "",
                    checkbox(
                        rx.Var.create("Mail it to ") + view.customer.email,
                        name="credited_mail",
                        default_checked=True,
                    ),
                ),
                class_name="flex flex-col gap-4",
            ),
            live_region(
                rx.el.p(
                    rx.cond(Crediting.field == "", Crediting.problem, ""),
                    class_name="mt-4 font-medium text-bad empty:hidden wrap-anywhere",
                )
            ),
            dialog_actions(
                button("Cancel", kind="secondary", on_click=Crediting.stop),
                button("Write credit note", type="submit", loading=Crediting.busy),
            ),
            on_submit=Crediting.credit,
            no_validate=True,
        ),
        name="crediting",
        title="Write a credit note",
        text="Less is owed, the invoice stays as it was sent, and tax is taken back with it. "
        "It cannot be taken back. Money that was paid goes back by a refund instead.",
        shown=Crediting.crediting != "",
        on_close=Crediting.stop,
    )
