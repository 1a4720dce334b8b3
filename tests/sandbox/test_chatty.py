"""A sandbox that says a lot is listened to: it never stands still because nobody reads."""

import subprocess
import sys

from tests.sandbox_process import SandboxProcess


def test_what_it_says_does_not_stop_it():
    talk = "for number in range(40_000): print('warning: no', number, 'of many')"
    command = [sys.executable, "-c", talk]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    running = SandboxProcess("http://127.0.0.1:9", process)
    assert process.wait(20) == 0
    running.stop()
    assert running.log[-1] == "warning: no 39999 of many\n"
    assert len(running.log) == 1000
