"""Case 41: one client that floods is slowed down, and nobody else notices."""

import time

import pytest

from fsm_portal.live.throttle import BURST, PER_SECOND, Throttle


def test_a_burst_passes_and_then_a_steady_pace():
    now = 0.0
    throttle = Throttle(burst=4, per_second=2, clock=lambda: now)
    assert [throttle.delay("a") for _ in range(6)] == [0, 0, 0, 0, 0.5, 1.0]
    assert throttle.delay("b") == 0
    now = 60.0
    assert throttle.delay("a") == 0


@pytest.fixture
def flood(tab, page):
    """Two thousand clicks of one client, while another clicks ten times."""

    def run() -> tuple[int, float, float]:
        calm, flooding = tab("dana"), tab("mallory")
        click = flooding._event(f"{page.get_full_name()}.click", {})
        began = time.monotonic()
        for _ in range(2000):
            flooding.send("event", click)
        slowest = 0.0
        for number in range(10):
            before = time.monotonic()
            calm.call(page.click, settle=False)
            while calm.var(page, "clicks") <= number:
                time.sleep(0.001)
            slowest = max(slowest, time.monotonic() - before)
        return flooding.var(page, "clicks"), slowest, time.monotonic() - began

    return run


def test_case_41_two_thousand_events_from_one_client_do_not_hold_up_the_others(flood):
    handled, slowest, seconds = flood()
    assert handled <= BURST + PER_SECOND * seconds + 5
    assert slowest < 0.5


def test_control_without_the_throttle_the_flood_is_handled_whole(flood, monkeypatch):
    monkeypatch.setattr(Throttle, "delay", lambda *_: 0.0)
    handled, _, seconds = flood()
    assert handled > 5 * (BURST + PER_SECOND * seconds)
