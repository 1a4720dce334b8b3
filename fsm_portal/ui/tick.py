"""A box to tick in a row of a table: chooses the row without opening it."""

from typing import Any

import reflex as rx
from reflex.event import checked_input_event
from reflex_components_core.el import Input

from fsm_portal.ui.values import Flag, Text


class _Tick(Input):
    """An input that tells whether it is ticked."""

    on_change: rx.EventHandler[checked_input_event]


def tick(
    label: Text, *, ticked: Flag, on_change: Any, follows: bool = False, **props: Any
) -> rx.Component:
    """``label`` is what is read out; ``on_change`` is told whether it is ticked now.

    The browser keeps the tick: ``ticked`` is how it begins. With ``follows`` it is ticked whenever
    ``ticked`` says so: for boxes that another one ticks too.
    """
    props["checked" if follows else "default_checked"] = ticked
    return rx.el.label(
        _Tick.create(
            type="checkbox",
            aria_label=label,
            on_change=on_change,
            class_name="size-5 shrink-0 accent-brand",
            **props,
        ),
        # Above the link that covers its row, and large enough for a finger.
        class_name="relative z-10 -my-3 -ml-3 flex size-11 items-center justify-center",
    )
