"""A document as it is handed out: by a route, or with a letter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """``sha256`` is that of ``content``, in hex; ``version`` counts from 1, and is 0 for a draft,
    which is not kept. ``missing`` are the characters that no font could print, in order.
    ``is_new``: this version came to be just now.
    """

    name: str
    content: bytes
    sha256: str
    version: int
    missing: str = ""
    is_new: bool = False
