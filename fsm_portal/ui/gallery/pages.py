"""The kit on show, to develop against: /gallery/customer/, /gallery/staff/ and /gallery/kit/."""

import reflex as rx

from fsm_portal.ui.gallery.customer import customer
from fsm_portal.ui.gallery.kit import kit
from fsm_portal.ui.gallery.staff import staff


def add_gallery(app: rx.App) -> None:
    """Adds the gallery's pages. For development: they are no part of the product."""
    app.add_page(customer, route="/gallery/customer", title="Customer · Gallery")
    app.add_page(staff, route="/gallery/staff", title="Staff · Gallery")
    app.add_page(kit, route="/gallery/kit", title="Kit · Gallery")
