"""Every client its share, and no more memory than that takes."""

import pytest
from starlette.requests import Request

from fsm_portal.routes import rate_limit
from fsm_portal.routes.rate_limit import Allowance, client_of


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_and_then_a_trickle():
    watch = Watch()
    allowance = Allowance(burst=3, per_minute=6, clock=watch)
    assert [allowance.take("a") for _ in range(4)] == [True, True, True, False]
    watch.now += 9.9
    assert not allowance.take("a")
    watch.now += 0.2
    assert [allowance.take("a") for _ in range(2)] == [True, False]
    watch.now += 3600
    assert [allowance.take("a") for _ in range(4)] == [True, True, True, False]


def test_nobody_uses_up_anothers_share():
    allowance = Allowance(burst=1, per_minute=1, clock=Watch())
    assert [allowance.take(client) for client in "abab"] == [True, True, False, False]


def test_a_million_clients_are_not_all_remembered(monkeypatch):
    monkeypatch.setattr(rate_limit, "_MOST_CLIENTS", 100)
    allowance = Allowance(burst=1, per_minute=1, clock=Watch())
    for number in range(1_000):
        assert allowance.take(f"client {number}")
    assert len(allowance._left) == 100


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_client_is_the_sockets_other_end(peer, client):
    """Case 51: a spoofed X-Forwarded-For is nobody's word."""
    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"forwarded", b"for=198.51.100.2")]
    scope = {"type": "http", "method": "GET", "client": (peer, 1), "headers": headers}
    assert client_of(Request(scope)) == client


def test_a_unix_socket_has_no_other_end():
    assert client_of(Request({"type": "http", "client": None, "headers": []})) == ""
