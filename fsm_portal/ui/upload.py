"""A button that takes a file from this device and sends it, with what is wrong beside it.

It goes to a plain route: a file is too much for the socket, and its refusal is one sentence.
"""

import json
from dataclasses import dataclass

import reflex as rx
from reflex.vars import VarData

from fsm_portal.ui.button import Kind, button_class, spinner
from fsm_portal.ui.values import plain_id


@dataclass(frozen=True)
class Upload:
    """Where a file goes and what is said about it.

    ``where`` is an expression in script, as is ``then``, a statement that reads what the route
    ``said`` to a file that it took. ``most_bytes``: the route says the same; a file that is too
    large need not travel first.
    """

    name: str
    where: str
    most_bytes: int
    too_large: str
    lost: str
    then: str = ""


def upload_button(
    upload: Upload, label: str, sending_label: str, accept: str, kind: Kind = "primary"
) -> rx.Component:
    """To be returned by an ``rx.memo`` of its own: it remembers what became of the last file."""
    field = f"field-{upload.name}"
    hooks = VarData(
        imports={"react": [rx.ImportVar(tag="useState"), rx.ImportVar(tag="useEffect")]},
        hooks={
            "const [problem, setProblem] = useState('');": None,
            "const [sending, setSending] = useState(false);": None,
            _send(upload, field): None,
        },
    )
    problem = rx.Var("problem", _var_type=str, _var_data=hooks).guess_type()
    sending = rx.Var("sending", _var_type=bool, _var_data=hooks).guess_type()
    return rx.el.div(
        rx.el.label(
            rx.cond(sending, spinner()),
            rx.el.span(rx.cond(sending, sending_label, label)),
            rx.el.input(
                type="file",
                accept=accept,
                class_name="sr-only",
                custom_attrs={**plain_id(field), "aria-describedby": f"{field}-error"},
            ),
            html_for=field,
            class_name=f"{button_class(kind, 'normal')} cursor-pointer "
            "focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-brand",
        ),
        rx.el.p(
            problem,
            custom_attrs=plain_id(f"{field}-error"),
            aria_live="polite",
            class_name="mt-1.5 text-xs font-medium text-bad empty:hidden",
        ),
    )


def _send(upload: Upload, field: str) -> str:
    return (
        "useEffect(() => {"
        f" const input = document.getElementById('{field}'); if (!input) return;"
        " input.onchange = async () => {"
        "  const file = input.files[0]; if (!file) return; setProblem('');"
        f"  if (file.size > {upload.most_bytes}) {{ input.value = '';"
        f"   return setProblem({json.dumps(upload.too_large)}); }}"
        "  setSending(true);"
        "  try {"
        f"   const answer = await fetch({upload.where}, {{ method: 'POST', body: file, headers: {{"
        "    'Content-Type': 'application/octet-stream',"
        "    'X-File-Name': encodeURIComponent(file.name) } });"
        "   const said = await answer.text();"
        f"   if (answer.ok) {{ {upload.then} }}"
        "   else setProblem(said.length < 300 ? said : 'It did not work.');"
        f"  }} catch {{ setProblem({json.dumps(upload.lost)}); }}"
        "  setSending(false); input.value = '';"
        " }; }, []);"
    )
