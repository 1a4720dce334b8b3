"""A code says what it was given, to whoever scans it."""

import pytest

from fsm_portal.gateways.qr import qr_code
from tests.qr import read_path


@pytest.mark.parametrize(
    "text",
    [
        "https://portal.example/sign-in/4fJ0cZlq8vN1bS6tQx-9_2yWmD7uHkR3aEoLpTiVgCs",
        "http://127.0.0.1:8000/sign-in/x",
        "https://a-very-long-name-of-a-portal.brightheating.example/below/some/path/" + "x" * 120,
    ],
)
def test_what_is_scanned_is_what_was_meant(text):
    code = qr_code(text)
    assert read_path(code.path, code.side) == text


def test_there_is_white_all_around():
    """Without four modules of it (ISO/IEC 18004) cameras look in vain."""
    code = qr_code("https://portal.example/")
    first = min(int(run.split(" ")[0]) for run in code.path.split("M")[1:])
    assert first == 4
    assert code.side > 25
