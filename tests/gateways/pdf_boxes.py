"""Where a renderer sees each word of a document."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest


def boxes(file: bytes, folder: Path) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom and text of every word, in points from the top left corner."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    source = folder / "document.pdf"
    source.write_bytes(file)
    shown = subprocess.run(["pdftotext", "-bbox", source, "-"], capture_output=True, check=True)
    tree = ElementTree.fromstring(shown.stdout)
    return [
        (*(float(word.get(side)) for side in ("xMin", "yMin", "xMax", "yMax")), word.text or "")
        for word in tree.iter("{http://www.w3.org/1999/xhtml}word")
    ]
