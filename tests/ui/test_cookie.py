"""The session cookie out of the header a browser sent with its socket."""

import pytest

from fsm_portal.ui.cookie import _value_of


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("", None),
        ("fsm_session=abc", "abc"),
        ("theme=dark; fsm_session=abc.d-e_f; x=1", "abc.d-e_f"),
        ('fsm_session="abc"', "abc"),
        ("fsm_session=a=b", "a=b"),
        ("not_fsm_session=abc", None),
        ("fsm_session", None),
        ("fsm_session=", None),
        ("x=fsm_session=abc", None),
        ("; ;=; fsm_session=abc", "abc"),
    ],
)
def test_the_value_or_nothing(header, value):
    assert _value_of("fsm_session", header) == value
