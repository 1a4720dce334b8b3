"""Shows what is being done and how long it took, in the same form as bin/lib/bootstrap.py."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Steps:
    """Each step one line; on a terminal a spinner turns while it runs."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        # When the command began, which may have installed everything first.
        self._begin = float(os.environ.pop("DEMO_BEGAN_AT", None) or time.time())

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return max(0.0, time.time() - self._begin)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        begin = time.monotonic()
        try:
            if self._console.is_terminal:
                with self._console.status(title):
                    yield
            else:
                self._console.print(f"  … {title}")
                yield
        except BaseException:
            self._console.print(f"  [red]✗[/] {title}")
            raise
        self._console.print(f"  [green]✓[/] {title:<42}{time.monotonic() - begin:6.1f} s")
