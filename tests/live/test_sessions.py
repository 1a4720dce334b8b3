"""Whoever is signed out is sent nothing more, and the tab says so."""

from fsm_portal import live
from fsm_portal.domain.topic import session_topic
from tests.live.notebook import notebook


def test_case_34_a_revoked_session_gets_nothing_and_its_tab_is_emptied(tab, page, server, hub):
    notebook.write("dana", "the boiler is fixed")
    kept, revoked = tab("dana", "office"), tab("dana", "stolen phone")
    notebook.sign_out("stolen phone")
    notebook.write("dana", "the boiler is paid")
    live.ring({"note:dana"})
    kept.wait_until(page, lambda view: view.text == "the boiler is paid")
    server.settle()
    assert revoked.view(page).text == ""
    assert revoked.var(live.LiveTab, "signed_out") is True
    assert "the boiler is paid" not in "".join(revoked.frames)
    assert len(hub) == 1


def test_a_sign_out_reaches_every_tab_of_that_session_at_once(tab, page, server):
    dana, other = tab("dana"), tab("dana", "her phone")
    notebook.sign_out("session-of-dana")
    live.ring({session_topic("session-of-dana")})
    server.settle()
    assert dana.var(live.LiveTab, "signed_out") is True
    assert other.var(live.LiveTab, "signed_out") is False


def test_signing_in_again_and_loading_the_page_anew_shows_it_again(tab, page, server):
    notebook.write("dana", "the boiler is fixed")
    dana = tab("dana")
    notebook.sign_out("session-of-dana")
    live.ring({session_topic("session-of-dana")})
    server.settle()
    notebook.sign_in("session-of-dana", "dana")
    dana.reconnect()
    assert dana.view(page).text == "the boiler is fixed"
    assert dana.var(live.LiveTab, "signed_out") is False


def test_while_sessions_cannot_be_checked_nobody_is_sent_anything(tab, page, server):
    dana = tab("dana")
    notebook.gone = True
    notebook.write("dana", "paid")
    live.ring({"note:dana"})
    server.settle()
    assert dana.view(page).text == ""
    notebook.gone = False
    dana.wait_until(page, lambda view: view.text == "paid")  # unaided


def test_a_lost_ring_and_an_expired_session_are_noticed_after_a_while(impatient, tab, page):
    """A process killed between commit and ring, a session that ran out: nobody rings."""
    notebook.write("dana", "before")
    dana, lee = tab("dana"), tab("lee")
    notebook.write("dana", "after")
    notebook.sign_out("session-of-lee")
    dana.wait_until(page, lambda view: view.text == "after")
    lee.wait_until(page, lambda view: view.customer == "")
    assert lee.var(live.LiveTab, "signed_out") is True


def test_whoever_may_see_something_else_by_now_is_shown_that_and_no_more(tab, page, server):
    """The session is Lee's since Dana's tab was opened: the tab sees through Lee's eyes."""
    notebook.write("dana", "the boiler is fixed")
    notebook.write("lee", "a leaking tap")
    shared, kept = tab("dana", "the office's phone"), tab("dana")
    notebook.sign_in("the office's phone", "lee")
    notebook.write("dana", "the boiler is paid")
    live.ring({"note:dana"})
    kept.wait_until(page, lambda view: view.text == "the boiler is paid")
    shared.wait_until(page, lambda view: view.text == "a leaking tap")
    assert "the boiler is paid" not in "".join(shared.frames)
    assert shared.var(live.LiveTab, "signed_out") is False
