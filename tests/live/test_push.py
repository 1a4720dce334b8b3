"""A ring reaches every open tab that may know, and nobody else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fsm_portal import live
from tests.live.notebook import notebook


def change(customer: str, text: str) -> None:
    notebook.write(customer, text)
    live.ring({f"note:{customer}"})


def test_opening_a_page_brings_its_view(tab, page):
    notebook.write("dana", "the boiler is fixed")
    assert tab("dana").view(page).text == "the boiler is fixed"


def test_a_ring_reaches_every_tab_of_the_customer(tab, page):
    at_the_office, on_the_phone = tab("dana"), tab("dana", "her phone")
    change("dana", "paid")
    for browser in (at_the_office, on_the_phone):
        assert browser.wait_until(page, lambda view: view.text == "paid").customer == "dana"


def test_tabs_with_the_same_eyes_share_one_read(tab, server):
    for device in range(5):
        tab("dana", f"device {device}")
    before = notebook.reads
    change("dana", "paid")
    server.settle()
    assert notebook.reads == before + 1


def test_tabs_that_look_at_different_things_each_get_theirs(tab, page):
    first, second = tab("dana"), tab("dana", path="/?page=2")
    change("dana", "paid")
    assert first.wait_until(page, lambda view: view.text == "paid").page == 1
    assert second.wait_until(page, lambda view: view.text == "paid").page == 2


def test_case_36_a_strangers_tab_receives_nothing(tab, page, server):
    dana, stranger = tab("dana"), tab("a stranger")
    frames_before = list(stranger.frames)
    change("dana", "paid")
    dana.wait_until(page, lambda view: view.text == "paid")
    server.settle()
    stranger.read_all()
    assert stranger.frames == frames_before


def test_someone_who_is_not_signed_in_is_sent_away_and_watches_nothing(server, page, hub):
    from tests.fake_browser import FakeBrowser

    with FakeBrowser(server) as browser:
        browser.open("/")
        assert browser.redirected_to == "/sign-in"
        assert browser.view(page).text == ""
    assert len(hub) == 0


def test_a_tab_that_was_away_sees_on_its_return_what_it_missed(tab, page):
    dana = tab("dana")
    dana.close()
    change("dana", "paid")
    assert dana.reconnect().view(page).text == "paid"


def test_a_tab_keeps_what_it_shows_while_it_reconnects(tab, page):
    """No flash: Reflex's own snapshot at a reconnect would send the empty view of server state."""
    notebook.write("dana", "the boiler is fixed")
    dana = tab("dana")
    dana.reconnect()
    shown = [delta[page.get_full_name()] for delta in dana.deltas if page.get_full_name() in delta]
    views = [changes["view_rx_state_"]["text"] for changes in shown if "view_rx_state_" in changes]
    assert views == ["the boiler is fixed"]


def test_a_closed_tab_leaves_nothing_behind(tab, server, hub):
    dana = tab("dana")
    assert len(hub) == 1
    dana.close()
    server.settle()
    assert len(hub) == 0
    assert not hub._watching


def test_going_to_another_page_leaves_the_old_topics(tab, page, note_app, server):
    dana = tab("dana").navigate("/length")
    assert dana.view(note_app.LengthPage).length == 0
    change("dana", "paid")
    server.settle()
    assert dana.view(page).text == ""
    live.ring({"length:dana"})
    dana.wait_until(note_app.LengthPage, lambda view: view.length == len("paid"))


def test_rings_from_many_threads_end_in_the_last_state(tab, page, server):
    """Rings coalesce and cannot overtake each other: forty, two at a time, the last one stands."""
    dana = tab("dana")
    with ThreadPoolExecutor(2) as pairs:
        for number in range(20):
            notebook.write("dana", f"state {number}")
            list(pairs.map(live.ring, [{"note:dana"}, {"note:dana"}]))
    server.settle()
    assert dana.view(page).text == "state 19"
    pushed = [delta for delta in dana.deltas if page.get_full_name() in delta]
    assert len(pushed) <= 42


def test_a_burst_of_rings_costs_few_reads(tab, page, server):
    dana = tab("dana")
    before = notebook.reads
    notebook.write("dana", "paid")
    server.run(lambda: [live.ring({"note:dana"}) for _ in range(100)])
    server.settle()
    assert dana.view(page).text == "paid"
    assert notebook.reads - before <= 2


def test_nothing_a_tab_was_sent_stays_in_server_state(tab, page, server, note_app):
    """The view is push-only: an event handler's own update never carries it."""
    notebook.write("dana", "secret")
    dana = tab("dana")
    deltas_before = len(dana.deltas)
    dana.call(page.click)
    assert dana.var(page, "clicks") == 1
    assert "secret" not in str(dana.deltas[deltas_before:])


def test_ringing_without_a_served_app_is_harmless():
    live.ring({"note:dana"})


def test_one_topic_given_as_a_bare_string_is_refused():
    with pytest.raises(TypeError, match="collection"):
        live.ring("note:dana")
