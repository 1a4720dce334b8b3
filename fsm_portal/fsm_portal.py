"""The app: pages, routes and lifespan put together. No logic."""

import reflex as rx
from reflex.utils.prerequisites import get_web_dir
from starlette.applications import Starlette
from starlette.types import ASGIApp

from fsm_portal import logs
from fsm_portal.config import settings
from fsm_portal.routes import health
from fsm_portal.routes.gate import Gate
from fsm_portal.routes.origins import allowed_origins
from fsm_portal.routes.security_headers import SecurityHeaders


class Hello(rx.State):
    name: str = "world"

    @rx.event
    def greet(self) -> None:
        self.name = "portal"


def skeleton() -> rx.Component:
    return rx.el.main("Loading", class_name="p-8")


def home() -> rx.Component:
    return rx.el.main(
        rx.el.h1("Hello ", Hello.name, class_name="text-2xl"),
        rx.el.button("Greet", on_click=Hello.greet, id="greet"),
        class_name="p-8",
    )


def invoice() -> rx.Component:
    return rx.el.main("Invoice")


def guarded(asgi: ASGIApp) -> ASGIApp:
    """Whatever answers, pages, sockets and plain routes, is behind the gate."""
    origins = allowed_origins(settings().base_url)
    return SecurityHeaders(Gate(asgi, origins), origins, get_web_dir() / "build" / "client")


logs.configure(settings())
plain_routes = Starlette(routes=[*health.routes])
# In this order: Reflex wraps each one around what came before.
app = rx.App(hydrate_fallback=skeleton, api_transformer=[plain_routes, guarded])
app.add_page(home, route="/", title="Portal")
app.add_page(invoice, route="/portal/invoices/[id]", title="Invoice")
