"""``bin/bench [names]``: runs the measurements in bench/, each in a process of its own.

A measurement is a module with ``run() -> list[bench.row.Row]``. Results are printed and replace
that measurement's section in docs/benchmarks.md, with the date and the number of cores.
"""

import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from measurements import ROOT, measurements
from rich.console import Console
from rich.table import Table

REPORT = ROOT / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

Written by `bin/bench`. Ours and the baseline run side by side in one run, so the ratios hold
better than the absolute figures. The goal is the ratio that is aimed for.
"""
_COLUMNS = ("", "ours", "baseline", "ratio", "goal")


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    if arguments[:1] == ["--one"]:
        return _measure(arguments[1], Path(arguments[2]))
    known = measurements()
    unknown = [name for name in arguments if name not in known]
    if unknown:
        print(f"No such measurement: {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    failed = [name for name in arguments or list(known) if not _run(name, known[name])]
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def _measure(name: str, result: Path) -> int:
    rows = importlib.import_module(f"bench.{name}").run()
    result.write_text(json.dumps([asdict(row) for row in rows]))
    return 0


def _run(name: str, about: str) -> bool:
    console = Console(highlight=False)
    console.print(f"\n[bold]{name}[/]  {about}")
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "rows.json"
        command = [sys.executable, __file__, "--one", name, str(result)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        if subprocess.run(command, env=environment, check=False).returncode:
            return False
        rows = [_cells(row) for row in json.loads(result.read_text())]
    table = Table(*_COLUMNS, show_edge=False, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*row)
    console.print(table)
    _write(name, about, rows)
    return True


def _cells(row: dict[str, object]) -> tuple[str, ...]:
    def figure(value: object) -> str:
        return "" if value is None else f"{value:.2f}×"

    return (
        str(row["name"]),
        str(row["ours"]),
        str(row["baseline"]),
        figure(row["ratio"]),
        figure(row["goal"]),
    )


def _write(name: str, about: str, rows: list[tuple[str, ...]]) -> None:
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    lines = [
        f"## {name}",
        "",
        about,
        "",
        f"{moment}, {os.cpu_count()} cores, Python {sys.version.split()[0]}.",
        "",
        "| " + " | ".join(_COLUMNS) + " |",
        "|---|---:|---:|---:|---:|",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]
    old = REPORT.read_text() if REPORT.exists() else _HEAD
    head, *sections = re.split(r"^(?=## )", old, flags=re.MULTILINE)
    kept = {section.split("\n", 1)[0][3:]: section.rstrip("\n") + "\n" for section in sections}
    kept[name] = "\n".join(lines)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join([head.rstrip("\n") + "\n", *(kept[key] for key in sorted(kept))]))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
