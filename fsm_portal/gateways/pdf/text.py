"""From what people type to what can be drawn: cleaning, substitution, line breaking.

Nothing in a text is ever interpreted: no markup, no links, no control characters, no marks that
turn the direction of writing. A character that the fonts lack becomes a visible box and is
reported, because a silently missing letter changes a name or an address.
"""

import re
import unicodedata
from collections.abc import Callable

from fsm_portal.gateways.pdf.face import TABULAR, face

SUBSTITUTE = "\u25a1"  # a white square
_LONG = 400  # characters; more never fit on a line
_ELLIPSIS = "\u2026"
_NEWLINES = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_SPACES = re.compile("[\t\x0b\x0c]")
_PRIVATE_FIGURES = frozenset(map(chr, TABULAR.values()))


def clean(text: str, limit: int, *, lines: bool = False) -> tuple[str, set[str]]:
    """``text`` in composed form, without invisible characters, at most ``limit`` characters long.

    Line breaks stay if ``lines``, or become spaces. Returns the text and the characters in it
    for which there was no glyph.
    """
    text = unicodedata.normalize("NFC", text[: limit * 4])
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + _ELLIPSIS
    if text.isascii() and text.isprintable():
        return text, set()
    text = _SPACES.sub(" ", _NEWLINES.sub("\n", text))
    if not lines:
        text = text.replace("\n", " ")
    known, missing, drawn = face("Regular").glyphs, set(), []
    for character in text:
        if character in known and character not in _PRIVATE_FIGURES:
            if not unicodedata.category(character).startswith("C"):
                drawn.append(character)
        elif character == "\n":
            drawn.append(character)
        elif unicodedata.category(character) == "Zs":
            drawn.append(" ")
        elif unicodedata.category(character) not in ("Cc", "Cf"):
            missing.add(character)
            drawn.append(SUBSTITUTE)
    return "".join(drawn), missing


def unprintable(text: str) -> list[str]:
    """The characters of ``text`` that a document would show as a box, sorted."""
    return sorted(clean(text, max(len(text), 1), lines=True)[1])


def printable(text: str) -> str:
    """``text`` for a file's properties, which need no glyphs: without invisible characters."""
    return "".join(filter(str.isprintable, text[:200]))


def tabular(text: str) -> str:
    """``text`` with figures of equal width, so that a column of amounts lines up."""
    return text.translate(TABULAR)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """``text`` in lines no wider than ``width``, broken at spaces, or within a word too long."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrapped(paragraph.rstrip(), width, measure))
    return lines


def _wrapped(paragraph: str, width: float, measure: Callable[[str], float]) -> list[str]:
    if measure(paragraph) <= width:
        return [paragraph]
    lines: list[str] = []
    line, room = "", width
    space = measure(" ")
    for word in paragraph.split(" "):
        size = measure(word)
        if line and size + space <= room:
            line += " " + word
            room -= size + space
            continue
        if line:
            lines.append(line)
        while size > width:
            head = _fitting(word, width, measure)
            lines.append(head)
            word = word[len(head) :]
            # Measuring a very long word anew for each line would take time squared.
            size = measure(word) if len(word) < _LONG else size - measure(head)
        line, room = word, width - size
    lines.append(line)
    return lines


def _fitting(word: str, width: float, measure: Callable[[str], float]) -> str:
    """The longest beginning of ``word`` that fits, one character at least."""
    low, high = 1, min(len(word), _LONG)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return word[:low]


def shorten(text: str, width: float, measure: Callable[[str], float]) -> str:
    """``text`` on one line, ended by an ellipsis where it does not fit."""
    if measure(text) <= width:
        return text
    return _fitting(text, width - measure(_ELLIPSIS), measure).rstrip() + _ELLIPSIS
