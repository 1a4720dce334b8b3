"""What one company's sweep found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Swept:
    """Counts of one sweep; ``topics`` are to be rung.

    ``rows`` are balance transactions that are new to us, ``elsewhere`` those that are none of this
    portal's, ``open`` those that nothing on our books goes with yet. ``trouble`` is what Stripe
    would not tell, empty where it told all.
    """

    company_name: str
    seen: int = 0
    missed: int = 0
    attempts: int = 0
    payouts: int = 0
    rows: int = 0
    posted: int = 0
    elsewhere: int = 0
    open: int = 0
    judged: int = 0
    trouble: str = ""
    topics: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """The counts in a line; what there was nothing of is left out."""
        found = [f"{_counted(self.seen, 'event')}, {self.missed:,} had been missed"]
        for count, words in (
            (self.attempts, "checkouts resolved"),
            (self.rows, "new balance transactions"),
            (self.posted, "put on the books"),
            (self.elsewhere, "none of this portal's"),
            (self.payouts, "payouts followed"),
            (self.judged, "waiting facts settled"),
            (self.open, "without a counterpart"),
        ):
            if count:
                found.append(f"{count:,} {words}")
        line = "; ".join(found)
        return f"{line}. Not all could be read: {self.trouble}" if self.trouble else line


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
