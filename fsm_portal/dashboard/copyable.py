"""A reference to take along: shown short, copied whole."""

import reflex as rx
from reflex_components_core.el import Button

from fsm_portal.ui.icon import icon
from fsm_portal.ui.values import in_browser


class _Copyable(Button):
    """A button that says for a moment that it did what it was pressed for."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {"react": [rx.ImportVar(tag="useState")]}

    def add_hooks(self) -> list[rx.Var]:
        return [rx.Var("const [copied, setCopied] = useState(false);")]


# A component of its own in the browser: each remembers for itself whether it was pressed.
@rx.memo
def copyable(text: rx.Var[str]) -> rx.Component:
    """``text`` is e.g. Stripe's id of a payment."""
    copied = rx.Var("copied", _var_type=bool).guess_type()
    copy = in_browser(
        "(() => navigator.clipboard.writeText({0}).then("
        "() => {{ setCopied(true); setTimeout(() => setCopied(false), 1600); }}))",
        text,
    )
    return _Copyable.create(
        rx.el.span(text, class_name="truncate"),
        rx.cond(
            copied,
            rx.el.span(
                icon("check", "size-3.5"),
                "Copied",
                class_name=f"{_BESIDE} text-tone",
                custom_attrs={"data-tone": "good"},
            ),
            rx.el.span(_two_sheets(), class_name=_BESIDE),
        ),
        type="button",
        title="Copy",
        on_click=rx.call_function(copy),
        class_name="relative z-10 inline-flex max-w-full items-center gap-1.5 rounded-sm font-mono "
        "text-xs text-muted hover:text-ink pointer-coarse:min-h-11",
    )


def _two_sheets() -> rx.Component:
    return rx.el.svg(
        rx.el.path(d="M9 9h11v11H9zM15 9V4H4v11h5"),
        view_box="0 0 24 24",
        class_name="icon size-3.5",
        custom_attrs={"aria-hidden": "true"},
    )


_BESIDE = "inline-flex shrink-0 items-center gap-1 font-sans"
