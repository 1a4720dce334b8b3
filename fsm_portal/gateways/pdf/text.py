"""From what people type to what can be drawn: cleaning, substitution, line breaking.

Nothing in a text is ever interpreted: no markup, no links, no control characters, no marks that
turn the direction of writing. A character that the fonts lack becomes a visible box and is
reported, because a silently missing letter changes a name or an address.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat

from fsm_portal.gateways.pdf.breaking import pieces
from fsm_portal.gateways.pdf.clusters import SILENT, clusters
from fsm_portal.gateways.pdf.face import TABULAR, face
from fsm_portal.gateways.pdf.layout import has_a_face
from fsm_portal.gateways.pdf.wording import (
    FROM_LEFT,
    FROM_RIGHT,
    MARKS,
    Said,
    begins_from_right,
    runs_from_right,
)

SUBSTITUTE = "\u25a1"  # a white square
_LONG = 400  # characters; more never fit on a line
_ELLIPSIS = "\u2026"
# Japanese writes its yen as wide as a letter, which tears a column of figures apart.
_WIDE_YEN = "\uffe5", "\u00a5"
_NEWLINES = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_SPACES = re.compile("[\t\x0b\x0c]")
# The rate at the end of a tax's name, in most languages with a space before its sign.
_RATE = re.compile(r"\s\S*\d\S*(\s%)?$")
_PRIVATE_FIGURES = frozenset(map(chr, TABULAR.values()))


def clean(text: str, limit: int, *, lines: bool = False) -> tuple[str, set[str]]:
    """``text`` in composed form, without invisible characters, at most ``limit`` characters long.

    Line breaks stay if ``lines``, or become spaces. Marks of direction stay in texts of ours.
    Returns the text and the characters in it for which there was no glyph.
    """
    is_ours = isinstance(text, Said)
    if is_ours:
        text = text.replace(*_WIDE_YEN)
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
            if not unicodedata.category(character).startswith("C") or (
                is_ours and character in MARKS
            ):
                drawn.append(character)
        elif character == "\n":
            drawn.append(character)
        elif character in SILENT:
            # It says how letters of other scripts are drawn; beside any of ours it means nothing.
            if drawn and drawn[-1] not in known:
                drawn.append(character)
        elif unicodedata.category(character) == "Zs" and character != "\u3000":
            drawn.append(" ")
        elif is_ours and character in MARKS:
            drawn.append(character)
        elif unicodedata.category(character) not in ("Cc", "Cf"):
            if character not in _PRIVATE_FIGURES and has_a_face(character):
                drawn.append(character)
                continue
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
    """``text`` in lines no wider than ``width``, broken at spaces and where its script breaks, or
    within a word too long."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrapped(paragraph.rstrip(), width, measure))
    return lines


def _wrapped(paragraph: str, width: float, measure: Callable[[str], float]) -> list[str]:
    if measure(paragraph) <= width:
        return [paragraph]
    lines: list[str] = []
    line, room = "", width
    blank = measure(" ")
    for word, gap in _words(paragraph):
        size, space = measure(word), blank if gap else 0.0
        if line and size + space <= room:
            line += gap + word
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
    return _each_as_the_whole(lines, paragraph)


def _words(paragraph: str) -> Iterable[tuple[str, str]]:
    """What is not to be broken, and what stands before it: a space, or nothing."""
    words = paragraph.split(" ")
    if paragraph.isascii():
        return zip(words, repeat(" "), strict=False)
    known = face("Regular").glyphs
    found: list[tuple[str, str]] = []
    for word in words:
        parts = [word] if all(map(known.__contains__, word)) else pieces(word)
        found += zip(parts, chain(" ", repeat("")), strict=False)
    return found


def _each_as_the_whole(lines: list[str], paragraph: str) -> list[str]:
    """Lines of a paragraph run as it does, whatever each begins with."""
    if not runs_from_right(paragraph):
        return lines
    mark = FROM_RIGHT if begins_from_right(paragraph) else FROM_LEFT
    return [mark + line if line else line for line in lines]


def _fitting(word: str, width: float, measure: Callable[[str], float]) -> str:
    """The longest beginning of ``word`` that fits, one letter at least."""
    most = word[:_LONG]
    letters: Sequence[str] = most if most.isascii() else clusters(most)
    low, high = 1, len(letters)
    while low < high:
        middle = (low + high + 1) // 2
        if measure("".join(letters[:middle])) <= width:
            low = middle
        else:
            high = middle - 1
    return "".join(letters[:low])


def shorten(text: str, width: float, measure: Callable[[str], float]) -> str:
    """``text`` on one line, ended by an ellipsis where it does not fit."""
    if measure(text) <= width:
        return text
    return _fitting(text, width - measure(_ELLIPSIS), measure).rstrip() + _ELLIPSIS


def shorten_rate(text: str, width: float, measure: Callable[[str], float]) -> str:
    """The same of ``Name of a tax 8.25%``: the end of the name goes, the rate stays whole."""
    rate = _RATE.search(text)
    if rate is None or measure(text) <= width:
        return shorten(text, width, measure)
    name = shorten(text[: rate.start()] + _ELLIPSIS, width - measure(rate[0]), measure)
    return name + rate[0]
