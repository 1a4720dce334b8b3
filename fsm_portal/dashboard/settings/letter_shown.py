"""A letter within a page: as a mail program shows it, and the part in plain text."""

import reflex as rx

from fsm_portal.ui.skeleton import skeleton
from fsm_portal.ui.values import Text

_FRAME = "mt-3 h-[36rem] w-full rounded-lg border border-line"


def letter_shown(subject: Text, page: Text, plain: Text) -> rx.Component:
    """``page`` is the letter's HTML. Until it is there its outline is, as high as itself."""
    return rx.el.div(
        rx.cond(
            page != "",
            rx.el.div(
                rx.el.p(subject, dir="auto", class_name="font-semibold text-ink wrap-anywhere"),
                # A page of its own without scripts, forms or windows: what is in it cannot act.
                # One without an origin, too, would be painted only when it is scrolled to.
                rx.el.iframe(
                    src_doc=page,
                    title="The letter",
                    custom_attrs={"sandbox": "allow-same-origin"},
                    class_name=f"{_FRAME} bg-white",
                ),
                key="letter",
            ),
            rx.el.div(
                rx.el.div(skeleton("h-5 w-2/3"), class_name="py-0.5"),
                skeleton(_FRAME),
                key="coming",
            ),
        ),
        rx.el.h3("Without pictures and colours", class_name="mt-5 font-semibold text-ink"),
        rx.el.div(
            plain,
            dir="auto",
            class_name="mt-3 max-h-[28rem] min-h-24 overflow-y-auto rounded-lg bg-sunken p-4 "
            "whitespace-pre-line wrap-anywhere",
            tab_index=0,
            role="region",
            aria_label="The letter in plain text",
        ),
    )
