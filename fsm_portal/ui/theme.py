"""How the look reaches the app: ``rx.App(**APP_OPTIONS, ...)``."""

from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary

from fsm_portal.ui.connection import connection_banner
from fsm_portal.ui.failures import apologise
from fsm_portal.ui.problem_page import broken_page
from fsm_portal.ui.skeleton import skeleton_page

_FONT = "/fonts/inter-latin-wght-normal.woff2"

APP_OPTIONS: dict[str, Any] = {
    "stylesheets": ["styles/tokens.css", "styles/theme.css", "styles/kit.css"],
    # Tailwind brings the same reset.
    "reset_style": False,
    "head_components": [
        rx.el.link(
            rel="preload",
            href=_FONT,
            type="font/woff2",
            cross_origin="anonymous",
            custom_attrs={"as": "font"},
        ),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.meta(name="color-scheme", content="light dark"),
    ],
    "hydrate_fallback": skeleton_page,
    # Reflex's own toaster and its connection messages need eval() or weigh 10 KB.
    "toaster": None,
    "backend_exception_handler": apologise,
    "app_wraps": {
        (55, "ErrorBoundary"): lambda stateful: ErrorBoundary.create(fallback_render=broken_page()),
        # In a fragment, because each wrap is handed the next one as its child.
        (5, "Connection"): lambda stateful: rx.fragment(connection_banner()),
    },
}
