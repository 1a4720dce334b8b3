"""The office's face: a sidebar at a desk, a bar under the thumb on a phone."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

import reflex as rx

from fsm_portal.domain.role import May
from fsm_portal.ui.frame import company_sign, frame, main
from fsm_portal.ui.more_places import more_places
from fsm_portal.ui.navigation import IN_BAR, Place, bottom_bar, entry
from fsm_portal.ui.scheme_toggle import scheme_toggle
from fsm_portal.ui.sign_out import sign_out
from fsm_portal.ui.values import Flag, Node, Text

# What a role may do, as the pushed view has it: the values of ``May``.
Rights = Sequence[str] | rx.Var[tuple[str, ...]]

PLACES = (
    Place("Overview", "/dashboard/", "overview"),
    Place("Invoices", "/dashboard/invoices/", "invoice"),
    Place("Payments", "/dashboard/payments/", "card"),
    Place("Customers", "/dashboard/customers/", "people"),
    Place("Jobs", "/dashboard/jobs/", "wrench"),
    Place(
        "Reconciliation",
        "/dashboard/reconciliation/",
        "scales",
        briefly="Reconcile",
        needs=(May.RECONCILE,),
    ),
    Place(
        "Settings",
        "/dashboard/settings/",
        "settings",
        # Whoever changes none of the company's still chooses what they are mailed about.
        needs=(May.CHANGE_SETTINGS, May.TAKE_PAYMENTS),
    ),
)
# As many fit under a thumb. Where there are more, the last is the way to the rest.
_FIT = 5
# Looked at less often on the way than the others.
_SELDOM = ("Payments", "Reconciliation", "Settings")


def staff_shell(
    *children: Node,
    here: str,
    company: Text,
    color: Text = "",
    logo: Text = "",
    person: Text = "",
    may: Rights = tuple(each.value for each in May),
    bell: Node = "",
) -> rx.Component:
    """``here`` is the name of the place this page belongs to (see PLACES); ``bell`` leads to the
    notices and says how many are new.

    A place that needs what is not among ``may`` is not shown.
    """
    return frame(
        _sidebar(here, company, logo, person, may, bell),
        _top_bar(company, logo, bell),
        main(*children, class_name="flex min-w-0 flex-col gap-4 p-4 pb-24 lg:p-6 lg:pb-12"),
        _bar(here, may),
        color=color,
        class_name="lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]",
    )


def _sidebar(
    here: str, company: Text, logo: Text, person: Text, may: Rights, bell: Node
) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.div(company_sign(company, logo=logo), class_name="px-1 py-1"),
            rx.el.nav(
                *[
                    _for_whom(place, may, entry(place, here, "min-h-11 gap-3 rounded-lg px-3"))
                    for place in PLACES
                ],
                aria_label="Main",
                class_name="flex flex-col gap-1 overflow-y-auto",
            ),
            _account(person, bell),
            class_name="sticky top-0 flex h-dvh flex-col gap-6 p-4",
        ),
        class_name="border-r border-line bg-surface max-lg:hidden",
    )


def _account(person: Text, bell: Node) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(person, class_name="truncate font-medium"),
            rx.el.div(bell, scheme_toggle(), class_name="flex shrink-0"),
            class_name="flex min-h-11 items-center justify-between gap-2 pl-3",
        ),
        sign_out(with_word=True),
        class_name="mt-auto border-t border-line pt-3",
    )


def _top_bar(company: Text, logo: Text, bell: Node) -> rx.Component:
    return rx.el.header(
        company_sign(company, logo=logo),
        rx.el.div(bell, scheme_toggle(), sign_out(), class_name="flex shrink-0"),
        class_name="flex min-h-16 items-center justify-between gap-3 border-b border-line "
        "bg-surface px-4 py-2 lg:hidden",
    )


def _bar(here: str, may: Rights) -> rx.Component:
    """Every place where they fit. Whoever is shown a place of a role finds some under "More"."""
    everybodys = [place for place in PLACES if not place.needs]
    if len(PLACES) <= _FIT:
        return bottom_bar(
            *[_for_whom(place, may, entry(place, here, IN_BAR, place.briefly)) for place in PLACES]
        )
    first = [place for place in PLACES if place.name not in _SELDOM][: _FIT - 1]
    rest = [place for place in PLACES if place not in first]
    look = "min-h-11 gap-3 rounded-lg px-3"
    with_more = [
        *[entry(place, here, IN_BAR, place.briefly) for place in first],
        more_places(
            *[_for_whom(place, may, entry(place, here, look)) for place in rest],
            here=any(place.name == here for place in rest),
        ),
    ]
    needs = [each for place in PLACES for each in place.needs]
    plain = [entry(place, here, IN_BAR, place.briefly) for place in everybodys[:_FIT]]
    has_more = _any_of(needs, may)
    if isinstance(has_more, rx.Var):
        return bottom_bar(rx.cond(has_more, rx.fragment(*with_more), rx.fragment(*plain)))
    return bottom_bar(*(with_more if has_more else plain))


def _for_whom(place: Place, may: Rights, shown: rx.Component) -> Node:
    if not place.needs:
        return shown
    found = _any_of(place.needs, may)
    if isinstance(found, rx.Var):
        return rx.cond(found, shown)
    return shown if found else rx.fragment()


def _any_of(needs: Sequence[May], may: Rights) -> Flag:
    if isinstance(may, rx.Var):
        return reduce(or_, [may.contains(each.value) for each in needs])
    return any(each.value in may for each in needs)
