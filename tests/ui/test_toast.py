"""A word in passing, and the plain word for what went wrong."""

import logging

import pytest
import reflex as rx

from fsm_portal.ui.failures import apologise
from fsm_portal.ui.toast import Toast, say


@pytest.fixture
def toast() -> Toast:
    return Toast(_reflex_internal_init=True)


def test_a_page_says_a_word_in_its_own_tab(toast):
    class Page:
        async def get_state(self, kind: type[rx.State]) -> rx.State:
            assert kind is Toast
            return toast

    with pytest.raises(StopIteration):
        say(Page(), "Invoice sent").send(None)  # type: ignore[arg-type]
    assert (toast.text, toast.tone, toast.count) == ("Invoice sent", "good", 1)


def test_the_same_word_twice_appears_twice(toast):
    toast._say("Saved", "good")
    toast._say("Saved", "good")
    assert toast.count == 2


def test_dismissing_takes_it_away(toast):
    toast._say("Saved", "good")
    Toast.dismiss.fn(toast, toast.count)
    assert toast.text == ""


def test_an_old_word_that_fades_does_not_take_a_new_one_with_it(toast):
    toast._say("Saved", "good")
    faded = toast.count
    toast._say("Sent", "good")
    Toast.dismiss.fn(toast, faded)
    assert toast.text == "Sent"


def test_nobody_outside_can_put_words_on_the_screen(toast):
    """Case 37: what a client may call takes no words from it."""
    own = {name for name in Toast.event_handlers if name in vars(Toast)}
    # Reflex gives every State a ``setvar``; it only finds setters, and those are switched off.
    assert own - {"setvar"} == {"dismiss", "apologise"}
    with pytest.raises(AttributeError):
        Toast.event_handlers["setvar"].fn(toast, "text", "Paid")


def test_a_handler_that_raises_is_a_generic_word_on_screen_and_a_line_in_the_log(toast, caplog):
    """Case 50."""
    with caplog.at_level(logging.ERROR):
        spec = apologise(RuntimeError("the customer's secret"))
    assert "secret" not in str(spec)
    assert spec.handler.fn.__name__ == "apologise"
    Toast.apologise.fn(toast)
    assert toast.text and "secret" not in toast.text
    assert "the customer's secret" in caplog.text
