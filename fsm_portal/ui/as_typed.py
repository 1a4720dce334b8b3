"""Fields that keep what was typed or chosen for as long as the browser's tab is open.

The page is loaded anew when the server begins with a new version, by a press of F5, and by the way
back from another site: a field begins with its default then, and what somebody typed would be gone.
"""

import reflex as rx
from reflex_components_core.el import Div

# Only what was touched: the other fields follow what is saved elsewhere. It is brought back as if
# it was typed, so that whatever follows from it follows.
_KEEPS = """
const here = box.current, name = 'typed ' + UNDER;
const last = before.current;
if (last && last.under === UNDER && last.until !== UNTIL) sessionStorage.removeItem(name);
before.current = { under: UNDER, until: UNTIL, forgets: FORGETS };
const kept = JSON.parse(sessionStorage.getItem(name) ?? '{}');
const ofUser = ':is(input:not([type=hidden], [type=file]), textarea, select)[name]';
for (const field of here.querySelectorAll(ofUser)) {
  if (!Object.hasOwn(kept, field.name)) continue;
  const was = kept[field.name];
  if (field.type === 'checkbox' || field.type === 'radio') {
    if (field.checked !== (field.type === 'radio' ? field.value === was : was)) field.click();
    continue;
  }
  if (field.value === was) continue;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, was);
  const kind = field.tagName === 'SELECT' ? 'change' : 'input';
  field.dispatchEvent(new Event(kind, { bubbles: true }));
}
const keep = ({ target }) => {
  if (!target.matches(ofUser)) return;
  kept[target.name] = target.type === 'checkbox' ? target.checked : target.value;
  sessionStorage.setItem(name, JSON.stringify(kept));
};
here.addEventListener('input', keep);
return () => here.removeEventListener('input', keep);
"""
# To load the page anew is not to go: nothing is told of that.
_WHEN_GONE = """() => () => {
  if (before.current.forgets) sessionStorage.removeItem('typed ' + before.current.under);
}"""


class _AsTyped(Div):
    """``under`` names what the fields are about; under another name nothing was typed yet."""

    under: rx.Var[str]
    until: rx.Var[str]
    forgets: rx.Var[bool]

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag=tag) for tag in ("useEffect", "useRef")]}

    def add_hooks(self) -> list[rx.Var]:
        under, until = str(self.under), str(self.until)
        keeps = _KEEPS.replace("UNDER", under).replace("UNTIL", until)
        keeps = keeps.replace("FORGETS", str(self.forgets))
        return [
            rx.Var("const box = useRef(null), before = useRef(null);"),
            rx.Var(f"useEffect(() => {{{keeps}}}, [{under}, {until}]);"),
            rx.Var(f"useEffect({_WHEN_GONE}, []);"),
        ]

    def _exclude_props(self) -> list[str]:
        return ["under", "until", "forgets"]


# A component of its own in the browser: it comes and goes with the fields.
@rx.memo
def _as_typed(
    children: rx.Var[rx.Component],
    under: rx.Var[str],
    until: rx.Var[str],
    forgets: rx.Var[bool],
) -> rx.Component:
    return _AsTyped.create(children, under=under, until=until, forgets=forgets, ref=rx.Var("box"))


def as_typed(
    fields: rx.Component,
    *,
    under: rx.Var[str],
    until: rx.Var[str] | str = "",
    forgets: bool = False,
) -> rx.Component:
    """``fields`` are fields of text, boxes, radio buttons and selects, each with a name of its own.

    ``under`` says what they are about and whose it is: who signs in next in this tab may be of
    another company. Under another nothing was typed yet. What was is forgotten once ``until`` is
    another, too: it was taken. What ``forgets`` also does so once it is gone from the page, as a
    form that is closed.
    """
    return _as_typed(fields, under=under, until=until, forgets=forgets)
