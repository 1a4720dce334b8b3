"""The session cookie of whoever is at the other end of a tab's socket."""

import reflex as rx

from fsm_portal.flows.identity import Audience, cookie_name


def cookie_of(state: rx.State, audience: Audience) -> str | None:
    """A face's session cookie as the browser sent it when the socket was opened, or None.

    A claim, not an identity: hand it to ``who_is``, in a thread, at every event.
    """
    return _value_of(cookie_name(audience), state.router.headers.cookie)


def _value_of(name: str, header: str) -> str | None:
    for pair in header.split(";"):
        key, found, value = pair.strip().partition("=")
        if found and key == name:
            return value.strip('"') or None
    return None
