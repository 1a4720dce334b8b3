"""What a reader takes for one letter: a character with its marks, an emoji with all its parts.

Nothing is ever broken within one. Simpler than Unicode's own rules (UAX 29) where those only matter
to editors, and stricter in Thai and Lao, whose vowels stand before and after their consonant.
"""

import unicodedata

JOINERS = frozenset("\u200c\u200d")
SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
_KEYCAP = "\u20e3"
_FOLLOWING_VOWELS = frozenset("\u0e33\u0eb3")
_LEADING_VOWELS = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4")
_SKIN = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG = frozenset(map(chr, range(0x1F1E6, 0x1F200)))

# What says how the characters around it are drawn, and is nothing by itself.
SILENT = JOINERS | SELECTORS | TAGS


def clusters(text: str) -> list[str]:
    """``text`` in its clusters; joined they are the text again."""
    found: list[str] = []
    last, flags, leads = "", 0, False
    for character in text:
        flags = flags + 1 if character in _FLAG else 0
        if found and (
            _extends(character)
            or leads
            or (flags and flags % 2 == 0)
            or (last == "\u200d" and unicodedata.category(character) == "So")
        ):
            found[-1] += character
        else:
            found.append(character)
        last, leads = character, character in _LEADING_VOWELS
    return found


def _extends(character: str) -> bool:
    """Whether it belongs to what stands before it."""
    return (
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or character in SILENT
        or character in _SKIN
        or character in _FOLLOWING_VOWELS
        or character == _KEYCAP
    )
