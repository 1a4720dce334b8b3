"""What the questions in front of a page have in common: asked, answered, or closed again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from fsm_portal import live
from fsm_portal.dashboard.clerk import clerk, to_sign_in
from fsm_portal.domain.ids import is_id, new_id
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Identity
from fsm_portal.ui.notice import Tone
from fsm_portal.ui.toast import say

# What came of it, in words for staff, and the topics to ring.
Done = tuple[str, frozenset[str]]


class Asking(rx.State, mixin=True):
    """What the question is about; whether its answer is under way; what is the matter with it.

    Each opening is one press: however often its form is sent, one thing comes of it. ``field`` is
    what the problem stands beside; empty where it is about none.
    """

    about: str = ""
    busy: bool = False
    field: str = ""
    problem: str = ""
    _press: str = ""

    def _begin(self, about: str = "") -> None:
        self.about, self._press = about, new_id() if about else ""
        self.busy, self.field, self.problem = False, "", ""

    @rx.event
    async def stop(self) -> EventSpec | None:
        """Close the question and change nothing."""
        if await clerk(self) is None:
            return to_sign_in()
        self._begin()
        return None

    async def _ask(self, about: object, may: May | None = None) -> EventSpec | None:
        """Open the question about one of our ids."""
        if await clerk(self, may) is None:
            return to_sign_in()
        if isinstance(about, str) and is_id(about):
            self._begin(about)
        return None

    async def _do(
        self,
        act: Callable[[Identity], Done],
        refusal: type[Exception],
        may: May | None = None,
        run: Callable[..., Awaitable[Done]] = asyncio.to_thread,
        tone: Tone = "good",
    ) -> AsyncIterator[EventSpec | None]:
        """Answer the question that is open: ``act`` runs beside the event loop, by ``run``.

        A ``refusal`` is said in the dialog, which stays; else it closes, and what was done is said.
        """
        who = await clerk(self, may)
        if who is None:
            yield to_sign_in()
            return
        if not self._press or self.busy:
            return
        self.busy, self.field, self.problem = True, "", ""
        yield None
        try:
            words, topics = await run(act, who)
        except refusal as error:
            live.ring(getattr(error, "topics", ()))
            self._refused(error)
            return
        finally:
            self.busy = False
        self._begin()
        live.ring(topics)
        await say(self, words, tone)

    def _refused(self, error: Exception) -> None:
        self.field, self.problem = getattr(error, "field", ""), str(error)


def problem_with(question: Any, field: str) -> rx.Var[str]:
    """What is the matter with ``field`` of a question; empty where nothing is."""
    return rx.cond(question.field == field, question.problem, "")
