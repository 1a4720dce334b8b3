"""Where things stand: columns of money, and the code that leads to paying."""

import io
import re

import pytest
from pypdf import PdfReader

from fsm_portal.gateways.pdf import draw
from tests.gateways.golden_pages import several_rates
from tests.gateways.pdf_boxes import boxes
from tests.gateways.pdf_documents import PAY_URL
from tests.gateways.pdf_kinds import in_place
from tests.qr import read_path

MONEY = re.compile(r"-?\$[\d,]+\.\d\d")
_RECTANGLE = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re")


def test_columns_of_money_end_below_each_other(tmp_path):
    """Unit prices at one line, amounts at the margin, on every page, totals below the amounts."""
    found = boxes(draw(several_rates()).content, tmp_path)
    ends = [round(right, 1) for _, _, right, _, text in found if MONEY.fullmatch(text)]
    at_margin = [end for end in ends if end > 563]
    assert len(at_margin) > 55
    assert max(at_margin) - min(at_margin) < 0.5
    prices = [end for end in ends if 400 < end < 520]
    assert len([end for end in prices if abs(end - max(prices)) < 0.5]) >= 50


def test_figures_line_up_on_a_page_that_is_read_from_the_right(tmp_path):
    """They run from the left there too, so it is their ends that stand below each other."""
    found = boxes(draw(in_place("invoice", "ar_AE")).content, tmp_path)
    figures = [each for each in found if re.fullmatch(r"-?\d+\.\d\d", each[4]) and each[0] < 120]
    sums = [each for each in figures if each[1] > 330 and each[0] < 110][:4]
    assert len(sums) == 4
    assert max(each[2] for each in sums) - min(each[2] for each in sums) < 0.5


@pytest.mark.parametrize("locale", ["en_US", "ar_AE"])
def test_the_code_says_where_to_pay_on_either_side_of_the_page(locale):
    page = PdfReader(io.BytesIO(draw(in_place("invoice", locale)).content)).pages[0]
    squares = _squares(page.get_contents().get_data())
    unit = min(height for _, _, _, height in squares)
    left = min(x for x, _, _, _ in squares)
    top = max(y + height for _, y, _, height in squares)
    on_the_right = left > float(page.mediabox.width) / 2
    assert on_the_right is (locale == "ar_AE")
    assert unit > 1.4  # half a millimetre, which any telephone reads
    rows = [
        (4 + round((x - left) / unit), 4 + round((top - y) / unit) - 1, round(width / unit))
        for x, y, width, _ in squares
    ]
    side = max(x + count for x, _, count in rows) + 4
    path = "".join(f"M{x} {y}h{count}v1h-{count}z" for x, y, count in rows)
    assert read_path(path, side) == PAY_URL


@pytest.mark.parametrize("kind", ["paid", "credit_note", "receipt", "refund", "statement"])
def test_nothing_else_has_a_code(kind):
    page = PdfReader(io.BytesIO(draw(in_place(kind, "en_US")).content)).pages[0]
    assert not _squares(page.get_contents().get_data())


def _squares(content: bytes) -> list[tuple[float, float, float, float]]:
    """The rectangles of the one path that has more than a hundred of them."""
    for line in content.splitlines():
        found = _RECTANGLE.findall(line)
        if len(found) > 100:
            return [tuple(map(float, each)) for each in found]
    return []
