"""An app with two live pages: a customer's note, and how long it is.

Import it where no other app's States are registered: see ``note_app`` in conftest.py.
"""

from dataclasses import dataclass

import reflex as rx

from fsm_portal import live
from tests.live.notebook import notebook


@dataclass(frozen=True)
class Eyes:
    customer: str


@dataclass(frozen=True)
class NoteView:
    customer: str = ""
    text: str = ""
    page: int = 0


@dataclass(frozen=True)
class LengthView:
    length: int = -1


def session_of(state: rx.State) -> str:
    return state.router.headers.cookie.partition("session=")[2]


class NotePage(rx.State):
    view: NoteView = NoteView()
    clicks: int = 0

    @classmethod
    def load_view(cls, scope: Eyes, params: int) -> NoteView:
        return NoteView(scope.customer, notebook.read(scope.customer), params)

    @rx.event
    def on_load(self) -> rx.event.EventSpec | None:
        session = session_of(self)
        customer = notebook.customer_of(session)
        if customer is None:
            return rx.redirect("/sign-in")
        page = int(self.router.url.query_parameters.get("page", "1"))
        topics = {f"note:{customer}"}
        live.watch(self, NotePage, topics, Eyes(customer), page, session_id=session)
        return None

    @rx.event
    def click(self) -> None:
        self.clicks += 1


class LengthPage(rx.State):
    view: LengthView = LengthView()

    @classmethod
    def load_view(cls, scope: Eyes, params: tuple[()]) -> LengthView:
        return LengthView(len(notebook.read(scope.customer)))

    @rx.event
    def on_load(self) -> None:
        session = session_of(self)
        if customer := notebook.customer_of(session):
            topics = {f"length:{customer}"}
            live.watch(self, LengthPage, topics, Eyes(customer), session_id=session)


app = rx.App()
app.add_page(lambda: rx.el.main(NotePage.view.text), route="/", on_load=NotePage.on_load)
app.add_page(
    lambda: rx.el.main(LengthPage.view["length"]), route="/length", on_load=LengthPage.on_load
)
live.start(
    app, lambda sessions: {name: Eyes(who) for name, who in notebook.alive(sessions).items()}
)
