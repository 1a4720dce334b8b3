"""A second worker process for the tests: ``python -m tests.live.another_worker NOTES.sqlite3``.

It serves the little app to tabs of its own and does what lines on its standard input say, one
JSON list each (``["open", "dana"]``, ``["change", "dana", "paid"]``, ``["see", "dana", "paid"]``).
It answers each with a line.
"""

import json
import sys
from pathlib import Path

from fsm_portal import live
from tests.fake_browser import FakeBrowser, serve
from tests.live.note_app import NotePage, app
from tests.live.notebook import notebook


def main() -> None:
    notebook.open(Path(sys.argv[1]))
    tabs: dict[str, FakeBrowser] = {}
    with serve(app) as server:
        print("ready", flush=True)
        for line in sys.stdin:
            match json.loads(line):
                case ["open", customer]:
                    tabs[customer] = FakeBrowser(server, cookie=f"session=session-of-{customer}")
                    answer = tabs[customer].open("/").view(NotePage).text
                case ["change", customer, text]:
                    notebook.write(customer, text)
                    live.ring({f"note:{customer}"})
                    answer = "rung"
                case ["see", customer, text]:
                    try:
                        tabs[customer].wait_until(NotePage, lambda v, t=text: v.text == t, 15)
                        answer = "seen"
                    except AssertionError as error:
                        answer = str(error)
                case ["signed out", customer]:
                    server.settle()
                    answer = str(tabs[customer].var(live.LiveTab, "signed_out"))
            print(answer, flush=True)
        for tab in tabs.values():
            tab.close()


if __name__ == "__main__":
    main()
