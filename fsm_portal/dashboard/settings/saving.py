"""What the forms of the settings have in common: they are sent, kept, or told what is wrong."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.el import Input

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import text, typed
from fsm_portal.flows.settings.keep import CannotKeep, keep
from fsm_portal.flows.settings.section import Section, as_basis, from_basis
from fsm_portal.ui.button import button
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.toast import say
from fsm_portal.ui.values import Node, in_browser

# Longer than anything that can be kept: what is cut off here was refused anyway.
_LONGEST = 4_000
_LONGEST_BASIS = 40_000
BASIS = "before"


class SettingsForm(rx.State, mixin=True):
    """What is the matter with what was typed, by field; ``""`` is about none of them.

    ``basis`` takes the place of what the form showed at first, once something was kept or refused.
    """

    busy: bool = False
    problems: dict[str, str] = {}
    basis: str = ""

    def _begin(self) -> None:
        self.busy, self.problems, self.basis = False, {}, ""


async def keeping(
    state: Any, section: Section, form: object, said: str
) -> AsyncIterator[EventSpec | None]:
    """The whole of a form's ``save``: ``state`` is a SettingsForm, ``said`` the word after it."""
    who = await clerk(state)
    if who is None:
        yield to_sign_in()
        return
    if state.busy:
        return
    state.busy, state.problems = True, {}
    yield None
    before = from_basis(text(form, BASIS, _LONGEST_BASIS)) if _is_form(form) else {}
    try:
        now_typed = typed(form, section.settings, _LONGEST)
        kept = await asyncio.to_thread(keep, who, section, now_typed, before)
    except CannotKeep as error:
        state.problems = error.problems
        state.basis = as_basis(error.basis) if error.basis else state.basis
        return
    finally:
        state.busy = False
    live.ring(kept.topics)
    state.basis = as_basis(kept.basis)
    await say(state, said if kept.changed else "Nothing was changed")


def _is_form(form: object) -> bool:
    return isinstance(form, dict) and isinstance(form.get(BASIS), str)


def settings_form(*fields: Node, state: Any, view: Any, save: str = "Save") -> rx.Component:
    """The form of a section. ``state`` is its SettingsForm, ``view`` its pushed SectionView."""
    return rx.el.form(
        rx.el.div(*fields, class_name="flex flex-col gap-5"),
        _first_shown(shown=view.basis, anew=state.basis),
        problem_line(problem(state, "")),
        rx.el.div(
            button(save, type="submit", loading=state.busy),
            class_name="mt-6 flex flex-wrap justify-end gap-3",
        ),
        on_submit=state.save,
        no_validate=True,
    )


def problem(state: Any, name: str) -> rx.Var[str]:
    """What is the matter with the field ``name``; empty where nothing is."""
    return problem_in(state.problems, name)


def problem_in(problems: Any, name: str) -> rx.Var[str]:
    """The same of any var of problems by field."""
    found: rx.Var[str] = in_browser(f'({{0}}?.["{name}"] ?? "")', problems)
    return found


class _FirstShown(Input):
    """A hidden field that keeps what it was first given: a form says what its reader began with,
    whatever has been pushed to the page since."""

    shown: rx.Var[str]
    anew: rx.Var[str]

    def _exclude_props(self) -> list[str]:
        return [*super()._exclude_props(), "shown", "anew"]

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useState")]}

    def add_hooks(self) -> list[rx.Var]:
        return [rx.Var(f"const [first] = useState({self.shown!s});")]


# A component of its own in the browser: it remembers for as long as the form stands.
@rx.memo
def _first_shown(shown: rx.Var[str], anew: rx.Var[str]) -> rx.Component:
    value = rx.Var(f"({anew!s} || first)", _var_type=str)
    return _FirstShown.create(type="hidden", name=BASIS, value=value, shown=shown, anew=anew)


def texts_of(view: Any) -> Mapping[str, Any]:
    """The texts of a pushed SectionView by the names of its fields."""
    texts: Mapping[str, Any] = view.texts
    return texts
