"""What every page of the customer's has around it: the company's frame, the news of a lost
connection, and the last line that says whom to ask."""

from typing import Any

import reflex as rx

from fsm_portal.portal.contact import contact
from fsm_portal.portal.locked import unlocked
from fsm_portal.ui.customer_shell import customer_shell
from fsm_portal.ui.out_of_reach import out_of_reach_notice
from fsm_portal.ui.values import Node


def portal_page(
    page: Any, *children: Node, here: str, loaded: Any = None, found: Any = None
) -> rx.Component:
    """``page`` is a page's State: it has ``view`` (with ``loaded``, ``company`` and ``person``),
    ``locked``, ``closed`` and ``on_load``. ``here`` is its place in the navigation.

    ``loaded`` and ``found`` are given by a page about one thing, which may be another's or none.
    """
    view = page.view
    company = view.company
    return unlocked(
        customer_shell(
            out_of_reach_notice(page.on_load, "not-empty:mb-6"),
            *children,
            contact(company),
            company=company.name,
            here=here,
            color=company.color,
            logo=company.logo,
            person=view.person,
        ),
        locked=page.locked,
        closed=page.closed,
        loaded=view.loaded if loaded is None else loaded,
        found=view.loaded if found is None else found,
        again=page.on_load,
    )
