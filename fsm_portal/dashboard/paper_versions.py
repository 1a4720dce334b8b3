"""Below an invoice: what its PDF cannot print, and the versions of it that were issued."""

from typing import Any

import reflex as rx

from fsm_portal.ui.icon import icon
from fsm_portal.ui.link import document_link
from fsm_portal.ui.notice import notice
from fsm_portal.ui.values import if_any


def paper_versions(papers: Any) -> rx.Component:
    """``papers`` is a PapersView. Versions are opened by whoever looks for them."""
    return rx.fragment(
        if_any(
            papers.missing,
            rx.el.div(
                notice("Not everything can be printed", papers.missing, tone="warn"),
                class_name="mt-5 wrap-anywhere",
            ),
        ),
        rx.cond(
            papers.versions.length() > 0,
            rx.el.details(
                rx.el.summary(
                    icon("right", "size-4 transition-transform group-open:rotate-90"),
                    papers.heading,
                    class_name="inline-flex min-h-8 cursor-pointer list-none items-center gap-1.5 "
                    "rounded-sm text-xs text-muted hover:text-ink pointer-coarse:min-h-11 "
                    "[&::-webkit-details-marker]:hidden",
                ),
                rx.el.ol(
                    rx.foreach(papers.versions, _version), class_name="mt-1 flex flex-col gap-2"
                ),
                class_name="group mt-5 border-t border-line pt-3",
            ),
        ),
    )


def _version(one: Any) -> rx.Component:
    return rx.el.li(
        document_link(one.title, href=one.url, target="_blank"),
        rx.el.span(one.note, class_name="text-muted"),
        rx.el.span(
            one.short,
            rx.el.span(" are the first characters of its SHA-256", class_name="sr-only"),
            title=rx.Var.create("SHA-256 ") + one.sha256,
            class_name="font-mono text-muted",
        ),
        key=one.id,
        class_name="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-xs",
    )
