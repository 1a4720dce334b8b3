"""Credit: the dialog that takes back what is owed on an invoice, or a part of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.asking import Asking, Done, problem_with
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import text, typed
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.credit_invoice import Asked, CannotCredit, credit_invoice
from fsm_portal.flows.invoicing.credit_preview import NO_PREVIEW, CreditPreview, credit_preview
from fsm_portal.threads import at_stripe
from fsm_portal.ui.button import button
from fsm_portal.ui.dialog import dialog, dialog_actions
from fsm_portal.ui.field import checkbox, money_field, select_field, text_field
from fsm_portal.ui.notice import live_region, problem_line
from fsm_portal.ui.values import if_any, plain_id

_LONGEST = 600
_MOST_LINES = 1_000
_FIELDS = ("credited_amount", "credited_reason", "credited_mail")
_QUANTITY = re.compile(r"quantity-(\d{1,6})", re.ASCII)


class Crediting(Asking, rx.State):
    """The invoice whose dialog is open. Each opening is one press: one credit note comes of it."""

    # Whether it is said by line what is taken back, or as an amount.
    by_line: bool = False
    # What the lines that were typed so far come to.
    preview: CreditPreview = NO_PREVIEW
    _typed: dict[int, str] = {}

    def _begin(self, about: str = "") -> None:
        super()._begin(about)
        self.by_line, self.preview, self._typed = False, NO_PREVIEW, {}

    @rx.event
    async def ask(self, invoice_id: str) -> EventSpec | None:
        """Open the dialog of an invoice."""
        return await self._ask(invoice_id, May.VOID)

    @rx.event
    async def choose(self, what: str) -> EventSpec | None:
        """Say it by line (``lines``) or as an amount."""
        if await clerk(self) is None:
            return to_sign_in()
        self.by_line = what == "lines"
        self.field, self.problem, self.preview, self._typed = "", "", NO_PREVIEW, {}
        return None

    @rx.event
    async def reckon(self, name: str, quantity: str) -> EventSpec | None:
        """Say what it comes to with so much of the line whose field has this ``name``."""
        who = await clerk(self, May.VOID)
        if who is None:
            return to_sign_in()
        if self.about and isinstance(name, str) and isinstance(quantity, str):
            lines = dict(list(self._typed.items())[:_MOST_LINES]) | _lines({name: quantity})
            if not quantity.strip():
                lines = {line: text for line, text in lines.items() if name != f"quantity-{line}"}
            self._typed = lines
            self.field, self.problem = "", ""
            self.preview = await asyncio.to_thread(credit_preview, who, self.about, lines)
        return None

    @rx.event
    async def credit(self, form: dict[str, Any]) -> AsyncIterator[EventSpec | None]:
        """Write the credit note that was typed."""
        invoice_id, said = self.about, typed(form, _FIELDS, _LONGEST)
        asked = Asked(
            self._press,
            said["credited_amount"],
            said["credited_reason"],
            _lines(form) if self.by_line else None,
            mail=said["credited_mail"] == "on",
        )

        def act(who: Identity) -> Done:
            return "Credit note written", credit_invoice(who, invoice_id, asked)

        async for step in self._do(act, CannotCredit, May.VOID, run=at_stripe):
            yield step


def _lines(form: object) -> dict[int, str]:
    """How much of which line, where anything was typed."""
    said: dict[int, str] = {}
    for key in form if isinstance(form, dict) else ():
        of_a_line = isinstance(key, str) and _QUANTITY.fullmatch(key)
        quantity = text(form, key).strip() if of_a_line else ""
        if of_a_line and quantity:
            said[int(of_a_line[1])] = quantity
    return said


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
            error=problem_with(Crediting, "amount"),
        ),
        key="amount",
    )


def _by_line(view: Any) -> rx.Component:
    return rx.el.div(
        rx.el.ul(
            rx.foreach(view.credit.lines, _line),
            class_name="divide-y divide-line rounded-lg border border-line",
        ),
        live_region(
            rx.cond(
                Crediting.preview.total != "",
                rx.el.p(
                    "Comes to ",
                    rx.el.strong(Crediting.preview.total, class_name="tabular-nums"),
                    if_any(
                        Crediting.preview.tax,
                        rx.el.span(
                            rx.Var.create(", of it tax: ") + Crediting.preview.tax,
                            class_name="tabular-nums",
                        ),
                    ),
                    class_name="mt-2 text-right",
                ),
            ),
            rx.el.p(
                rx.cond(Crediting.preview.field == "", Crediting.preview.problem, ""),
                class_name="mt-1 text-right font-medium text-bad empty:hidden wrap-anywhere",
            ),
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
    refused = Crediting.field == name
    wrong = refused | (Crediting.preview.field == name)
    problem = name + "-problem"
    return rx.el.li(
        rx.el.div(
            rx.el.p(line.description, class_name="font-medium wrap-anywhere"),
            rx.el.p(line.left, class_name="text-xs text-muted"),
            rx.el.p(
                rx.cond(
                    refused,
                    Crediting.problem,
                    rx.cond(
                        Crediting.preview.field == name,
                        Crediting.preview.problem,
                        "",
                    ),
                ),
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
            on_change=lambda quantity: Crediting.reckon(name, quantity),
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
                    error=problem_with(Crediting, "reason"),
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
            problem_line(problem_with(Crediting, "")),
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
        shown=Crediting.about != "",
        on_close=Crediting.stop,
    )
