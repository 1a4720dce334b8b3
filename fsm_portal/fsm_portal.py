"""The app: pages, routes and lifespan put together. No logic."""

import reflex as rx


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


def probe() -> rx.Component:
    return rx.el.main("Invoice")


app = rx.App(hydrate_fallback=skeleton)
app.add_page(home, route="/", title="Portal")
app.add_page(probe, route="/portal/invoices/[id]", title="Invoice")
