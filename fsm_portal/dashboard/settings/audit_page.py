"""Settings, Audit log: who did what, when, and about what. It can be read, and nothing else."""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import take_seat
from fsm_portal.dashboard.settings.audit_filters import audit_filters
from fsm_portal.dashboard.settings.settings_page import for_whoever_may, settings_page
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.log_query import PATH, LogQuery, log_query
from fsm_portal.flows.auditing.show_log import AuditView, show_log
from fsm_portal.flows.identity import Scope
from fsm_portal.ui.empty import empty
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import in_address, said, search_follows_address, turning, until_fresh
from fsm_portal.ui.table import Column, table, table_card

_PARTS = ("q", "who", "deed", "since", "until")


class AuditPage(rx.State):
    """What is shown stands in the address; the view comes by push."""

    view: AuditView = AuditView()

    @classmethod
    def load_view(cls, scope: Scope, params: LogQuery) -> AuditView:
        return show_log(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        return await take_seat(self, AuditPage, self._query())

    @rx.event
    async def ask(self, part: str, value: str) -> EventSpec:
        """Ask for something else in one part of the question, from the newest entry on."""
        if await clerk(self, May.SEE_AUDIT) is None:
            return to_sign_in()
        asked: dict[str, object] = {name: said(self, name) for name in _PARTS}
        if part in _PARTS:
            asked[part] = value
        return rx.redirect(log_query(asked).address(), replace=True)

    def _query(self) -> LogQuery:
        return log_query({name: said(self, name) for name in (*_PARTS, "before", "after")})


def audit_page() -> rx.Component:
    view = last_seen("audit", AuditPage.view)
    return settings_page(
        for_whoever_may(view, _log(view)),
        search_follows_address(),
        here="Audit log",
        page=AuditPage,
    )


def _log(view: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p(
            "What everybody on your team did, as it happened. Nobody can change or remove an "
            "entry, owners included.",
            class_name="-mt-2 text-muted text-pretty",
        ),
        table_card(
            "Who did what",
            until_fresh(
                rx.cond(
                    view.rows.length() > 0,
                    _table(view.rows),
                    rx.cond(view.searched != "", _further(view), _nothing(view)),
                ),
                _is_fresh(view),
            ),
            controls=audit_filters(AuditPage, view),
            foot=rx.cond(
                view.rows.length() > 0,
                rx.fragment(
                    rx.cond(
                        view.searched != "",
                        rx.el.p(view.searched, class_name="px-5 pt-3 text-xs text-muted"),
                    ),
                    turning(view),
                ),
            ),
        ),
    )


def _table(rows: rx.Var[Any]) -> rx.Component:
    return table(
        "Audit log",
        [
            Column("What", _what, strong=True, card="wide"),
            Column("Who", lambda row: row.name),
            Column(
                "When",
                lambda row: rx.el.span(row.when, class_name="sm:whitespace-nowrap"),
                card="right",
            ),
        ],
        rows,
        key=lambda row: row.id,
    )


def _what(row: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(row.deed, class_name="block font-medium"),
        rx.cond(
            row.words != "",
            rx.cond(
                row.url != "",
                link(row.words, to=row.url, class_name=_WORDS + " hover:underline"),
                rx.el.span(row.words, class_name=_WORDS),
            ),
        ),
        class_name="min-w-0",
    )


_WORDS = "block rounded-sm font-normal text-muted wrap-anywhere underline-offset-4"


def _further(view: Any) -> rx.Component:
    return empty(
        "Nothing found so far",
        view.searched,
        icon="search",
        action=rx.cond(
            view.older != "",
            link("Search further back", to=view.older),
            link("Show everything", to=PATH),
        ),
    )


def _nothing(view: Any) -> rx.Component:
    return rx.cond(
        view.asks,
        empty(
            "No entry fits",
            "Try another word, another person, or a longer period.",
            icon="search",
            action=link("Show everything", to=PATH),
        ),
        empty(
            "Nothing has been done yet",
            "Each invoice sent, payment taken, refund, change of a setting or of the team is "
            "written down here, with who did it.",
            icon="log",
        ),
    )


def _is_fresh(view: Any) -> rx.Var[bool]:
    return (
        (in_address("q") == view.search)
        & (in_address("who") == view.who)
        & (in_address("deed") == view.deed)
    )
