"""Memory stays flat in the length of the file, scattered lines included."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from tests.imports import Importer, line, write_lines


def _lines(invoices: int) -> Iterator[list[str]]:
    """Invoices of four lines, two by two interleaved, each with a customer of its own."""
    for pair in range(0, invoices, 2):
        for position in range(4):
            for number in (pair, pair + 1):
                text = f"Service {number} part {position}"
                yield line(f"{100000 + number}", Customer_ID=f"{number}.0", Description=text)


def _peak(importer: Importer, file: Path) -> int:
    tracemalloc.start()
    try:
        assert importer(file).lines_refused == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_four_times_the_file_takes_no_more_memory(database, company, tmp_path):
    """Case 22, for files. The first is long enough to fill every cache that there is."""
    importer = Importer(company, tmp_path)
    importer(write_lines(tmp_path / "warm.csv", _lines(10)))
    once = _peak(importer, write_lines(tmp_path / "once.csv", _lines(1_100)))
    four_times = _peak(importer, write_lines(tmp_path / "four.csv", _lines(4_400)))
    assert four_times < once * 1.25
