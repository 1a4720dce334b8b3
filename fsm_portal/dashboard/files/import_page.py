"""Import: choose a file, say what its columns are, look at the first rows, and have it land."""

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.dashboard.desk import staff_page, take_seat
from fsm_portal.dashboard.files.file_picker import file_picker
from fsm_portal.dashboard.files.import_result import import_result
from fsm_portal.dashboard.files.import_sheet import import_sheet
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import import_topic
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.importing.run_import import begin_import, run_import
from fsm_portal.flows.importing.show_import import ImportView, show_import
from fsm_portal.flows.importing.uploads import choose
from fsm_portal.ui.card import card
from fsm_portal.ui.empty import empty
from fsm_portal.ui.field import select_field
from fsm_portal.ui.last_seen import last_seen
from fsm_portal.ui.link import link
from fsm_portal.ui.long_list import said
from fsm_portal.ui.skeleton import loading, skeleton_card
from fsm_portal.ui.title import page_title

_WHAT = (("customers", "Customers"), ("jobs", "Jobs"), ("invoices", "Invoices"))

_CUSTOMERS = "One customer a line. Whoever is here already, by id or address, is left as they are."
_JOBS = (
    "One job a line. The customer is found by their id, address or name: import the customers "
    "first."
)
_INVOICES = (
    "One line of an invoice a line. They land as issued invoices that are still to be paid; nobody "
    "is sent a mail. Customers who are not here yet come with them."
)


class ImportPage(rx.State):
    """The file stands in the address, so that one can come back to it."""

    view: ImportView = ImportView()
    what: str = "customers"

    @classmethod
    def load_view(cls, scope: Scope, params: str) -> ImportView:
        return show_import(scope, params)

    @rx.event
    async def on_load(self) -> EventSpec | None:
        asked = said(self, "what") or ""
        self.what = asked if asked in dict(_WHAT) else "customers"
        run_id = self._run()
        return await take_seat(
            self, ImportPage, run_id, lambda company_id: import_topic(company_id, run_id)
        )

    @rx.event
    async def pick(self, value: str) -> EventSpec | None:
        """What the lines of the file are."""
        if await clerk(self, May.IMPORT) is None:
            return to_sign_in()
        self.what = value if isinstance(value, str) and value in dict(_WHAT) else self.what
        return None

    @rx.event
    async def choose(self, part: str, value: str) -> EventSpec | None:
        """Another column for a field, or another way of writing days."""
        who = await clerk(self, May.IMPORT)
        if who is None:
            return to_sign_in()
        live.ring(await asyncio.to_thread(choose, who, self._run(), part, value))
        return None

    @rx.event(background=True)
    async def land(self) -> EventSpec | None:
        """Import it. It goes on when this tab is closed; a second press finds it in hand."""
        async with self:
            who = await clerk(self, May.IMPORT)
            run_id = self._run()
        if who is None:
            return to_sign_in()
        if not await asyncio.to_thread(begin_import, who, run_id):
            return None
        loop = asyncio.get_running_loop()
        live.ring(await asyncio.to_thread(run_import, who, run_id, _ringing(loop)))
        return None

    def _run(self) -> str:
        asked = said(self, "run") or ""
        return asked if is_id(asked) else ""


def _ringing(loop: asyncio.AbstractEventLoop) -> Any:
    return lambda topics: loop.call_soon_threadsafe(live.ring, topics)


def import_page() -> rx.Component:
    view = last_seen("import", ImportPage.view)
    return staff_page(
        page_title("Import"),
        rx.cond(
            view.loaded,
            rx.cond(view.allowed, _import(view), _not_for_you()),
            loading(skeleton_card(6)),
        ),
        here="",
        page=ImportPage,
    )


def _import(view: Any) -> rx.Component:
    return rx.cond(
        view.run.id == "",
        rx.el.div(
            rx.cond(
                view.unknown,
                rx.el.p(
                    "That file is no longer kept. Please upload it again.",
                    class_name="mb-4 font-medium text-bad",
                ),
            ),
            _upload(),
            key="upload",
        ),
        rx.cond(
            view.run.state == "new",
            rx.el.div(import_sheet(view.run, ImportPage), key="sheet"),
            rx.el.div(import_result(view.run, ImportPage), key="result"),
        ),
    )


def _upload() -> rx.Component:
    return card(
        rx.el.div(
            select_field(
                "What is in the file",
                _WHAT,
                name="what",
                value=ImportPage.what,
                on_change=ImportPage.pick,
            ),
            rx.el.p(
                rx.match(
                    ImportPage.what,
                    ("jobs", _JOBS),
                    ("invoices", _INVOICES),
                    _CUSTOMERS,
                ),
                class_name="text-xs text-muted",
            ),
            file_picker(),
            rx.el.p(
                "Files as Stripe and QuickBooks export them are known as they come; of others the "
                "columns are guessed, and you can say otherwise. Nothing lands before you have "
                "seen the first rows. CSV in UTF-8, 10 MB at most.",
                class_name="text-xs text-muted",
            ),
            class_name="flex max-w-md flex-col gap-4",
        ),
    )


def _not_for_you() -> rx.Component:
    return empty(
        "Imports are not for your role",
        "Ask the owner or somebody in the office.",
        icon="lock",
        action=link("Overview", to="/dashboard/"),
    )
