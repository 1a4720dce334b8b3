"""What somebody typed, as one line that a database, a page and a mail can carry."""

import unicodedata

# Control characters, and halves of characters: no database and no encoding takes them.
_NO_TEXT = ("Cc", "Cs")


def one_line(text: str) -> str:
    """``text`` with single spaces between its words, and nothing in it that is no text."""
    words = " ".join(text.split())
    return "".join(each for each in words if unicodedata.category(each) not in _NO_TEXT)
