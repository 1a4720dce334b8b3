"""The app: pages, routes and lifespan put together. No logic."""

import reflex as rx
from reflex.utils.exec import is_prod_mode
from reflex.utils.prerequisites import get_web_dir
from starlette.applications import Starlette
from starlette.types import ASGIApp

from fsm_portal import db, live, logs, threads, worker
from fsm_portal.config import settings
from fsm_portal.dashboard import pages as dashboard_pages
from fsm_portal.flows.identity import sessions_alive, within_company_of
from fsm_portal.portal import pages as portal_pages
from fsm_portal.routes import (
    access,
    billing_portal,
    bounces,
    database_away,
    documents,
    exports,
    front_door,
    health,
    imports,
    link,
    logo_upload,
    logos,
    reminders,
    session,
    sign_in,
    sign_up,
    stripe_connect,
    stripe_webhooks,
)
from fsm_portal.routes.gate import Gate
from fsm_portal.routes.origins import allowed_origins
from fsm_portal.routes.security_headers import SecurityHeaders
from fsm_portal.ui.problem_page import not_found
from fsm_portal.ui.theme import APP_OPTIONS


def guarded(asgi: ASGIApp) -> ASGIApp:
    """Whatever answers, pages, sockets and plain routes, is behind the gate."""
    origins = allowed_origins(settings().base_url)
    return SecurityHeaders(Gate(asgi, origins), origins, get_web_dir() / "build" / "client")


logs.configure(settings())
plain_routes = Starlette(
    routes=[
        # First: nothing else is asked for so often, and every open page waits for it.
        *stripe_webhooks.routes,
        *health.routes,
        *front_door.routes,
        *sign_in.routes,
        *sign_up.routes,
        *link.routes,
        *access.routes,
        *session.routes,
        *documents.routes,
        *exports.routes,
        *imports.routes,
        *billing_portal.routes,
        *logos.routes,
        *logo_upload.routes,
        *reminders.routes,
        *stripe_connect.routes,
        *bounces.routes,
    ],
    exception_handlers=database_away.handlers,
)
# In this order: Reflex wraps each one around what came before.
app = rx.App(**APP_OPTIONS, api_transformer=[plain_routes, guarded])
portal_pages.register(app)
dashboard_pages.register(app)
app.add_page(not_found, route="404", title="Not found")
if not is_prod_mode():
    # For bin/dev. Imported here: its State would ship with the product.
    from fsm_portal.ui.gallery.pages import add_gallery

    add_gallery(app)
app.register_lifespan_task(threads.enough_for_pages)
live.start(app, sessions_alive, db.one_moment, within_company_of)
if settings().worker_in_app:
    app.register_lifespan_task(worker.beside_the_app)
