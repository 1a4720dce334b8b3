"""A question in front of the page, on the browser's own <dialog>.

The browser already makes the page behind it inert, keeps the focus inside and gives it back,
closes on Escape and puts it above everything. A headless primitive would do that again in
10 KB of script; a few lines are all that is missing. Among them those that bring back what was
typed after a reload: the question is still open then, as the server has it.
"""

from typing import Any

import reflex as rx
from reflex_components_core.el import Dialog

from fsm_portal.ui.card import SURFACE
from fsm_portal.ui.toast import failure_line
from fsm_portal.ui.values import Node, Text, if_any, plain_id

# Kept in the tab alone, and only while the dialog is open. Set as if it was typed, so that whatever
# follows from it follows; fields that come with the page's data get theirs when they are there.
_KEEPS_WHAT_WAS_TYPED = """
let pressedSinceLoad = false;
if (typeof window !== 'undefined') {
  for (const kind of ['pointerdown', 'keydown']) {
    window.addEventListener(kind, () => { pressedSinceLoad = true; }, { capture: true });
  }
}
const typedInto = (box) => [...box.querySelectorAll('[name]:not([type=file], [type=hidden])')];
function keepWhatIsTyped(box) {
  const key = 'dialog-' + box.id;
  const before = pressedSinceLoad ? null : sessionStorage.getItem(key);
  box.oninput = () => sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(
    typedInto(box).map((field) => [
      field.name, field.type === 'checkbox' ? field.checked : field.value
    ])
  )));
  box.addEventListener('close', () => sessionStorage.removeItem(key), { once: true });
  if (!before) { sessionStorage.removeItem(key); return; }
  const typed = JSON.parse(before), done = new WeakSet();
  const bringBack = () => {
    if (pressedSinceLoad) { changes.disconnect(); return; }
    for (const field of typedInto(box)) {
      if (done.has(field) || !Object.hasOwn(typed, field.name)) continue;
      done.add(field);
      const value = typed[field.name];
      if (field.type === 'checkbox') { if (field.checked !== value) field.click(); continue; }
      if (field.value === value) continue;
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, value);
      const kind = field.tagName === 'SELECT' ? 'change' : 'input';
      field.dispatchEvent(new Event(kind, { bubbles: true }));
    }
  };
  const changes = new MutationObserver(bringBack);
  changes.observe(box, { childList: true, subtree: true });
  bringBack();
}
"""


class _Modal(Dialog):
    """A <dialog> that is modal whenever ``shown`` is true."""

    shown: rx.Var[bool]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]

    def _exclude_props(self) -> list[str]:
        return [*super()._exclude_props(), "shown"]

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useEffect")]}

    def add_custom_code(self) -> list[str]:
        return [_KEEPS_WHAT_WAS_TYPED]

    def add_hooks(self) -> list[rx.Var]:
        # showModal() has no attribute of its own: only a call opens a dialog as a modal one.
        shown = str(self.shown)
        opens = (
            "box.querySelectorAll('form').forEach((form) => form.reset());"
            " box.showModal(); keepWhatIsTyped(box); document.activeElement?.select?.();"
        )
        return [
            rx.Var(
                f";useEffect(() => {{ const box = {self.get_ref()}.current;"
                f" if (!box || {shown} === box.open) return;"
                f" if ({shown}) {{ {opens} }} else box.close(); }}, [{shown}]);",
                _var_data=self.shown._get_all_var_data(),
            )
        ]


def dialog(
    *children: Node,
    name: str,
    title: Text,
    text: Text = "",
    shown: rx.Var[bool],
    on_close: Any,
) -> rx.Component:
    """``shown`` opens and closes it; ``on_close`` runs whichever way it was closed and has to turn
    ``shown`` off. ``name`` is its id, unique on the page. Put a form and ``dialog_actions`` in:
    the form begins anew each time it is opened, its first field focused and selected."""
    return _Modal.create(
        rx.el.h2(title, class_name="text-lg font-semibold", custom_attrs=plain_id(f"{name}-title")),
        if_any(
            text,
            rx.el.p(
                text,
                class_name="mt-1 text-muted text-pretty",
                custom_attrs=plain_id(f"{name}-text"),
            ),
        ),
        rx.el.div(*children, class_name="mt-5"),
        failure_line(),
        id=name,
        shown=shown,
        on_close=on_close,
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-text",
        class_name=f"dialog {SURFACE} p-6 text-ink shadow-xl max-sm:rounded-b-none",
    )


def dialog_actions(*children: Node) -> rx.Component:
    """The buttons at its foot, the one that goes ahead last."""
    return rx.el.div(*children, class_name="mt-6 flex flex-wrap justify-end gap-3")
