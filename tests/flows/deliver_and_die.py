"""A portal process that dies after it has committed a webhook and before it answers.

    python deliver_and_die.py SIGNATURE < BODY

Settings come from FSM_ variables, as they do in production.
"""

import os
import signal
import sys

from fsm_portal.flows.from_stripe.receive_stripe_event import receive_webhook

receive_webhook(sys.stdin.buffer.read(), sys.argv[1], connect=True)
os.kill(os.getpid(), signal.SIGKILL)
