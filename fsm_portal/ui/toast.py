"""A word in passing: "Invoice sent". Driven by state, so it needs no script from the server."""

from typing import Any

import reflex as rx
from reflex_components_core.el import Div

from fsm_portal.ui.button import icon_button


class Toast(rx.State):
    """The last word said in this tab."""

    text: str = ""
    tone: str = "good"
    count: int = 0

    def _say(self, text: str, tone: str) -> None:
        self.text, self.tone = text, tone
        self.count += 1

    @rx.event
    def dismiss(self, count: int) -> None:
        """Takes the word away, unless another one has been said since."""
        if count == self.count:
            self.text = ""

    @rx.event
    def apologise(self) -> None:
        """What the reader sees when a handler failed: no more than that."""
        self._say("Something went wrong on our side. Please try again.", "bad")


async def say(page: rx.State, text: str, tone: str = "good") -> None:
    """Say ``text`` in the tab of ``page``, from inside one of its handlers.

    ``tone`` is one of ``good info warn bad``.
    """
    toast: Any = await page.get_state(Toast)
    toast._say(text, tone)


class _Fading(Div):
    """A div that tells when its appearance is over."""

    on_animation_end: rx.EventHandler[rx.event.no_args_event_spec]


def toaster() -> rx.Component:
    """The place toasts appear. Always mounted, or nothing would be read out; part of a shell."""
    return rx.el.div(
        rx.cond(
            Toast.text,
            _Fading.create(
                rx.el.span(
                    class_name="size-2 shrink-0 rounded-full bg-tone",
                    custom_attrs={"aria-hidden": "true"},
                ),
                rx.el.p(Toast.text, class_name="py-2 font-medium"),
                icon_button("close", "Dismiss", on_click=Toast.dismiss(Toast.count)),
                # Or it would appear once more on the next page.
                on_animation_end=Toast.dismiss(Toast.count),
                # A new key starts the appearance anew, also for the same words.
                key=Toast.count,
                class_name="toast pointer-events-auto flex items-center gap-3 rounded-xl border "
                "border-line bg-surface py-1 pl-4 pr-1 shadow-lg",
                custom_attrs={"data-tone": Toast.tone},
            ),
        ),
        role="status",
        aria_live="polite",
        class_name="toaster pointer-events-none fixed z-40 flex justify-center",
    )


def failure_line() -> rx.Component:
    """The last toast again, if it was bad news: for inside a dialog, which hides the toaster."""
    return rx.el.p(
        rx.cond(Toast.tone == "bad", Toast.text, ""),
        role="status",
        aria_live="polite",
        class_name="mt-4 font-medium text-bad empty:hidden",
    )
