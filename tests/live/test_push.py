"""A ring reaches every open tab that may know, and nobody else."""

from fsm_portal import live
from tests.fake_browser import FakeBrowser
from tests.live.conftest import notebook


def change(customer: str, text: str) -> None:
    notebook.write(customer, text)
    live.ring({f"note:{customer}"})


def test_opening_a_page_brings_its_view(tab, page):
    notebook.write("dana", "the boiler is fixed")
    assert tab("dana").view(page).text == "the boiler is fixed"


def test_a_ring_reaches_every_tab_of_the_customer(tab, page):
    first, second = tab("dana"), tab("dana", "her phone")
    change("dana", "paid")
    for browser in (first, second):
        assert browser.wait_until(page, lambda view: view.text == "paid").customer == "dana"
