"""What a proof found: how much was looked at, and the rows that break an invariant."""

from collections.abc import Iterable
from dataclasses import dataclass

TITLES = {
    "A": "what is paid is payments less refunds less disputes",
    "B": "nothing beyond what there is: refunds, credit, what is applied",
    "C": "an entry for every object, an object for every entry, no twins",
    "D": "one effect and one letter of each thing",
    "E": "nothing is behind what Stripe told",
    "F": "everything stays within its company and its customer",
    "G": "one link, at most one session",
    "H": "the amounts are the server's own",
    "I": "no secret is kept",
    "J": "nothing is stuck",
    "K": "the screens say what the ledger says",
}


@dataclass(frozen=True)
class Breach:
    """A row that breaks ``rule``; ``row`` names it: ``payment 0190…, amount 28000, posted 0``."""

    invariant: str
    rule: str
    row: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.rule}: {self.row}"


@dataclass(frozen=True)
class Proved:
    """One invariant: how many things were ``checked``, and what breaks it."""

    invariant: str
    checked: int
    breaches: tuple[Breach, ...]

    @property
    def title(self) -> str:
        return TITLES[self.invariant]


@dataclass(frozen=True)
class Finding:
    """What one rule found."""

    invariant: str
    checked: int
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True)
class Report:
    """Every invariant, in order."""

    proved: tuple[Proved, ...]

    @property
    def breaches(self) -> tuple[Breach, ...]:
        return tuple(breach for each in self.proved for breach in each.breaches)

    @property
    def holds(self) -> bool:
        return not self.breaches


def report_of(findings: Iterable[Finding]) -> Report:
    """The findings put together by invariant."""
    checked = dict.fromkeys(TITLES, 0)
    breaches: dict[str, list[Breach]] = {letter: [] for letter in TITLES}
    for finding in findings:
        checked[finding.invariant] += finding.checked
        breaches[finding.invariant] += finding.breaches
    return Report(
        tuple(Proved(letter, checked[letter], tuple(breaches[letter])) for letter in TITLES)
    )
