"""refused.csv: every line that did not land, as it was, with its line number and the reason.

The two columns stand in front, so that a line with too many or too few fields stays readable, and
the file can be mended and imported again as it is.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.refusal import Refusal

MARKS = ["refused_line", "refused_reason"]


class RefusedFile:
    """Writes refusals; original text is kept, so a cell may begin with a formula's sign."""

    def __init__(self, file: TextIO, header: list[str]) -> None:
        # A mended refused.csv has these columns already: they are not repeated.
        self._skip = len(MARKS) if header[: len(MARKS)] == MARKS else 0
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow([*MARKS, *header[self._skip :]])

    def write(self, refusals: Iterable[Refusal]) -> None:
        for refusal in refusals:
            fields = refusal.record.fields[self._skip :]
            self._writer.writerow([refusal.record.line, refusal.text, *fields])


@contextmanager
def refused_file(path: Path, header: list[str]) -> Iterator[RefusedFile]:
    """Open ``path`` anew: what an earlier import refused is gone from it. Raises CannotImport."""
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as problem:
        raise CannotImport(f"{path} cannot be written: {problem.strerror}.") from None
    with file:
        yield RefusedFile(file, header)
