"""The page's address: what a list shows stands in it, so it can be reloaded, shared, gone back to.

The server reads it as client input; the browser reads it to show at once where it is going.
"""

from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec
from reflex.vars import VarData


def last_part(state: rx.State) -> str:
    """The last part of the address's path: an id, if the client is honest. 100 characters."""
    return state.router.url.path.rstrip("/").rpartition("/")[2][:100]


def address(path: str, **query: object) -> str:
    """``path`` with the parts of ``query`` that say anything."""
    parts = {name: value for name, value in query.items() if value not in ("", "all", 1, None)}
    return f"{path}?{urlencode(parts)}" if parts else path


def go(path: str, **query: object) -> EventSpec:
    """Let the browser follow to another state of the same page; no step to come back to."""
    return rx.redirect(address(path, **query), replace=True)


def last_part_in_browser() -> rx.Var[str]:
    """In the browser: the same as ``last_part`` on the server, at this very moment."""
    data = VarData(
        imports={"react-router": [rx.ImportVar(tag="useLocation")]},
        hooks={"const here = useLocation();": None},
    )
    return rx.Var(
        'here.pathname.replace(/\\/+$/, "").split("/").pop().slice(0, 100)',
        _var_type=str,
        _var_data=data,
    ).guess_type()
