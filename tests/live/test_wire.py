"""What we assume of Reflex's private parts holds in the version installed."""

import json

import pytest
import reflex as rx
from reflex.app import EventNamespace
from reflex.istate.manager.token import BaseStateToken
from reflex.state import StateUpdate
from reflex_base.registry import RegistrationContext

from fsm_portal.live.wire import check


def test_our_frame_is_reflexs_own_byte_for_byte(tab, page, server, note_app, hub):
    """Reflex's way: change the tab's own state under its lock, resolve and emit the delta."""
    view = note_app.NoteView("dana", 'Café "Cedar & Pine" 🌲', 3)
    dana = tab("dana")

    async def by_reflex() -> None:
        token = BaseStateToken(ident=dana.token, cls=page)
        async with server.app.state_manager.modify_state(token) as root:
            (await root.get_state(page)).view = view
            update = StateUpdate(delta=await root._get_resolved_delta())
            root._clean()
        await EventNamespace.emit_update(server.app.event_namespace, update, dana.token)

    dana.read_all()
    before = len(dana.frames)
    server.run(by_reflex)
    dana.settle()
    (reflexs_own, *_), before = dana.frames[before:], len(dana.frames)

    def by_us() -> None:
        return hub._wire.send(hub._wire.delta(page, "view", view), list(hub._tabs))

    server.run(by_us)
    dana.settle()
    ours, *_ = dana.frames[before:]
    assert ours == reflexs_own
    (name, data) = json.loads(ours.partition(",")[2])
    assert name == "event"
    assert data["delta"][page.get_full_name()]["view_rx_state_"]["page"] == 3


def test_a_pushed_delta_holds_the_view_and_nothing_else(hub, page, note_app):
    view = note_app.NoteView("dana", "paid", 1)
    assert hub._wire.delta(page, "view", view) == {page.get_full_name(): {"view_rx_state_": view}}
    # The empty view can be pushed as well: Reflex must not think that nothing has changed.
    empty = note_app.NoteView()
    assert hub._wire.delta(page, "view", empty) == {page.get_full_name(): {"view_rx_state_": empty}}


def test_load_view_is_no_event_a_client_could_call(page, note_app):
    handlers = note_app.app._registration_context.event_handlers
    assert not [name for name in handlers if "load_view" in name]
    assert "load_view" not in page.event_handlers


def test_pages_that_could_not_be_pushed_rightly_are_refused(note_app):
    """In a list of States of their own: the app would not start with them."""
    token = RegistrationContext.set(note_app.app._registration_context.fork())

    class NoView(rx.State):
        @classmethod
        def load_view(cls, scope, params):
            return note_app.NoteView()

    class ClientsCouldLoad(rx.State):
        view: note_app.NoteView = note_app.NoteView()

        def load_view(self, scope, params):
            return note_app.NoteView()

    class ComputesFromView(rx.State):
        view: note_app.NoteView = note_app.NoteView()

        @classmethod
        def load_view(cls, scope, params):
            return note_app.NoteView()

        @rx.var
        def shouted(self) -> str:
            return self.view.text.upper()

    class ComputesEveryTime(rx.State):
        view: note_app.NoteView = note_app.NoteView()

        @classmethod
        def load_view(cls, scope, params):
            return note_app.NoteView()

        @rx.var(cache=False)
        def dice(self) -> int:
            return 4

    RegistrationContext.reset(token)
    # Reflex notes this one on the class of all States, where the next app would look for it.
    rx.State._always_dirty_substates.discard(ComputesEveryTime.get_name())
    for page, reason in [
        (NoView, "no var `view`"),
        (ClientsCouldLoad, "called by clients"),
        (ComputesFromView, "computes vars"),
        (ComputesEveryTime, "uncached"),
    ]:
        with pytest.raises(TypeError, match=reason):
            check(page)
