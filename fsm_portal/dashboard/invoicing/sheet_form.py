"""The editor's form: tells the server what stands in it whenever a key was pressed, whole.

The browser keeps what is typed; the server keeps it too, a moment later. Until it has, leaving
the page is asked about.
"""

from typing import Any

import reflex as rx
from reflex.vars.object import ObjectVar
from reflex_base.event import JavascriptInputEvent
from reflex_components_core.el import Button, Form

from fsm_portal.ui.button import Kind, button_class, spinner
from fsm_portal.ui.icon import icon as draw
from fsm_portal.ui.values import Flag, Node, Text, either

_NAME = "sheet"


def _whole_form(event: ObjectVar[JavascriptInputEvent]) -> tuple[rx.Var[dict[str, Any]]]:
    return (_entries(f"{event!s}.currentTarget"),)


def _form_of_button(event: ObjectVar[JavascriptInputEvent]) -> tuple[rx.Var[dict[str, Any]]]:
    return (_entries(f"{event!s}.currentTarget.form"),)


def _entries(form: str) -> rx.Var[dict[str, Any]]:
    return rx.Var(f"Object.fromEntries(new FormData({form}))", _var_type=dict[str, Any])


# Enter goes on to the next line of the invoice, or takes the first customer that was found; with
# Control or Command held it saves. The number of the last key goes along with the form, and comes
# back once it is kept.
_AT_WORK = """
const form = REF.current;
if (!form) return;
const number = form.elements.typed_no;
// The line one goes on to may still be on its way, for whoever types fast.
let goingOnFrom = null;
const goOn = () => {
  const first = goingOnFrom?.nextElementSibling?.querySelector("[data-first]");
  if (first) { goingOnFrom = null; first.focus(); }
};
const linesCame = new MutationObserver(goOn);
linesCame.observe(form, { childList: true, subtree: true });
const typed = () => { goingOnFrom = null; number.value = Number(number.value) + 1; };
const pressed = (event) => {
  const at = event.target;
  if (event.key !== "Enter" || event.isComposing || at.tagName === "BUTTON") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.querySelector("[data-save]")?.click();
    return;
  }
  if (at.tagName === "TEXTAREA") return;
  event.preventDefault();
  if (at.name === "customer_search") { form.querySelector("[data-match]")?.click(); return; }
  goingOnFrom = at.closest("[data-line]");
  goOn();
};
const leaving = (event) => {
  if (Number(number.value) > Number(form.dataset.kept)) event.preventDefault();
};
form.addEventListener("input", typed, true);
form.addEventListener("keydown", pressed);
window.addEventListener("beforeunload", leaving);
return () => {
  linesCame.disconnect();
  form.removeEventListener("input", typed, true);
  form.removeEventListener("keydown", pressed);
  window.removeEventListener("beforeunload", leaving);
};
"""
# Whoever pressed Save and has to mend something is led there.
_LEAD_BACK = """
if (ATTEMPT > (globalThis.ledBack ?? 0)) {
  const wrong = REF.current?.querySelector("[aria-invalid=true]");
  if (wrong) { globalThis.ledBack = ATTEMPT; wrong.focus(); }
}
"""


# Once it is known who is billed, the lines are next.
_ON_TO_LINES = """
const before = globalThis.billedBefore;
globalThis.billedBefore = BILLED;
if (before === "" && BILLED !== "") {
  const first = [...(REF.current?.querySelectorAll("[data-first]") ?? [])];
  (first.find((each) => each.value === "") ?? first[0])?.focus();
}
"""


class _SheetForm(Form):
    """A form that hands itself over at each key."""

    on_input: rx.EventHandler[_whole_form]
    attempt: rx.Var[int]
    problems: rx.Var[int]
    billed: rx.Var[str]

    def _exclude_props(self) -> list[str]:
        return [*super()._exclude_props(), "attempt", "problems", "billed"]

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useEffect")]}

    def add_hooks(self) -> list[rx.Var]:
        ref, attempt, problems = self.get_ref() or "", str(self.attempt), str(self.problems)
        lead_back = _LEAD_BACK.replace("REF", ref).replace("ATTEMPT", attempt)
        data = rx.vars.VarData.merge(
            self.attempt._get_all_var_data(), self.problems._get_all_var_data()
        )
        billed = str(self.billed)
        on_to_lines = _ON_TO_LINES.replace("REF", ref).replace("BILLED", billed)
        return [
            rx.Var(
                f";useEffect(() => {{{on_to_lines}}}, [{billed}]);",
                _var_data=self.billed._get_all_var_data(),
            ),
            rx.Var(f";useEffect(() => {{{_AT_WORK.replace('REF', ref)}}}, []);"),
            rx.Var(f";useEffect(() => {{{lead_back}}}, [{attempt}, {problems}]);", _var_data=data),
        ]


class _SheetButton(Button):
    """A button that hands over the form around it."""

    on_click: rx.EventHandler[_form_of_button]


def sheet_form(
    *children: Node,
    on_typed: Any,
    typed_no: rx.Var[int],
    attempt: rx.Var[int],
    problems: rx.Var[int],
    billed: rx.Var[str],
    **props: Any,
) -> rx.Component:
    """``on_typed`` gets the whole form; ``typed_no`` is the last key that is kept. ``attempt``
    counts how often saving was refused, ``problems`` what is to be mended, ``billed`` is the
    customer's id."""
    return _SheetForm.create(
        rx.el.input(type="hidden", name="typed_no", default_value=typed_no.to_string()),
        *children,
        id=_NAME,
        on_input=on_typed,
        attempt=attempt,
        problems=problems,
        billed=billed,
        no_validate=True,
        auto_complete="off",
        custom_attrs={"data-kept": typed_no.to_string()},
        **props,
    )


def save_button(
    label: Text, *, on_press: Any, loading: Flag, disabled: Flag, kind: Kind, icon: str = ""
) -> rx.Component:
    """A button in a ``sheet_form``: ``on_press`` gets the form. The one without an icon is what
    Control+Enter presses."""
    return _SheetButton.create(
        either(loading, spinner(), draw(icon) if icon else rx.fragment()),
        rx.el.span(label),
        type="button",
        on_click=on_press,
        disabled=disabled,
        aria_busy=loading,
        class_name=button_class(kind, "normal"),
        custom_attrs={} if icon else {"data-save": "true"},
    )
