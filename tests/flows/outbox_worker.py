"""A worker process of the outbox, with a short lease; ends when it is told to or killed.

    python outbox_worker.py [--die-after-sending]

Settings come from FSM_ variables. With the flag it dies as soon as its first letter was taken by
the mail server, before it can note that.
"""

import os
import signal
import sys
import time
from datetime import timedelta

from fsm_portal.flows import outbox
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.gateways.mail import Letter, Mailer

outbox.LEASE = timedelta(seconds=1)

if "--die-after-sending" in sys.argv:
    send = Mailer.send

    def send_and_die(mailer: Mailer, letter: Letter) -> None:
        send(mailer, letter)
        os.kill(os.getpid(), signal.SIGKILL)

    Mailer.send = send_and_die

while True:
    if work_one() is None:
        time.sleep(0.02)
