"""Says when the live connection is lost, and when it is back."""

import reflex as rx
from reflex.vars import VarData
from reflex_base.constants import Hooks, Imports
from reflex_components_core.el import Div

from fsm_portal.ui.button import spinner
from fsm_portal.ui.icon import icon

# Whether the browser itself says that it is offline: at once, where the socket would notice only
# when it misses the server's next sign of life.
OFFLINE = rx.Var(
    "const offline = useSyncExternalStore((changed) => {"
    " addEventListener('online', changed); addEventListener('offline', changed);"
    " return () => {"
    "  removeEventListener('online', changed); removeEventListener('offline', changed);"
    " };"
    "}, () => !navigator.onLine, () => false);",
    _var_data=VarData(imports={"react": [rx.ImportVar(tag="useSyncExternalStore")]}),
)
_LOST = "(offline || connectErrors.length > 0)"


class _Connection(Div):
    """A live region that follows the connection: "" at first, "lost", "back" for 4 seconds."""

    def add_imports(self) -> dict:
        return {"react": [rx.ImportVar(tag=tag) for tag in ("useEffect", "useState")]}

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var(
                "const [connection, setConnection] = useState('');",
                _var_data=VarData(
                    imports=Imports.CONNECT_ERRORS, hooks={Hooks.CONNECT_ERRORS: None}
                ),
            ),
            OFFLINE,
            rx.Var(
                "useEffect(() => {"
                f" if ({_LOST}) {{ setConnection('lost'); return; }}"
                " setConnection((was) => was === 'lost' ? 'back' : was);"
                " const timer = setTimeout(() => setConnection(''), 4000);"
                " return () => clearTimeout(timer);"
                f" }}, [{_LOST}]);"
            ),
        ]


# A component of its own in the browser too: it has to stand inside the event loop's provider.
@rx.memo
def connection_banner() -> rx.Component:
    """Part of every page (see theme.py). What is on screen stays; it may be out of date."""
    state = rx.Var("connection", _var_type=str).guess_type()
    return _Connection.create(
        rx.match(
            state,
            ("lost", _line(spinner(), "Connection lost. Reconnecting…", "warn")),
            ("back", _line(icon("check", "size-4"), "Back online", "good")),
            rx.fragment(),
        ),
        role="status",
        aria_live="polite",
        class_name="pointer-events-none fixed inset-x-0 top-18 z-50 flex justify-center px-4",
    )


def _line(sign: rx.Component, text: str, tone: str) -> rx.Component:
    return rx.el.p(
        sign,
        text,
        class_name="flex items-center gap-2.5 rounded-full bg-tone-soft px-4 py-2 font-medium "
        "text-tone shadow-lg ring-1 ring-line",
        custom_attrs={"data-tone": tone},
    )
