"""What long lists of both faces have in common: what they show stands in the address, so that it
can be reloaded, kept and gone back to; the pages beside one are links."""

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex_components_core.el import Div

from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import link
from fsm_portal.ui.values import Text, in_browser

_TAB = (
    "inline-flex min-h-9 items-center gap-1.5 rounded-lg px-3 font-medium whitespace-nowrap "
    "transition-colors pointer-coarse:min-h-11"
)
_TURN = (
    "inline-flex min-h-11 items-center gap-1.5 rounded-lg border border-edge bg-surface px-3 "
    "font-medium hover:bg-sunken"
)


def said(state: rx.State, name: str) -> str | None:
    """A value of the address's query, as the client sent it."""
    value = state.router.url.query_parameters.get(name)
    return value if isinstance(value, str) else None


def in_address(name: str, default: str = "") -> rx.Var[str]:
    """In the browser: what the address says about ``name`` at this very moment."""
    data = VarData(
        imports={"react-router": [rx.ImportVar(tag="useLocation")]},
        hooks={"const here = useLocation();": None},
    )
    return rx.Var(
        f'(new URLSearchParams(here.search).get("{name}") ?? "{default}")',
        _var_type=str,
        _var_data=data,
    ).guess_type()


def tab(path: str, show: str, label: str, count: Text = "", *, first: str = "") -> rx.Component:
    """One filter of a list, as a link; what is searched for stays.

    ``show`` is empty for the one that an address without a word means, which may call it
    ``first``.
    """
    to = in_browser(
        "('"
        + path
        + "?' + new URLSearchParams({{"
        + (f"show: '{show}', " if show else "")
        + "...({0} ? {{q: {0}}} : {{}})}}).toString()).replace(/[?]$/, '')",
        in_address("q"),
    )
    here = in_address("show", first) == (show or first)
    return link(
        label,
        rx.el.span(count, class_name="text-xs tabular-nums empty:hidden"),
        to=to,
        class_name=rx.cond(
            here, f"{_TAB} bg-brand-soft text-brand-ink", f"{_TAB} text-muted hover:bg-sunken"
        ),
        custom_attrs={"aria-current": rx.cond(here, "page", "false")},
    )


def tabs(*links: rx.Component) -> rx.Component:
    return rx.el.nav(
        *links,
        aria_label="Show",
        class_name="-mx-1 flex flex-wrap gap-1 max-sm:w-full",
    )


class _SearchFollows(Div):
    """Nothing to see: keeps the search box at what the address says, while nobody types in it.

    The box itself keeps what is typed, so a link away from a search would leave its words there.
    """

    def add_imports(self) -> dict[str, list[rx.ImportVar]]:
        return {
            "react": [rx.ImportVar(tag="useEffect")],
            "react-router": [rx.ImportVar(tag="useLocation")],
        }

    def add_hooks(self) -> list[rx.Var]:
        return [
            rx.Var("const searched = new URLSearchParams(useLocation().search).get('q') ?? '';"),
            rx.Var(
                ";useEffect(() => {"
                " const box = document.querySelector('input[type=search]');"
                " if (box && box !== document.activeElement) box.value = searched;"
                " }, [searched]);"
            ),
        ]


def search_follows_address() -> rx.Component:
    """Beside a search box whose words stand in the address as ``q``."""
    return _SearchFollows.create(class_name="hidden")


def turning(
    view: Any, place: Text | None = None, *, back: Text = "Newer", on: Text = "Older"
) -> rx.Component:
    """Below a list: what is on this page, and the ways to the pages beside it.

    ``view`` has ``newer`` and ``older``, addresses or empty, and ``place``, unless that is given.
    """
    return rx.el.nav(
        # Read out when it changes.
        rx.el.p(
            view.place if place is None else place,
            aria_live="polite",
            class_name="text-muted tabular-nums wrap-anywhere",
        ),
        rx.el.div(
            rx.cond(
                view.newer != "",
                link(icon("left", "size-4"), back, to=view.newer, class_name=_TURN),
            ),
            rx.cond(
                view.older != "",
                link(on, icon("right", "size-4"), to=view.older, class_name=_TURN),
            ),
            class_name="flex gap-2 empty:hidden",
        ),
        aria_label="Pages",
        class_name="flex min-h-14 flex-wrap items-center justify-between gap-3 px-5 py-3",
    )


def until_fresh(content: rx.Component, fresh: rx.Var[bool]) -> rx.Component:
    """``content`` of the filter before is faded while that of the new one is on its way."""
    return rx.el.div(
        content,
        class_name=rx.cond(fresh, "transition-opacity", "transition-opacity opacity-50"),
        custom_attrs={"aria-busy": ~fresh},
    )
