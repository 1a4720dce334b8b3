"""While the database does not answer a page says so, and asks again by itself until it does."""

import logging
from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex_components_core.el import Button

from fsm_portal.ui.button import button_class
from fsm_portal.ui.icon import icon
from fsm_portal.ui.notice import live_region, notice
from fsm_portal.ui.problem_page import problem_page

log = logging.getLogger(__name__)

_SECONDS = 4
_TITLE = "The portal cannot be reached"


class OutOfReach(rx.State):
    """How often in a row this tab has asked in vain; 0 while it is answered."""

    tries: int = 0


async def missed(page: rx.State, error: Exception) -> None:
    """Say in the tab of ``page`` that its records could not be reached."""
    log.warning("a page could not be opened: %s", getattr(error, "orig", error))
    state: Any = await page.get_state(OutOfReach)
    state.tries += 1


async def reached(page: rx.State) -> None:
    """They could be."""
    state: Any = await page.get_state(OutOfReach)
    if state.tries:
        state.tries = 0


def out_of_reach() -> rx.Var[bool]:
    """Whether the tab waits for an answer."""
    return OutOfReach.tries > 0


def out_of_reach_page(again: Any) -> rx.Component:
    """In place of a page of which nothing is known. ``again`` is its ``on_load``."""
    return problem_page(
        _TITLE,
        "Our records do not answer at the moment. Nothing is lost: this page opens by itself as "
        "soon as they do.",
        icon="clock",
        action=_try_again(again),
    )


def out_of_reach_notice(again: Any, class_name: str) -> rx.Component:
    """Over a page that is still the one from before. Always there, so that it is read out;
    ``class_name`` sees to the gap below it, and to none while it is empty."""
    return live_region(
        rx.cond(
            out_of_reach(),
            notice(
                _TITLE,
                "What you see may be out of date. It changes by itself as soon as our records "
                "answer again.",
                tone="warn",
                busy=True,
                action=_try_again(again),
            ),
        ),
        class_name=class_name,
    )


class _Patient(Button):
    """A button that presses itself a few seconds after every answer."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useEffect")]}

    def add_hooks(self) -> list[rx.Var]:
        tries = OutOfReach.tries
        return [
            rx.Var(
                ";useEffect(() => {"
                f" const timer = setTimeout(() => {self.get_ref()}.current?.click(),"
                f" {_SECONDS * 1000}); return () => clearTimeout(timer); }}, [{tries!s}]);",
                _var_data=VarData.merge(tries._get_all_var_data()),
            )
        ]


def _try_again(again: Any) -> rx.Component:
    return _Patient.create(
        icon("refresh", "size-4"),
        "Try again",
        id="try-again",
        type="button",
        on_click=again,
        class_name=button_class("secondary", "compact"),
    )
