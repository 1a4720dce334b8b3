"""What the forms of the settings have in common: they are sent, kept, or told what is wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.el import Input

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.form import text, typed
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.settings.keep import CannotKeep, keep
from fsm_portal.flows.settings.section import Section, as_basis, from_basis
from fsm_portal.ui.as_typed import as_typed
from fsm_portal.ui.button import button
from fsm_portal.ui.notice import problem_line
from fsm_portal.ui.toast import say
from fsm_portal.ui.values import Node, in_browser

# Longer than anything that can be kept: what is cut off here was refused anyway.
_LONGEST = 4_000
_LONGEST_BASIS = 40_000
BASIS = "before"
# Does what was asked for, for whoever asked; the topics to ring. Raises CannotKeep.
Act = Callable[[Identity], frozenset[str]]


class Pressing(rx.State, mixin=True):
    """One press at a time. ``problems`` are what is the matter with what was typed, by field;
    ``""`` is about none of them."""

    busy: bool = False
    problems: dict[str, str] = {}

    def _begin(self) -> None:
        self.busy, self.problems = False, {}

    async def _press(self, act: Act, said: str) -> AsyncIterator[EventSpec | None]:
        """The whole of a form's handler: ``act`` runs beside the event loop, ``said`` is the word
        after it. What it refuses stands beside the fields."""
        who = await clerk(self)
        if who is None:
            yield to_sign_in()
            return
        if self.busy:
            return
        self.busy, self.problems = True, {}
        yield None
        try:
            topics = await asyncio.to_thread(act, who)
        except CannotKeep as error:
            self.problems = error.problems
            return
        finally:
            self.busy = False
        self._kept()
        live.ring(topics)
        await say(self, said)

    def _kept(self) -> None:
        """After each press that was not refused."""

    async def _flick(self, act: Act, said: str) -> EventSpec | None:
        """The same of a button in a list, whose refusal is said in passing. Where ``act`` rings
        nothing there was nothing to do, and nothing is said."""
        who = await clerk(self)
        if who is None:
            return to_sign_in()
        try:
            topics = await asyncio.to_thread(act, who)
        except CannotKeep as error:
            await say(self, str(error), "warn")
            return None
        if topics:
            live.ring(topics)
            await say(self, said)
        return None


class SettingsForm(Pressing, rx.State, mixin=True):
    """A form of a Section. ``basis`` takes the place of what it showed at first, once something
    was kept or refused. ``saved`` counts what was kept."""

    basis: str = ""
    saved: int = 0

    def _begin(self) -> None:
        super()._begin()
        self.basis = ""


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
    state.saved += 1
    await say(state, said if kept.changed else "Nothing was changed")


def _is_form(form: object) -> bool:
    return isinstance(form, dict) and isinstance(form.get(BASIS), str)


def settings_form(*fields: Node, state: Any, view: Any, save: str = "Save") -> rx.Component:
    """The form of a section. ``state`` is its SettingsForm, ``view`` its pushed SectionView."""
    return rx.el.form(
        as_typed(
            rx.el.div(*fields, class_name="flex flex-col gap-5"),
            under=rx.Var.create(f"{state.__name__} of ") + view.desk.company.name,
            until=state.saved.to(str),
            # Who comes back to the page sees what is kept, and nothing that only looks so.
            forgets=True,
        ),
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
    found: rx.Var[str] = in_browser(f'({{0}}?.["{name}"] ?? "")', state.problems)
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
