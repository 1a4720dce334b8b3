"""The lines of the editor: a row each on a wide desk, a card each on anything narrower."""

from typing import Any

import reflex as rx

from fsm_portal.ui.button import icon_button
from fsm_portal.ui.values import Node, Text, plain_id

_CONTROL = (
    "block w-full min-h-11 rounded-lg border border-edge bg-surface px-2.5 text-base text-ink "
    "sm:text-sm aria-invalid:border-bad placeholder:text-muted"
)
_FIGURE = f"{_CONTROL} xl:text-right tabular-nums"
# Wide enough for what people write into them; what is left is the description's.
_GRID = (
    "grid grid-cols-2 gap-x-2 gap-y-3 sm:grid-cols-4 "
    "xl:grid-cols-[6rem_minmax(0,1fr)_4.75rem_6.5rem_5.75rem_10rem_6.25rem_2.75rem] xl:gap-y-1"
)
_HEADINGS = (
    ("Kind", ""),
    ("Description", ""),
    ("Qty", "text-right pr-2.5"),
    ("Unit price", "text-right pr-2.5"),
    ("Discount", "text-right pr-2.5"),
    ("Tax", ""),
    ("Amount", "text-right"),
)


def sheet_lines(view: Any, on_remove: Any) -> rx.Component:
    """``view`` is a SheetView; ``on_remove`` gets the key of a line."""
    return rx.el.div(
        rx.el.div(
            *[rx.el.span(words, class_name=look) for words, look in _HEADINGS],
            aria_hidden="true",
            class_name=f"{_GRID} border-b border-line pb-2 text-xs font-medium text-muted "
            "max-xl:hidden",
        ),
        rx.el.ol(
            rx.foreach(view.lines, lambda line, at: _line(line, at, view.rates, on_remove)),
            class_name="divide-y divide-line",
        ),
    )


def _line(line: Any, at: Any, rates: Any, on_remove: Any) -> rx.Component:
    number = (at + 1).to_string()
    return rx.el.li(
        _cell(
            line,
            "Kind",
            _select(
                line,
                "kind",
                number,
                rx.el.option("Service", value="service"),
                rx.el.option("Part", value="part"),
            ),
            look="max-sm:col-span-2",
        ),
        _cell(
            line,
            "Description",
            _input(
                line, "description", number, placeholder="What was done, or left there", first=True
            ),
            _problem(line, "description"),
            rx.cond(
                line.is_blank,
                rx.fragment(),
                rx.el.div(
                    rx.el.textarea(
                        rows="1",
                        **_named(line, "detail", number, "Details"),
                        placeholder="Details",
                        default_value=line.detail,
                        class_name=f"{_CONTROL} mt-1.5 min-h-9 py-1.5 text-sm field-sizing-content",
                    ),
                    _problem(line, "detail"),
                ),
            ),
            look="col-span-2 sm:col-span-3 xl:col-span-1",
        ),
        _cell(line, "Quantity", _figure(line, "quantity", number, "1"), _problem(line, "quantity")),
        _cell(line, "Unit price", _figure(line, "price", number, "0.00"), _problem(line, "price")),
        _cell(
            line, "Discount", _figure(line, "discount", number, "10%"), _problem(line, "discount")
        ),
        _cell(
            line,
            "Tax",
            _select(
                line,
                "tax",
                number,
                rx.el.option("No tax", value=""),
                rx.foreach(rates, lambda rate: rx.el.option(rate.name, value=rate.id)),
            ),
            rx.el.p(
                line.tax_called,
                aria_hidden="true",
                class_name="mt-1 text-xs text-muted wrap-anywhere empty:hidden",
            ),
            _problem(line, "tax"),
        ),
        rx.el.div(
            rx.cond(
                line.is_blank,
                rx.fragment(),
                rx.el.span("Amount", class_name="text-xs text-muted xl:hidden"),
            ),
            rx.el.output(line.amount, class_name="font-medium tabular-nums"),
            class_name="flex items-center gap-3 sm:min-h-11 max-xl:col-span-1 sm:max-xl:col-span-3 "
            "xl:justify-end",
        ),
        rx.cond(
            line.is_blank,
            rx.el.span(class_name="max-xl:hidden"),
            rx.el.div(
                icon_button(
                    "close", rx.Var.create("Remove line ") + number, on_click=on_remove(line.key)
                ),
                class_name="flex justify-end",
            ),
        ),
        key=line.key,
        class_name=f"{_GRID} items-start py-3",
        custom_attrs={"data-line": line.key},
    )


def _cell(
    line: Any, label: str, control: rx.Component, *below: Node, look: str = ""
) -> rx.Component:
    # On a phone an empty line is one field until something stands in it.
    hidden = "" if label == "Description" else "max-sm:hidden"
    return rx.el.div(
        rx.el.span(label, aria_hidden="true", class_name="mb-1 block text-xs text-muted xl:hidden"),
        control,
        *below,
        class_name=rx.cond(line.is_blank, f"min-w-0 {look} {hidden}", f"min-w-0 {look}"),
    )


def _figure(line: Any, field: str, number: Any, placeholder: str) -> rx.Component:
    # A percentage is no number to a phone's keypad.
    mode = "text" if field == "discount" else "decimal"
    return _input(line, field, number, placeholder=placeholder, look=_FIGURE, input_mode=mode)


def _input(
    line: Any,
    field: str,
    number: Any,
    *,
    placeholder: str,
    look: str = _CONTROL,
    first: bool = False,
    **props: Any,
) -> rx.Component:
    named = _named(line, field, number, field.capitalize())
    if first:
        named["custom_attrs"] = named["custom_attrs"] | {"data-first": "true"}
    return rx.el.input(
        type="text",
        **named,
        placeholder=placeholder,
        default_value=getattr(line, field),
        auto_complete="off",
        class_name=look,
        **props,
    )


def _select(line: Any, field: str, number: Any, *options: Node) -> rx.Component:
    return rx.el.select(
        *options,
        **_named(line, field, number, field.capitalize()),
        default_value=getattr(line, field),
        class_name=_CONTROL,
    )


_SAID = {"Price": "Unit price"}


def _named(line: Any, field: str, number: Any, label: str) -> dict[str, Any]:
    name = rx.Var.create(f"{field}-") + line.key
    wrong = getattr(line, f"{field}_problem") != "" if field != "kind" else False
    return {
        "name": name,
        "aria_label": rx.Var.create(f"{_SAID.get(label, label)}, line ") + number,
        "aria_invalid": wrong,
        "custom_attrs": {"aria-describedby": name + "-error"},
    }


def _problem(line: Any, field: str) -> rx.Component:
    words: Text = getattr(line, f"{field}_problem")
    return rx.el.p(
        words,
        aria_live="polite",
        class_name="mt-1 text-xs font-medium text-bad empty:hidden",
        custom_attrs=plain_id(rx.Var.create(f"{field}-") + line.key + "-error"),  # type: ignore[arg-type]
    )
