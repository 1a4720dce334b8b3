"""Where a company offers no portal (any more): whom its customers ask instead."""

from typing import Any

import reflex as rx

from fsm_portal.ui.button import link_button
from fsm_portal.ui.link import document_link
from fsm_portal.ui.problem_page import problem_page
from fsm_portal.ui.values import if_any


def closed_page(company: Any) -> rx.Component:
    """``company`` is its CompanyFrame."""
    return rx.el.div(
        problem_page(
            company.name.to(str) + " has no online portal at the moment",
            "For anything about your invoices, payments and visits, please ask them directly.",
            icon="mail",
            action=rx.el.div(
                link_button(
                    company.email,
                    to="mailto:" + company.email.to(str),
                    kind="primary",
                    document=True,
                ),
                if_any(
                    company.phone,
                    rx.el.p(
                        "Or call ",
                        document_link(
                            company.phone, href="tel:" + company.phone.to(str).replace(" ", "")
                        ),
                    ),
                ),
                class_name="flex flex-col items-center gap-4",
            ),
        ),
        class_name="branded",
        style={"--company": rx.cond(company.color != "", company.color, "initial")},
    )
