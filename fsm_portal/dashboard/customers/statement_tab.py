"""The statement of a customer, as that customer sees it, for any days."""

from typing import Any

import reflex as rx

from fsm_portal.ui.statement import (
    statement_days,
    statement_download,
    statement_problem,
    statement_sheet,
)


def statement_tab(view: Any, page: Any) -> rx.Component:
    """``view`` is a CustomerPageView, ``page`` its State."""
    statement = view.statement
    return rx.el.div(
        statement_days(
            statement,
            lambda name: f"/dashboard/customers/{view.id}/?show=statement&period={name}",
            page.show_days,
        ),
        statement_problem(statement, page.problem, "empty:hidden"),
        rx.cond(
            statement.problem == "",
            rx.fragment(
                rx.el.div(
                    rx.el.p(statement.period, class_name="font-medium"),
                    rx.cond(statement.pdf_url != "", statement_download(statement)),
                    class_name="flex flex-wrap items-center justify-between gap-3",
                ),
                statement_sheet(statement, page.turn, narrow=True),
            ),
        ),
        class_name="flex flex-col gap-4",
    )
