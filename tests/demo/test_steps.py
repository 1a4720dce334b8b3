"""How long a newcomer waited, as the demo says it."""

import os
import time

from fsm_portal.demo.steps import Steps


def test_the_time_counts_from_the_start_of_the_command_with_what_it_installed(monkeypatch):
    monkeypatch.setenv("DEMO_BEGAN_AT", str(time.time() - 90))
    assert 90 <= Steps().seconds < 100
    # The parts that are started from here are not told.
    assert "DEMO_BEGAN_AT" not in os.environ


def test_without_a_command_before_it_counts_from_here(monkeypatch):
    monkeypatch.delenv("DEMO_BEGAN_AT", raising=False)
    assert Steps().seconds < 5
