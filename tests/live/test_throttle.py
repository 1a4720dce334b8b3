"""Case 41: one client that floods is slowed down, and nobody else notices."""

import time

from fsm_portal.live.throttle import Throttle


def test_a_burst_passes_and_then_a_steady_pace():
    now = 0.0
    throttle = Throttle(burst=4, per_second=2, clock=lambda: now)
    assert [throttle.delay("a") for _ in range(6)] == [0, 0, 0, 0, 0.5, 1.0]
    assert throttle.delay("b") == 0
    now = 60.0
    assert throttle.delay("a") == 0


def test_case_41_two_thousand_events_from_one_client_do_not_hold_up_the_others(tab, page):
    calm, flooding = tab("dana"), tab("mallory")
    click = flooding._event(f"{page.get_full_name()}.click", {})
    for _ in range(2000):
        flooding.send("event", click)
    started = time.monotonic()
    slowest = 0.0
    for _ in range(10):
        before = time.monotonic()
        calm.send("ping")
        calm.call(page.click, settle=False)
        calm._ping()
        slowest = max(slowest, time.monotonic() - before)
    time.sleep(max(0.0, started + 1.0 - time.monotonic()))
    calm.settle()
    assert calm.var(page, "clicks") == 10
    assert slowest < 0.25
    handled = flooding.var(page, "clicks")
    assert handled <= 40 + 20 * (time.monotonic() - started) + 5
