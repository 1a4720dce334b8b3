"""Reflex's own settings. What differs between installations is in fsm_portal/config.py."""

import reflex as rx
from reflex.utils.exec import is_prod_mode

from fsm_portal.config import settings
from fsm_portal.routes.origins import allowed_origins
from fsm_portal.ui.dev_proxy import DevProxyPlugin
from fsm_portal.ui.same_origin import PLACEHOLDER, SameOriginPlugin

_redis = settings().redis_url
# In development Reflex's own server tells the browser where the backend listens.
_address = {"api_url": PLACEHOLDER} if is_prod_mode() else {}

config = rx.Config(
    app_name="fsm_portal",
    # No plugins of Tailwind's own: only the classes that are used reach the browser.
    plugins=[
        rx.plugins.TailwindV4Plugin(config={"plugins": []}),
        SameOriginPlugin(),
        DevProxyPlugin(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
    frontend_compression_formats=["brotli", "gzip"],
    # State lives in the process, never in files: those would hold session cookies.
    state_manager_mode="redis" if _redis else "memory",
    redis_url=_redis,
    cors_allowed_origins=allowed_origins(settings().base_url),
    telemetry_enabled=False,
    show_built_with_reflex=False,
    **_address,
)

# An environment variable can override what stands above, and `*` would let any website read
# what a signed-in visitor sees.
if "*" in config.cors_allowed_origins:
    raise SystemExit("REFLEX_CORS_ALLOWED_ORIGINS must not be *: unset it, FSM_BASE_URL decides")
