"""Whom to ask: the last line of every page of the customer's."""

import reflex as rx

from fsm_portal.ui.link import PLAIN, document_link
from fsm_portal.ui.values import if_any

# As large as a finger, in a line of words.
_LINK = f"{PLAIN} -my-2 inline-block py-2 pointer-coarse:-my-3 pointer-coarse:py-3"


def contact(company: rx.Var) -> rx.Component:
    """``company`` is the CompanyFrame of a view."""
    email, phone = company.email, company.phone
    dialled = phone.replace(" ", "")
    return rx.el.p(
        "Questions? Ask ",
        company.name,
        ": ",
        document_link(email, href=f"mailto:{email}", class_name=_LINK),
        if_any(
            phone,
            rx.fragment(" or ", document_link(phone, href=f"tel:{dialled}", class_name=_LINK)),
        ),
        class_name="mt-6 text-muted wrap-anywhere",
    )
