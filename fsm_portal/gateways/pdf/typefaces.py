"""Which typeface draws what the document's own one lacks: Noto, by script.

The files come with two packages (decision 0019); ``tests/gateways/test_pdf_typefaces.py`` holds
their hashes, for a document must look the same wherever it is drawn.
"""

import importlib.util
from bisect import bisect_right
from functools import cache
from pathlib import Path

# Package and path in it of every face.
FILES = {
    **{
        f"NotoSans{script}": ("manimgx_fonts", f"NotoSans{script}[wght].ttf")
        for script in (
            *("", "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian"),
            *("Gujarati", "Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam"),
            *("Myanmar", "Oriya", "Sinhala", "Symbols", "Tamil", "Telugu", "Thai"),
        )
    },
    "NotoEmoji": ("manimgx_fonts", "NotoEmoji[wght].ttf"),
    **{
        f"NotoSans{code}": (
            "justmytype_intl_cjk",
            f"fonts/ofl/notosans{code.lower()}/NotoSans{code}[wght].ttf",
        )
        for code in ("JP", "KR", "SC", "TC")
    },
}

_HAN = ("NotoSansSC", "NotoSansJP", "NotoSansTC", "NotoSansKR")
_ANY = ("NotoSans", "NotoSansSymbols", "NotoEmoji", *_HAN)
_PICTURES = ("NotoEmoji", "NotoSansSymbols", *_HAN, "NotoSans")
_KOREAN = ("NotoSansKR", *_HAN)

# First and last character of blocks (Unicode, Blocks.txt), and the faces that may have them.
_BLOCKS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0x0530, 0x058F, ("NotoSansArmenian",)),
    (0x0590, 0x05FF, ("NotoSansHebrew",)),
    (0x0600, 0x06FF, ("NotoSansArabic",)),
    (0x0750, 0x077F, ("NotoSansArabic",)),
    (0x0870, 0x08FF, ("NotoSansArabic",)),
    (0x0900, 0x097F, ("NotoSansDevanagari",)),
    (0x0980, 0x09FF, ("NotoSansBengali",)),
    (0x0A00, 0x0A7F, ("NotoSansGurmukhi",)),
    (0x0A80, 0x0AFF, ("NotoSansGujarati",)),
    (0x0B00, 0x0B7F, ("NotoSansOriya",)),
    (0x0B80, 0x0BFF, ("NotoSansTamil",)),
    (0x0C00, 0x0C7F, ("NotoSansTelugu",)),
    (0x0C80, 0x0CFF, ("NotoSansKannada",)),
    (0x0D00, 0x0D7F, ("NotoSansMalayalam",)),
    (0x0D80, 0x0DFF, ("NotoSansSinhala",)),
    (0x0E00, 0x0E7F, ("NotoSansThai",)),
    (0x0E80, 0x0EFF, ("NotoSansLao",)),
    (0x1000, 0x109F, ("NotoSansMyanmar",)),
    (0x10A0, 0x10FF, ("NotoSansGeorgian",)),
    (0x1100, 0x11FF, _KOREAN),
    (0x1200, 0x139F, ("NotoSansEthiopic",)),
    (0x1780, 0x17FF, ("NotoSansKhmer",)),
    (0x19E0, 0x19FF, ("NotoSansKhmer",)),
    (0x1C90, 0x1CBF, ("NotoSansGeorgian",)),
    (0x2300, 0x23FF, _PICTURES),
    (0x2460, 0x24FF, (*_HAN, *_ANY)),
    (0x2600, 0x27BF, _PICTURES),
    (0x2B00, 0x2BFF, _PICTURES),
    (0x2D00, 0x2D2F, ("NotoSansGeorgian",)),
    (0x2D80, 0x2DDF, ("NotoSansEthiopic",)),
    (0x2E80, 0x312F, _HAN),
    (0x3130, 0x318F, _KOREAN),
    (0x3190, 0x4DBF, _HAN),
    (0x4E00, 0x9FFF, _HAN),
    (0xA8E0, 0xA8FF, ("NotoSansDevanagari",)),
    (0xA960, 0xA97F, _KOREAN),
    (0xA9E0, 0xA9FF, ("NotoSansMyanmar",)),
    (0xAA60, 0xAA7F, ("NotoSansMyanmar",)),
    (0xAB00, 0xAB2F, ("NotoSansEthiopic",)),
    (0xAC00, 0xD7FF, _KOREAN),
    (0xF900, 0xFAFF, _HAN),
    (0xFB13, 0xFB17, ("NotoSansArmenian",)),
    (0xFB1D, 0xFB4F, ("NotoSansHebrew",)),
    (0xFB50, 0xFDFF, ("NotoSansArabic",)),
    (0xFE30, 0xFE4F, _HAN),
    (0xFE70, 0xFEFF, ("NotoSansArabic",)),
    (0xFF00, 0xFFEF, (*_HAN, "NotoSansKR")),
    (0x1F000, 0x1FAFF, _PICTURES),
    (0x20000, 0x323AF, _HAN),
)
_STARTS = [first for first, _, _ in _BLOCKS]

# The form of Chinese characters that readers of a language know.
_HAN_OF = {"ja": "NotoSansJP", "ko": "NotoSansKR", "zh_Hant": "NotoSansTC"}


def faces_for(character: str, han: str = "") -> tuple[str, ...]:
    """The faces that may have ``character``, the best first; ``han`` is one of ``han_face``."""
    code = ord(character)
    index = bisect_right(_STARTS, code) - 1
    names = _BLOCKS[index][2] if index >= 0 and code <= _BLOCKS[index][1] else _ANY
    if han and han in names and names[0] != "NotoSansKR":
        return (han, *names)
    return names


def han_face(language: str, text: str) -> str:
    """The face for the Chinese characters of ``text``: that of the reader's language if it has any
    of its own, else what the text gives away."""
    named = _HAN_OF.get(language, "")
    if named or language == "zh":
        return named
    if any("\u3041" <= each <= "\u30ff" for each in text):
        return "NotoSansJP"
    return "NotoSansKR" if any("\uac00" <= each <= "\ud7a3" for each in text) else ""


@cache
def face_file(name: str) -> Path:
    """Where the file of a face is. Raises FileNotFoundError where its package is not installed."""
    package, path = FILES[name]
    found = importlib.util.find_spec(package)
    folders = found.submodule_search_locations if found else None
    if not folders:
        raise FileNotFoundError(f"{package} is not installed: the typeface {name} is in it")
    return Path(folders[0]) / path
