"""A document once it is drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """``content`` is the file; ``missing`` are the characters that no font has, sorted: each of
    them shows as a box."""

    content: bytes
    missing: tuple[str, ...] = ()
