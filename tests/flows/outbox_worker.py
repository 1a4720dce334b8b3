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

from fsm_portal.flows import outbox, outbox_mail
from fsm_portal.flows.work_outbox import work_one

outbox.LEASE = timedelta(seconds=1)

if "--die-after-sending" in sys.argv:
    post = outbox_mail.post_letter

    def post_and_die(letter: object) -> None:
        post(letter)
        os.kill(os.getpid(), signal.SIGKILL)

    outbox_mail.post_letter = post_and_die

while True:
    if work_one() is None:
        time.sleep(0.02)
