"""A button that answers at once, however slow or far away the server is.

Pressed, it looks so before the server has heard of it. Without a connection nothing is sent, and it
says so: otherwise Reflex would keep the press and carry it out whenever the browser is back.
"""

import reflex as rx
from reflex.vars import VarData
from reflex_base.constants import Hooks, Imports
from reflex_components_core.el import Div

from fsm_portal.ui.connection import OFFLINE

# Seconds after which whoever waits is told that it takes long.
SLOW = 8

_WORDS = {
    "offline": "You are offline, so nothing was sent. Press again once you are back online.",
    "slow": "This takes longer than usual. Nothing has been charged: you can wait, or try again "
    "later.",
}


class _Prompt(Div):
    """``said``: "", "pressed" until the server answers, "offline", "slow"."""

    # What the server says of the press.
    waiting: rx.Var[bool]
    answer: rx.Var[str]

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag=tag) for tag in ("useEffect", "useRef", "useState")]}

    def add_hooks(self) -> list[rx.Var]:
        data = VarData(imports=Imports.CONNECT_ERRORS, hooks={Hooks.CONNECT_ERRORS: None})
        return [
            rx.Var("const [said, setSaid] = useState('');", _var_data=data),
            rx.Var("const box = useRef(null);"),
            OFFLINE,
            rx.Var("const lost = offline || connectErrors.length > 0;"),
            rx.Var(f"const waits = said === 'pressed' || {self.waiting!s};"),
            rx.Var(
                "useEffect(() => {"
                " const press = (event) => {"
                "  if (!event.target.closest('button')) return;"
                "  const again = box.current.dataset.said === 'pressed';"
                "  if (lost || again) { event.preventDefault(); event.stopPropagation(); }"
                "  if (!again) setSaid(lost ? 'offline' : 'pressed');"
                " };"
                " const here = box.current;"
                " here.addEventListener('click', press, true);"
                " return () => here.removeEventListener('click', press, true);"
                "}, [lost]);"
            ),
            # The server has answered.
            rx.Var(
                "useEffect(() => setSaid((was) => was === 'offline' ? was : ''), "
                f"[{self.waiting!s}, {self.answer!s}]);"
            ),
            # Not behind the bar at the bottom of a phone, nor below the screen.
            rx.Var(
                "useEffect(() => {"
                " if (said === 'offline' || said === 'slow')"
                "  box.current.scrollIntoView({ block: 'nearest' });"
                "}, [said]);"
            ),
            # The press may have been lost with the connection: it can be pressed again.
            rx.Var("useEffect(() => setSaid((was) => lost && !was ? was : ''), [lost]);"),
            rx.Var(
                "useEffect(() => {"
                " if (!waits) return;"
                f" const timer = setTimeout(() => setSaid('slow'), {SLOW * 1000});"
                " return () => clearTimeout(timer);"
                "}, [waits]);"
            ),
        ]

    def _exclude_props(self) -> list[str]:
        return ["waiting", "answer"]


# A component of its own in the browser: each remembers its own press.
@rx.memo
def _prompt(
    children: rx.Var[rx.Component], waiting: rx.Var[bool], answer: rx.Var[str]
) -> rx.Component:
    said = rx.Var("said", _var_type=str).guess_type()
    return _Prompt.create(
        children,
        rx.el.p(
            rx.match(said, *_WORDS.items(), ""),
            role="status",
            class_name="not-empty:mt-3 font-medium text-tone text-pretty",
            custom_attrs={"data-tone": "warn"},
        ),
        waiting=waiting,
        answer=answer,
        ref=rx.Var("box"),
        class_name="scroll-mb-24",
        aria_busy=said == "pressed",
        custom_attrs={"data-said": said},
    )


def prompt(pressed: rx.Component, *, waiting: rx.Var[bool], answer: rx.Var[str]) -> rx.Component:
    """``pressed`` is a button. ``waiting``: the server is at it; ``answer``: what it said last."""
    return _prompt(pressed, waiting=waiting, answer=answer)
