"""Whether a page is opened anew, or is the one the tab was at before its connection was lost.

Both ways a page's ``on_load`` runs. What was open when the line broke stays open, with what was
typed into it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import reflex as rx

# What runs beside the tabs of this process, by tab and State.
_beside: set[tuple[str, str]] = set()


class Visit(rx.State):
    """Where this tab has last been let in, and over which socket."""

    _address: str = ""
    _socket: str = ""


async def begin(page: rx.State, *questions: type[rx.State]) -> bool:
    """On a page one has just come to none of these ``questions`` is open, and none has an answer.

    For the beginning of ``on_load``, before ``take_seat``. Whether it was just come to.
    """
    visit: Any = await page.get_state(Visit)
    # Over the same socket it is a link to the page one is at, which begins it anew too.
    anew: bool = visit._address != _address(page) or visit._socket == _socket(page)
    for question in questions:
        state: Any = await page.get_state(question)
        if _key(state) in _beside:
            continue
        if anew:
            state._begin()
        elif getattr(state, "busy", None):
            # A tab has one event at a time: this is left of a process that died at its work.
            state.busy = type(state.busy)()
    return anew


async def arrived(page: rx.State) -> None:
    """The tab was let in to the page: to come back to it is not to begin anew."""
    visit: Any = await page.get_state(Visit)
    visit._address, visit._socket = _address(page), _socket(page)


@contextmanager
def beside(state: rx.State) -> Iterator[None]:
    """Within a background event: ``state`` tells how far it is, and goes on over a reload."""
    _beside.add(_key(state))
    try:
        yield
    finally:
        _beside.discard(_key(state))


def _key(state: rx.State) -> tuple[str, str]:
    return state.router.session.client_token, state.get_full_name()


def _socket(page: rx.State) -> str:
    return page.router.session.session_id


def _address(page: rx.State) -> str:
    url = page.router.url
    return f"{url.path}?{url.query}"
