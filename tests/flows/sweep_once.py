"""One sweep in a process of its own, as ``bin/portal sweep`` is one.

    python sweep_once.py

Settings come from FSM_ variables. It waits for a line on its input, so that two begin together.
"""

import sys

from fsm_portal.flows.sweeping import sweep

print("ready", flush=True)
sys.stdin.readline()
sweep()
