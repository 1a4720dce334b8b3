"""The button that takes a picture from this device and sends it, with what is wrong beside it.

It goes to a plain route: a picture is too much for the socket, and its refusal is one sentence.
"""

import reflex as rx
from reflex_components_core.el import Div

from fsm_portal.ui.button import button_class, spinner
from fsm_portal.ui.values import plain_id

WHERE = "/dashboard/settings/branding/logo"
# The server says the same; a picture that is too large need not travel first.
_MOST_BYTES = 5_000_000


class _Picker(Div):
    """Sends what is chosen in the input inside it."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useState"), rx.ImportVar(tag="useEffect")]}

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const [problem, setProblem] = useState('');"),
            rx.Var("const [sending, setSending] = useState(false);"),
            rx.Var(
                ";useEffect(() => {"
                " const input = document.getElementById('field-logo'); if (!input) return;"
                " input.onchange = async () => {"
                "  const file = input.files[0]; if (!file) return; setProblem('');"
                f"  if (file.size > {_MOST_BYTES}) {{ input.value = '';"
                "   return setProblem('The picture is larger than 5 MB.'); }"
                "  setSending(true);"
                "  try {"
                f"   const answer = await fetch('{WHERE}', {{ method: 'POST', body: file,"
                "    headers: { 'Content-Type': 'application/octet-stream' } });"
                "   const said = await answer.text();"
                "   if (!answer.ok) setProblem(said.length < 300 ? said : 'It did not work.');"
                "  } catch { setProblem('The picture did not get through. Please try again.'); }"
                "  setSending(false); input.value = '';"
                " }; }, []);"
            ),
        ]


# A component of its own in the browser: it remembers what became of the last picture.
@rx.memo
def logo_picker() -> rx.Component:
    problem = rx.Var("problem", _var_type=str).guess_type()
    sending = rx.Var("sending", _var_type=bool).guess_type()
    return _Picker.create(
        rx.el.label(
            rx.cond(sending, spinner()),
            rx.el.span(rx.cond(sending, "Sending…", "Choose a picture")),
            rx.el.input(
                type="file",
                accept="image/png,image/jpeg",
                class_name="sr-only",
                custom_attrs={**plain_id("field-logo"), "aria-describedby": "field-logo-error"},
            ),
            html_for="field-logo",
            class_name=f"{button_class('secondary', 'normal')} cursor-pointer "
            "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-brand",
        ),
        rx.el.p(
            problem,
            custom_attrs=plain_id("field-logo-error"),
            aria_live="polite",
            class_name="mt-1.5 text-xs font-medium text-bad empty:hidden",
        ),
    )
