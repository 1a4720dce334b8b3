"""Whom to ask: the last line of every page of the customer's."""

import reflex as rx

from fsm_portal.ui.link import document_link
from fsm_portal.ui.values import if_any


def contact(company: rx.Var) -> rx.Component:
    """``company`` is the CompanyFrame of a view."""
    email, phone = company.email, company.phone
    dialled = phone.replace(" ", "")
    return rx.el.p(
        "Questions? Ask ",
        company.name,
        ": ",
        document_link(email, href=f"mailto:{email}"),
        if_any(phone, rx.fragment(" or ", document_link(phone, href=f"tel:{dialled}"))),
        class_name="mt-6 text-muted wrap-anywhere",
    )
