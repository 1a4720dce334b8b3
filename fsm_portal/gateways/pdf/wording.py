"""The words of documents in the language of their reader, one catalogue a language in ``words/``.

In a language that runs from the right, what is put into a text (a number, an amount) is marked off
from it, and the text says itself which way it runs: else a reader would find the parts of it in
another order. The marks are Unicode's own (UAX 9) and are gone once the text is laid out.
"""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from fpdf.bidi import auto_detect_base_direction
from fpdf.enums import TextDirection

from fsm_portal.gateways.languages import Direction, direction_of, language_of

WORDS = Path(__file__).parent / "words"
_WRITTEN = frozenset(path.stem for path in WORDS.glob("*.toml"))

FROM_LEFT, FROM_RIGHT = "\u200e", "\u200f"  # what begins a text that runs so
_APART, _TOGETHER = "\u2068", "\u2069"  # around what has a direction of its own


class Said(str):
    """A text of ours: marks of direction in it are meant, where in anybody else's they are taken
    out."""

    __slots__ = ()


class Wording:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.direction: Direction = direction_of(language)
        self._texts = _texts(language)

    def __call__(self, key: str, **values: object) -> Said:
        """The text of ``key``, such as ``totals.total``, with ``values`` in their places.

        Raises KeyError for a key or a value that is not there.
        """
        text = self._texts[key]
        if values:
            # Not str() of a text: one of ours would no longer say which way it runs.
            placed = {
                name: self._placed(value if isinstance(value, str) else str(value))
                for name, value in values.items()
            }
            text = text.format_map(placed)
        return self.ours(text)

    def ours(self, text: str) -> Said:
        """``text`` as one that runs as this language does."""
        return Said(FROM_RIGHT + text if self.direction == "rtl" else text)

    def get(self, key: str) -> Said | None:
        """The text of ``key`` where there is one."""
        return self(key) if key in self._texts else None

    def joined(self, *parts: str, by: str = " · ") -> Said:
        """``parts`` in a row, in the order in which this language is read."""
        return self.ours(by.join(map(self._placed, parts)))

    def _placed(self, value: str) -> str:
        return apart(value) if self.direction == "rtl" or runs_from_right(value) else value


def apart(value: str) -> str:
    """``value`` marked off, so that what stands around it keeps its order."""
    return f"{_APART}{value if isinstance(value, Said) else unmarked(value)}{_TOGETHER}"


def unmarked(text: str) -> str:
    """``text`` without marks of direction."""
    return text.translate(_UNMARKED)


def runs_from_right(text: str) -> bool:
    """Whether anything in ``text`` is of a script that runs from the right."""
    return not text.isascii() and any(
        unicodedata.bidirectional(each) in ("R", "AL") for each in text
    )


def begins_from_right(text: str) -> bool:
    """Which way a paragraph runs: as the first of its letters does (UAX 9, rule P2)."""
    return auto_detect_base_direction(text) is TextDirection.RTL


# Marks of direction. What people type says nothing of how our own texts run.
MARKS = frozenset(
    map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
_UNMARKED = dict.fromkeys(map(ord, MARKS), None)


def wording(locale: str) -> Wording:
    """The words for readers of ``locale``; English where there are none in their language."""
    return _wording(language_of(locale, _WRITTEN))


@cache
def _wording(language: str) -> Wording:
    return Wording(language)


@cache
def _texts(language: str) -> dict[str, str]:
    """Key to text. A catalogue is whole (a test says so), so nothing falls back by itself."""
    sections = tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))
    return {
        f"{section}.{name}": text
        for section, texts in sections.items()
        for name, text in texts.items()
    }
