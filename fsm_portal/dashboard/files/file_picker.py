"""The button that takes a CSV file from this device and sends it, with what is wrong beside it.

It goes to a plain route: a file is too much for the socket, and its refusal is one sentence.
"""

import reflex as rx
from reflex_components_core.el import Div

from fsm_portal.ui.button import button_class, spinner
from fsm_portal.ui.values import plain_id

# The server says the same; a file that is too large need not travel first.
_MOST_BYTES = 10_000_000


class _Picker(Div):
    """Sends what is chosen in the input inside it, and goes to the page about it."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useState"), rx.ImportVar(tag="useEffect")]}

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const [problem, setProblem] = useState('');"),
            rx.Var("const [sending, setSending] = useState(false);"),
            rx.Var(
                ";useEffect(() => {"
                " const input = document.getElementById('field-file'); if (!input) return;"
                " input.onchange = async () => {"
                "  const file = input.files[0]; if (!file) return; setProblem('');"
                f"  if (file.size > {_MOST_BYTES}) {{ input.value = '';"
                "   return setProblem('The file is larger than 10 MB: split it, or use the command"
                " line.'); }"
                "  setSending(true);"
                "  const what = document.getElementById('field-what')?.value ?? '';"
                "  try {"
                "   const answer = await fetch('/dashboard/import/file?what=' +"
                "    encodeURIComponent(what), { method: 'POST', body: file, headers: {"
                "    'Content-Type': 'application/octet-stream',"
                "    'X-File-Name': encodeURIComponent(file.name) } });"
                "   const said = await answer.text();"
                "   if (answer.ok) { window.location.assign('/dashboard/import/?run=' + said);"
                "    return; }"
                "   setProblem(said.length < 300 ? said : 'It did not work.');"
                "  } catch { setProblem('The file did not get through. Please try again.'); }"
                "  setSending(false); input.value = '';"
                " }; }, []);"
            ),
        ]


# A component of its own in the browser: it remembers what became of the last file.
@rx.memo
def file_picker() -> rx.Component:
    problem = rx.Var("problem", _var_type=str).guess_type()
    sending = rx.Var("sending", _var_type=bool).guess_type()
    return _Picker.create(
        rx.el.label(
            rx.cond(sending, spinner()),
            rx.el.span(rx.cond(sending, "Reading the file…", "Choose a CSV file")),
            rx.el.input(
                type="file",
                accept=".csv,.txt,text/csv",
                class_name="sr-only",
                custom_attrs={**plain_id("field-file"), "aria-describedby": "field-file-error"},
            ),
            html_for="field-file",
            class_name=f"{button_class('primary', 'normal')} cursor-pointer "
            "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-brand",
        ),
        rx.el.p(
            problem,
            custom_attrs=plain_id("field-file-error"),
            aria_live="polite",
            class_name="mt-1.5 text-xs font-medium text-bad empty:hidden",
        ),
    )
