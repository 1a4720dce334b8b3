"""Fields that keep what was typed or chosen for as long as the browser's tab is open.

The page is loaded anew when the server begins with a new version, and by the way back from another
site: a field begins with its default then, and what somebody typed would be gone.
"""

import reflex as rx
from reflex_components_core.el import Div


class _AsTyped(Div):
    """``under`` names what the fields are about; under another name nothing was typed yet."""

    under: rx.Var[str]

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag=tag) for tag in ("useEffect", "useRef")]}

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const box = useRef(null);"),
            rx.Var(
                "useEffect(() => {"
                f" const here = box.current, name = 'typed ' + {self.under!s};"
                " const fields = [...here.querySelectorAll('input')];"
                " const was = sessionStorage.getItem(name);"
                " for (const field of was === null ? [] : fields) {"
                "  if (field.type !== 'radio') field.value = was;"
                "  else if (field.value === was) field.checked = true;"
                " }"
                " const keep = (event) => sessionStorage.setItem(name, event.target.value);"
                " here.addEventListener('input', keep);"
                " return () => here.removeEventListener('input', keep);"
                f"}}, [{self.under!s}]);"
            ),
        ]

    def _exclude_props(self) -> list[str]:
        return ["under"]


# A component of its own in the browser: it comes and goes with the fields.
@rx.memo
def _as_typed(children: rx.Var[rx.Component], under: rx.Var[str]) -> rx.Component:
    return _AsTyped.create(children, under=under, ref=rx.Var("box"))


def as_typed(fields: rx.Component, *, under: rx.Var[str]) -> rx.Component:
    """``fields`` is one field of text, or radio buttons of one name.

    ``under`` says what they are about, and changes when what was typed counts no more.
    """
    return _as_typed(fields, under=under)
