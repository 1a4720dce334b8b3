"""An import that runs, or has run: how far it is, what landed, what was refused and what then."""

from typing import Any

import reflex as rx

from fsm_portal.ui.button import button, link_button
from fsm_portal.ui.card import card
from fsm_portal.ui.notice import live_region
from fsm_portal.ui.progress import progress
from fsm_portal.ui.values import if_any


def import_result(run: Any, page: Any) -> rx.Component:
    return card(
        rx.el.h2(run.file_name, class_name="mb-4 font-semibold wrap-anywhere"),
        rx.cond(
            run.state == "running",
            rx.el.div(
                progress("Importing " + run.kind, run.percent, run.progress),
                rx.el.p(
                    "You can go on with other work: it lands without this page too.",
                    class_name="mt-3 text-muted",
                ),
                key="running",
            ),
        ),
        live_region(rx.cond(run.state == "done", _what_landed(run))),
        rx.cond(
            run.state == "done",
            rx.el.div(
                rx.cond(
                    run.refused_address != "",
                    link_button(
                        "Download refused.csv",
                        to=run.refused_address,
                        icon="download",
                        document=True,
                        download=True,
                    ),
                ),
                rx.cond(run.broken != "", button("Import again", on_click=page.land)),
                link_button("Another file", to="/dashboard/import/?what=" + run.kind),
                link_button(
                    "See the " + run.kind, to="/dashboard/" + run.kind + "/", kind="primary"
                ),
                key="ways",
                class_name="mt-5 flex flex-wrap gap-3",
            ),
        ),
    )


def _what_landed(run: Any) -> rx.Component:
    return rx.el.div(
        if_any(run.broken, rx.el.p(run.broken, class_name="font-medium text-bad wrap-anywhere")),
        rx.foreach(
            run.landed,
            lambda what: rx.el.p(what, " landed", key=what, class_name="text-lg font-semibold"),
        ),
        if_any(run.present, rx.el.p(run.present, class_name="text-muted")),
        if_any(
            run.refused,
            rx.el.div(
                rx.el.p(run.refused, class_name="font-medium text-bad"),
                rx.el.ul(
                    rx.foreach(run.reasons, lambda words: rx.el.li(words, key=words)),
                    class_name="mt-1 list-disc pl-5 text-muted",
                ),
                rx.el.p(
                    "refused.csv holds these lines as they were, each with its number and what to "
                    "do about it. Mend it and import it as it is.",
                    class_name="mt-2 text-xs text-muted",
                ),
                class_name="mt-2",
            ),
        ),
        class_name="flex flex-col gap-1",
    )
