"""One page's failure or one slow reader is nobody else's trouble."""

import asyncio
import threading

import pytest
from starlette.testclient import TestClient

from fsm_portal import live
from fsm_portal.live import wire
from fsm_portal.live.hub import Tab
from tests.fake_browser import FakeBrowser
from tests.live.notebook import notebook


def test_a_view_that_fails_to_load_is_logged_and_tried_again(tab, page, server, caplog):
    dana, lee = tab("dana"), tab("lee")
    notebook.unreadable = {"dana"}
    for customer in ("dana", "lee"):
        notebook.write(customer, "paid")
    live.ring({"note:dana", "note:lee"})
    lee.wait_until(page, lambda view: view.text == "paid")
    server.settle()
    assert dana.view(page).text == ""
    assert "a view of NotePage could not be shown" in caplog.text
    notebook.unreadable = set()
    dana.wait_until(page, lambda view: view.text == "paid")


def test_a_view_that_cannot_be_sent_holds_up_no_other(tab, page, server, hub, monkeypatch):
    tabs = {customer: tab(customer) for customer in ("ann", "bo", "cy", "dana")}
    delta = hub._wire.delta

    def fails_for_bo(state, name, view):
        if view.customer == "bo":
            raise TypeError("not serializable")
        return delta(state, name, view)

    monkeypatch.setattr(hub._wire, "delta", fails_for_bo)
    for customer in tabs:
        notebook.write(customer, "paid")
    live.ring({f"note:{customer}" for customer in tabs})
    server.settle()
    shown = {customer: browser.view(page).text for customer, browser in tabs.items()}
    assert shown == {"ann": "paid", "bo": "", "cy": "paid", "dana": "paid"}


def test_params_that_cannot_be_compared_are_refused_where_they_are_given(hub, page, tab):
    tab("dana")
    sid = next(iter(hub._tabs))
    with pytest.raises(TypeError, match="unhashable"):
        hub.watch(Tab(sid, page, frozenset(), "dana", ["a list"], "session-of-dana"))


def test_a_reader_that_never_reads_is_cut_off_and_holds_up_nobody(
    tab, page, server, hub, monkeypatch
):
    monkeypatch.setattr(wire, "BACKLOG", 8)
    dana, stuck = tab("dana"), _stuck_tab(server, "dana's old laptop")
    assert len(hub) == 2
    for number in range(20):
        notebook.write("dana", f"state {number}")
        live.ring({"note:dana"})
        dana.wait_until(page, lambda view, now=number: view.text == f"state {now}")
    server.settle()
    assert len(hub) == 1
    stuck.release()


def test_a_tab_that_closes_while_its_view_is_read_leaves_quietly(
    tab, page, server, hub, caplog, monkeypatch
):
    dana, lee = tab("dana"), tab("dana", "her phone")
    read = notebook.read

    def read_slowly(customer):
        dana.close()
        return read(customer)

    monkeypatch.setattr(notebook, "read", read_slowly)
    notebook.write("dana", "paid")
    live.ring({"note:dana"})
    lee.wait_until(page, lambda view: view.text == "paid")
    server.settle()
    assert len(hub) == 1
    assert not caplog.records


def test_a_tab_that_moves_on_while_its_view_is_read_is_shown_the_new_page_only(
    tab, page, hub, monkeypatch
):
    dana = tab("dana", path="/?page=1")
    read, moved = notebook.read, threading.Event()
    watch = hub.watch

    def watched(new):
        watch(new)
        moved.set()

    def read_slowly(customer):
        if not moved.is_set():
            dana.navigate("/?page=2", settle=False)
            moved.wait(5)
        return read(customer)

    monkeypatch.setattr(hub, "watch", watched)
    monkeypatch.setattr(notebook, "read", read_slowly)
    frames_before = len(dana.frames)
    live.ring({"note:dana"})
    dana.wait_until(page, lambda view: view.page == 2)
    assert '"page":1' not in "".join(dana.frames[frames_before:])


def _stuck_tab(server, session):
    """A tab whose network takes the first push and nothing after it."""
    notebook.sign_in(session, "dana")
    browser = FakeBrowser(server, cookie=f"session={session}")
    may_send = server.run(_new_event)

    def stuck(app):
        async def wrapped(scope, receive, send):
            async def held(message):
                await may_send.wait()
                await send(message)

            await app(scope, receive, held)

        return wrapped

    cookies, portal = browser.http.cookies, browser.http.portal
    browser.http = TestClient(stuck(server.client.app), base_url=str(server.client.base_url))
    browser.http.cookies, browser.http.portal = cookies, portal
    browser.open("/")
    server.run(may_send.clear)
    browser.release = lambda: server.run(may_send.set) or browser.close()
    return browser


async def _new_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event
