"""A table on a desk, a list of cards on a phone: one markup for both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.link import link
from fsm_portal.ui.values import Node, Text

Row = Any  # a var of one row: what rx.foreach hands out
Place = Literal["left", "right", "top", "tall", "wide", "none"]


@dataclass(frozen=True)
class Column:
    """``cell`` makes a cell from a row; ``figure`` aligns it right.

    ``card`` is where it stands when rows are cards: ``left`` or ``right`` on the next line with
    room, ``top`` at the right of the first, ``tall`` beside two lines, ``wide`` on one of its own,
    or ``none``. ``before`` is put before the cell's content, beside its link: a ``tick``.
    """

    heading: str
    cell: Callable[[Row], Node]
    figure: bool = False
    card: Place = "left"
    strong: bool = False
    before: Callable[[Row], Node] | None = None


def table(
    name: str,
    columns: Sequence[Column],
    rows: rx.Var[Any],
    *,
    key: Callable[[Row], Any],
    to: Callable[[Row], Text] | None = None,
) -> rx.Component:
    """``rows`` is a var of a short list (page on the server, 50 rows at most).

    ``name`` is read out as the table's caption, ``key`` gives a row's identity. With ``to`` the
    first cell is a link and the whole row can be pressed.
    """
    return rx.el.table(
        rx.el.caption(name, class_name="sr-only"),
        rx.el.thead(
            rx.el.tr(*[_heading(column) for column in columns], role="row"),
            role="rowgroup",
            class_name="border-y border-line bg-sunken text-xs text-muted",
        ),
        rx.el.tbody(
            rx.foreach(rows, lambda row: _row(columns, row, key, to)),
            role="rowgroup",
            class_name="divide-y divide-line",
        ),
        # Roles are spoken out because a table laid out as blocks loses them.
        role="table",
        class_name="cards-when-narrow w-full",
    )


def _heading(column: Column) -> rx.Component:
    side = "text-right" if column.figure else "text-left"
    return rx.el.th(
        column.heading,
        scope="col",
        role="columnheader",
        class_name=f"px-5 py-2.5 font-medium whitespace-nowrap {side}",
    )


def _row(
    columns: Sequence[Column],
    row: Row,
    key: Callable[[Row], Any],
    to: Callable[[Row], Text] | None,
) -> rx.Component:
    cells = [_cell(column, row, to if at == 0 else None) for at, column in enumerate(columns)]
    pressed = " hover:bg-sunken transition-colors" if to else ""
    return rx.el.tr(*cells, key=key(row), role="row", class_name=f"relative{pressed}")


def _cell(column: Column, row: Row, to: Callable[[Row], Text] | None) -> rx.Component:
    content = column.cell(row)
    if to is not None:
        content = link(
            content,
            to=to(row),
            class_name="rounded-sm font-medium text-ink after:absolute after:inset-0 "
            "after:content-['']",
        )
    if column.before is not None:
        content = rx.el.div(column.before(row), content, class_name="flex items-center")
    look = "tabular-nums whitespace-nowrap text-right" if column.figure else ""
    weight = "font-medium text-ink" if column.strong or column.figure or to else "text-muted"
    return rx.el.td(
        content,
        role="cell",
        class_name=f"sm:px-5 sm:py-3.5 {look} {weight}",
        custom_attrs={"data-card": column.card},
    )


def table_card(
    title: Text, content: rx.Component, *, controls: Sequence[Node] = (), foot: Node = ""
) -> rx.Component:
    """A table with its heading, its search and filters beside it, and its pages below."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, class_name="mr-auto text-sm font-semibold"),
            rx.el.div(*controls, class_name="flex flex-wrap gap-2 empty:hidden max-sm:w-full"),
            class_name="flex flex-wrap items-center gap-3 p-5 py-4",
        ),
        content,
        rx.el.div(foot, class_name="border-t border-line empty:hidden"),
        class_name=f"{SURFACE} overflow-hidden",
    )
