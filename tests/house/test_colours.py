"""One blue, one dark ground: pages, mails, documents and the demo's own pages are one family."""

import re

import pytest

from fsm_portal.domain.company import Company
from fsm_portal.gateways.colour import DEFAULT, contrast, palette
from fsm_portal.gateways.pdf import colours
from fsm_portal.gateways.pdf.document import CompanyBlock
from fsm_portal.setting_values import ROOT

TOKENS = (ROOT / "assets" / "styles" / "tokens.css").read_text()


def token(name: str, dark: bool = False) -> str:
    """A colour of the portal's pages; the first of each scheme is the plain one."""
    found = re.findall(rf"(\.dark|:root)[^{{}}]*{{[^}}]*--{name}: (#[0-9a-f]{{6}});", TOKENS)
    return next(value for scheme, value in found if (scheme == ".dark") == dark)


def test_the_products_own_blue_is_the_same_everywhere():
    assert token("brand") == DEFAULT
    assert Company.model_fields["brand_color"].default == DEFAULT
    assert colours.company_colour("no colour") == colours.company_colour(DEFAULT)
    assert CompanyBlock.__dataclass_fields__["colour"].default == DEFAULT
    assert DEFAULT in (ROOT / "assets" / "favicon.svg").read_text()


def test_letters_and_plain_pages_have_the_pages_own_colours_in_the_dark_too():
    own = palette(DEFAULT)
    assert (own.link, own.dark_fill, own.dark_link) == (
        token("brand-ink"),
        token("brand", dark=True),
        token("brand-ink", dark=True),
    )
    assert own.dark_ink == token("on-brand", dark=True)
    assert contrast(own.dark_fill, own.dark_ink) >= 4.5
    assert contrast(own.dark_link, token("surface", dark=True)) >= 7


@pytest.mark.parametrize(
    "file",
    [
        "fsm_portal/gateways/mail_templates/base.html",
        "fsm_portal/gateways/page_templates/style.css",
        "fsm_portal/demo/mail_static/page.css",
        "fsm_portal/sandbox/pages/static/base.css",
    ],
)
def test_whatever_else_one_sees_stands_on_the_same_grounds(file):
    """The sandbox shares no code with the portal, and looks like its neighbour all the same."""
    text = (ROOT / file).read_text()
    for dark in (False, True):
        for name in ("page", "ink", "line", "muted"):
            assert token(name, dark) in text
    assert token("surface", dark=True) in text
