"""What we assume of Reflex's private parts holds in the version installed."""

import json

import pytest
import reflex as rx
from reflex.istate.manager.token import BaseStateToken

from fsm_portal import live


def test_our_frame_is_reflexs_own_byte_for_byte(tab, page, server, note_app):
    """Reflex's way: change the tab's own state under its lock and let it emit the delta."""
    view = note_app.NoteView("dana", 'Café "Cedar & Pine" 🌲', 3)
    dana = tab("dana")

    async def by_reflex() -> None:
        token = BaseStateToken(ident=dana.token, cls=page)
        async with server.app.modify_state(token) as root:
            (await root.get_state(page)).view = view

    dana.read_all()
    before = len(dana.frames)
    server.run(by_reflex)
    dana.settle()
    (reflexs_own, *_), before = dana.frames[before:], len(dana.frames)

    def by_us() -> None:
        hub_wire = live.service._running.hub._wire
        sids = list(live.service._running.hub._tabs)
        return hub_wire.send(hub_wire.delta(page, "view", view), sids)

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


def test_pages_that_could_not_be_pushed_rightly_are_refused(hub, note_app):
    class NoView(rx.State):
        pass

    class NoLoader(rx.State):
        view: note_app.NoteView = note_app.NoteView()

    class ComputesFromView(rx.State):
        view: note_app.NoteView = note_app.NoteView()

        @classmethod
        def load_view(cls, scope, params):
            return note_app.NoteView()

        @rx.var
        def shouted(self) -> str:
            return self.view.text.upper()

    for page, reason in [
        (NoView, "no var `view`"),
        (NoLoader, "load_view"),
        (ComputesFromView, "computes vars"),
    ]:
        with pytest.raises(TypeError, match=reason):
            hub._wire.check(page)
