"""Development only: one address for pages and plain routes, as in production.

``bin/dev`` serves pages from Vite, on a port of its own. Links like /sign-in/… or
/documents/… belong to the backend; Vite passes them on, so that they work and set cookies as
they do where one server answers for everything.
"""

import json
from typing import Any

import reflex as rx
from reflex.utils.exec import is_prod_mode

# Where plain routes live (fsm_portal/routes). Pages never begin so.
PLAIN_PREFIXES = (
    *("/sign-in", "/sign-out", "/access", "/switch", "/reminders", "/documents", "/logos"),
    *("/billing-portal", "/sign-up", "/stripe", "/mail", "/healthz", "/readyz"),
    # Beside a page of that name: an expression to Vite, as it begins with ^.
    *("/dashboard/settings/branding/logo", r"^/dashboard/export/[a-z-]+\.csv"),
    r"^/dashboard/import/(file|[^/]+/refused\.csv)$",
)

_FRONT_DOOR = r"^/(\?.*)?$"  # an expression to Vite, as it begins with ^
_ANCHOR = "  server: {\n"


class DevProxyPlugin(rx.plugins.Plugin):
    """Adds the proxy to the Vite configuration that Reflex writes."""

    def pre_compile(self, **context: Any) -> None:
        if not is_prod_mode():
            context["add_modify_task"]("vite.config.js", with_proxy)


def with_proxy(vite_config: str) -> str:
    """Raises ValueError when the configuration has no place for it: Reflex has changed."""
    if _ANCHOR not in vite_config:
        raise ValueError("vite.config.js has no server section to add the proxy to")
    backend = f"http://127.0.0.1:{rx.config.get_config().backend_port or 8000}"
    # Without changeOrigin the backend sees the address that the browser uses.
    places = [_FRONT_DOOR, *PLAIN_PREFIXES]
    rules = {place: {"target": backend, "changeOrigin": False} for place in places}
    return vite_config.replace(_ANCHOR, f"{_ANCHOR}    proxy: {json.dumps(rules)},\n", 1)
