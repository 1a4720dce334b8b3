"""The customer's pages as they are compiled: what no server test would notice."""

import pytest
import reflex as rx

from fsm_portal.portal import not_paid
from fsm_portal.portal.home_page import HomePage, home_page
from fsm_portal.portal.invoice_page import InvoicePage, invoice_page, invoice_title
from fsm_portal.portal.payment_news import payment_news


@pytest.mark.parametrize("page", [home_page, invoice_page])
def test_case_49_nothing_on_them_needs_eval(page):
    """Case 49: the Content-Security-Policy has no 'unsafe-eval'."""
    compiled = str(page().render())
    for evaluated in ("_call_script", "_call_function", "eval("):
        assert evaluated not in compiled


@pytest.mark.parametrize("page", [home_page, invoice_page])
def test_they_bring_no_heavy_library(page):
    libraries = set(page()._get_all_imports())
    for heavy in ("@radix-ui", "sonner", "lucide", "recharts", "debounce"):
        assert not [library for library in libraries if heavy in library]


def test_the_news_of_a_payment_is_read_out_when_it_comes():
    """The region is always there: one that is hidden while empty would appear without a word."""
    region = payment_news(InvoicePage)
    compiled = str(region.render())
    assert 'role:"status"' in compiled
    assert '"aria-live":"polite"' in compiled
    assert "hidden" not in str(region.class_name)


def test_the_browsers_tab_names_the_invoice():
    assert "number" in str(invoice_title())
    assert "Invoice" in str(invoice_title())


@pytest.mark.parametrize("page", [home_page, invoice_page])
def test_why_nothing_was_paid_comes_into_sight(page):
    """It stands below its button, where a phone's bar may be; walked at 390 px by hand."""
    assert "InSight" in str(page().render())
    region = not_paid._InSight.create(rx.el.p("No"), words=HomePage.problem)
    hooks = " ".join(str(hook) for hook in region.add_hooks())
    assert "scrollIntoView({ block: 'nearest' })" in hooks and "problem" in hooks
