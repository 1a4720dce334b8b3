"""A file of invoice lines of any length: the slice of the real file, again and again.

Each copy has numbers and customers of its own; what the import would refuse is left out, so that
every line is written.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

SLICE = Path(__file__).parent.parent / "tests" / "data" / "online_retail_ii_slice.csv"
_REFUSED = {"497819"}


def write_file(path: Path, copies: int) -> int:
    """Write ``copies`` of the slice to ``path``; returns the number of lines."""
    with SLICE.open(encoding="utf-8", newline="") as source:
        header, *lines = csv.reader(source)
    sound = [line for line in lines if line[6] and line[0] not in _REFUSED]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for copy in range(copies):
            writer.writerows(_renamed(sound, copy))
    return copies * len(sound)


def _renamed(lines: list[list[str]], copy: int) -> Iterator[list[str]]:
    documents = sorted({line[0] for line in lines})
    for line in lines:
        number = f"{100_000 + copy * len(documents) + documents.index(line[0])}"
        prefix = "C" if line[0].startswith("C") else ""
        customer = f"{line[6].removesuffix('.0')}{copy}.0"
        yield [prefix + number, *line[1:6], customer, line[7]]
