"""Which measurements there are. Standard library only: it runs before anything is installed."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def measurements() -> dict[str, str]:
    """Name -> first line of its docstring, of every module in bench/ that has a ``run``."""
    found = {}
    for file in sorted((ROOT / "bench").glob("*.py")):
        text = file.read_text()
        if re.search(r"^def run\(", text, re.MULTILINE):
            about = re.match(r'"""(.*?)(?:"""|\n)', text)
            found[file.stem] = about.group(1) if about else file.stem
    return found
