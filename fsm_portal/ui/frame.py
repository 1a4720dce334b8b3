"""What both faces' shells have in common: the company's colour, the skip link, the main part."""

import reflex as rx
from reflex_components_core.el import Span

from fsm_portal.ui.avatar import avatar
from fsm_portal.ui.link import document_link
from fsm_portal.ui.toast import toaster
from fsm_portal.ui.values import Node, Text, if_any, plain_id


def frame(*children: Node, color: Text, class_name: str = "") -> rx.Component:
    """The whole page, painted with ``color`` (``#rrggbb``, or empty for the product's own)."""
    return rx.el.div(
        document_link(
            "Skip to content",
            href="#main",
            class_name="sr-only focus:not-sr-only focus:fixed focus:left-4 focus:top-4 focus:z-50 "
            "focus:rounded-lg focus:bg-surface focus:px-4 focus:py-3 focus:font-semibold",
        ),
        *children,
        toaster(),
        class_name=f"branded min-h-dvh bg-page text-ink {class_name}",
        style={"--company": _or_nothing(color)},
    )


class _Arrival(Span):
    """Takes the focus to the new page's heading after a step within the app, where a browser by
    itself would leave it on a link that is gone: whoever hears or types a page begins there."""

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {
            "react": [rx.ImportVar(tag="useEffect")],
            "react-router": [rx.ImportVar(tag="useLocation")],
        }

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const place = useLocation().pathname;"),
            rx.Var(
                "useEffect(() => {"
                " const first = (window.fsmFirstPlace ??= place);"
                # Where it was before is gone with the page, else it is on nothing.
                " if (first === place && !window.fsmMoved) return;"
                " window.fsmMoved = true;"
                " const heading = document.querySelector('#main h1');"
                " if (!heading || document.activeElement !== document.body) return;"
                " heading.tabIndex = -1; heading.focus({ preventScroll: true });"
                " }, [place]);"
            ),
        ]


# A component of its own in the browser: it begins anew with each page, once the heading is there.
@rx.memo
def _arrival() -> rx.Component:
    return _Arrival.create(custom_attrs={"hidden": True})


def main(*children: Node, class_name: str = "") -> rx.Component:
    return rx.el.main(
        *children,
        _arrival(),
        tab_index=-1,
        class_name=f"outline-none [&_h1]:outline-none {class_name}",
        custom_attrs=plain_id("main"),
    )


def company_sign(name: Text, below: Text = "", logo: Text = "") -> rx.Component:
    """Avatar, name, and a line under it."""
    return rx.el.div(
        avatar(name, logo),
        rx.el.div(
            rx.el.p(
                name, class_name="line-clamp-2 text-base leading-5 font-semibold wrap-anywhere"
            ),
            if_any(below, rx.el.p(below, class_name="truncate text-xs text-muted")),
            class_name="min-w-0",
        ),
        class_name="flex min-w-0 items-center gap-3",
    )


def _or_nothing(color: Text) -> Text:
    # An empty custom property would be a value; "initial" makes var() fall back.
    if isinstance(color, rx.Var):
        return rx.cond(color, color, "initial")
    return color or "initial"
