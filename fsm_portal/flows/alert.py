"""Something for a person to look at."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

# After that, nobody is going to call about it any more.
RECENT = timedelta(days=30)
SHOWN_OF_A_KIND = 5


@dataclass(frozen=True)
class Alert:
    """Something for a person to look at; ``invoice_id`` is where to look, or empty."""

    id: str
    title: str
    text: str
    tone: Literal["bad", "warn"]
    invoice_id: str = ""
