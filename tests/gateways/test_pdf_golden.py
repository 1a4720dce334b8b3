"""Six pages look as they did when somebody last looked at them."""

import shutil
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from fsm_portal.gateways.pdf import CompanyBlock
from tests.gateways.golden_pages import FOLDER, moved, pages, picture
from tests.gateways.pdf_kinds import in_place

PAGES = pages()


@pytest.fixture(autouse=True)
def renderer():
    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm is not installed")


def golden(name: str) -> Image.Image:
    with Image.open(FOLDER / f"{name}.png") as image:
        return image.convert("L")


def test_there_are_six():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PAGES)
    assert len(PAGES) == 6


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(name):
    assert moved(picture(PAGES[name]), golden(name)) == []


def test_what_moves_or_is_missing_is_noticed():
    """The control: a block a tenth of an inch lower, a line less, a stamp less, another word."""
    document = in_place("invoice", "en_US")
    image = golden("us-invoice")
    lower = ImageChops.offset(image.crop((0, 150, image.width, 250)), 0, 4)
    shifted = image.copy()
    shifted.paste(lower, (0, 150))
    assert len(moved(shifted, image)) > 5
    for change in (
        {"lines": document.lines[:1]},
        {"deposit": 0},
        {"pay_url": ""},
        {"bill_to": ("Somebody Else", "Dana Reyes")},
        {"company": CompanyBlock("Bright Heating Co.", colour="#0f766e")},
    ):
        assert moved(picture([replace(document, **change)]), image), change
    paid = PAGES["fifty-lines-three-rates"][0]
    unstamped = picture([replace(paid, stamp=None)])
    assert moved(unstamped, golden("fifty-lines-three-rates"))
