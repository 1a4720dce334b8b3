"""Keeps a page on screen while its view is fetched again.

A view is pushed and never held by the server, so after a lost connection the browser is first told
the empty one. Going blank for that moment would be a flash; what stood there is still the best
that is known, and the connection's own banner says that it may be out of date.
"""

from typing import Any

import reflex as rx
from reflex.vars import VarData


def last_seen(name: str, view: Any) -> Any:
    """``view`` while it is loaded, else what was last loaded under ``name`` in this browser tab.

    ``view`` is a var of a dataclass with a flag ``loaded``. ``name`` is a plain word; the pages of
    one face may share one, to keep their common frame from page to page.
    """
    hook = rx.Var(
        f"const seen_{name} = ((view) => {{"
        " const seen = (globalThis.lastSeen ??= {});"
        f" if (view?.loaded) seen.{name} = view;"
        f" return seen.{name} ?? view;"
        f" }})({view!s});",
        _var_data=view._get_all_var_data(),
    )
    data = VarData.merge(
        view._get_all_var_data(), VarData(hooks={str(hook): hook._get_all_var_data()})
    )
    return rx.Var(f"seen_{name}", _var_type=view._var_type, _var_data=data).guess_type()
