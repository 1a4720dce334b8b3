"""The kit as its gallery shows it: what the compiled pages may and may not hold."""

from collections.abc import Iterator

import pytest
import reflex as rx
from reflex_base.components.component import BaseComponent

from fsm_portal.domain.role import May
from fsm_portal.ui.badge import LABELS, badge, status_badges
from fsm_portal.ui.field import select_field
from fsm_portal.ui.gallery.customer import customer
from fsm_portal.ui.gallery.kit import kit
from fsm_portal.ui.gallery.staff import staff
from fsm_portal.ui.icon import icon
from fsm_portal.ui.problem_page import broken_page, not_found
from fsm_portal.ui.skeleton import skeleton_page
from fsm_portal.ui.staff_shell import staff_shell
from fsm_portal.ui.theme import APP_OPTIONS

PAGES = [customer, staff, kit, not_found, broken_page, skeleton_page]


def everything_in(component: BaseComponent) -> Iterator[BaseComponent]:
    yield component
    for child in component.children:
        yield from everything_in(child)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_sends_no_script_to_be_evaluated(page):
    """Case 49: the Content-Security-Policy has no 'unsafe-eval'."""
    compiled = str(page().render())
    for evaluated in ("_call_script", "_call_function", "eval("):
        assert evaluated not in compiled


@pytest.mark.parametrize("page", PAGES)
def test_a_page_brings_no_heavy_library(page):
    libraries = set(page()._get_all_imports())
    for heavy in ("@radix-ui", "sonner", "lucide", "recharts", "debounce"):
        assert not [library for library in libraries if heavy in library]


@pytest.mark.parametrize("page", PAGES)
def test_no_property_ends_up_as_a_style_by_a_slip(page):
    """Reflex turns a property that it does not know into a style, without a word."""
    for component in everything_in(page()):
        if (style := getattr(component, "style", None)) and dict(style):
            assert set(style) == {"--company"}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_one_main_part_and_one_heading_at_most(page):
    tags = [str(getattr(component, "tag", "")) for component in everything_in(page())]
    assert tags.count("main") <= 1
    assert tags.count("h1") <= 1


@pytest.mark.parametrize("status", LABELS)
def test_every_status_has_a_word_and_not_only_a_colour(status):
    assert LABELS[status] in str(badge(status).render())


@pytest.mark.parametrize(
    ("status", "overdue", "processing", "words"),
    [
        ("unpaid", False, False, ["Unpaid"]),
        ("unpaid", True, False, ["Overdue"]),
        ("unpaid", False, True, ["Processing"]),
        ("partially_paid", True, False, ["Partially paid", "Overdue"]),
        ("paid", False, False, ["Paid"]),
    ],
)
def test_a_flag_stands_in_for_a_bare_unpaid(status, overdue, processing, words):
    shown = str(status_badges(status, overdue, processing).render())
    assert [label for label in LABELS.values() if f'"{label}"' in shown] == words


def test_an_icon_is_silent_and_must_exist():
    assert "aria-hidden" in str(icon("lock").render())
    with pytest.raises(KeyError):
        icon("no such icon")


def test_the_app_uses_nothing_of_reflex_that_needs_eval():
    """Case 49: Reflex's toaster and its default overlay are out."""
    assert APP_OPTIONS["toaster"] is None
    wraps = [wrap(True) for wrap in APP_OPTIONS["app_wraps"].values()]
    assert all(isinstance(wrap, rx.Component) for wrap in wraps)
    libraries = {library for wrap in wraps for library in wrap._get_all_imports()}
    assert not [library for library in libraries if "sonner" in library]


def test_a_select_is_made_anew_for_another_choice_that_stands_already():
    """React reads a select's default when it makes one: an edited customer kept an empty country
    because the form stood on the page before the customer's data came."""
    country = rx.Var("view.country", _var_type=str).guess_type()
    anew = select_field("Country", [("US", "United States")], name="c", default_value=country)
    chosen = next(part for part in everything_in(anew) if getattr(part, "tag", "") == "select")
    assert str(chosen.key) == str(country)


@pytest.mark.parametrize(
    ("may", "shown"), [([], False), ([May.TAKE_PAYMENTS.value], True), (list(May), True)]
)
def test_the_office_is_shown_the_way_to_what_it_is_mailed_about(may, shown):
    """It changes none of the company's settings; its own notifications are among them."""
    shell = str(staff_shell(here="Overview", company="Bright Heating Co.", may=may).render())
    assert ("/dashboard/settings/" in shell) is shown
