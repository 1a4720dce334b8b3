"""What somebody asks the audit log: words, a person, a deed, a period, and from where on."""

from dataclasses import dataclass
from datetime import date, datetime

from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.auditing.write_down import OPERATOR
from fsm_portal.flows.keyset import Cursor, address, cursor_of, moment_of

PATH = "/dashboard/settings/audit/"
LONGEST_SEARCH = 100
# The value of ``who`` for what was done at the command line.
BY_OPERATOR = OPERATOR.lower()


@dataclass(frozen=True)
class LogQuery:
    """Empty parts ask for everything. ``since`` and ``until`` are days, both included."""

    search: str = ""
    who: str = ""
    deed: str = ""
    since: date | None = None
    until: date | None = None
    cursor: Cursor[datetime] | None = None

    @property
    def asks(self) -> bool:
        """Whether it asks for less than everything."""
        return bool(self.search or self.who or self.deed or self.since or self.until)

    def address(self, **place: str) -> str:
        """Where this stands in the browser, at a ``before`` or ``after``, or at the newest."""
        return address(
            PATH,
            q=self.search,
            who=self.who,
            deed=self.deed,
            since=_text(self.since),
            until=_text(self.until),
            **place,
        )


def log_query(said: dict[str, object]) -> LogQuery:
    """The query that an address's values mean; whatever makes no sense counts as absent."""
    search, who, deed = said.get("q"), said.get("who"), said.get("deed")
    return LogQuery(
        search=_words(search),
        who=who if isinstance(who, str) and (is_id(who) or who == BY_OPERATOR) else "",
        deed=next((each.value for each in Deed if each.value == deed), ""),
        since=_day(said.get("since")),
        until=_day(said.get("until")),
        cursor=cursor_of(said.get("before"), said.get("after"), moment_of),
    )


def _words(typed: object) -> str:
    if not isinstance(typed, str):
        return ""
    words = " ".join(typed[:LONGEST_SEARCH].split())
    return words if words.isprintable() else ""


def _day(typed: object) -> date | None:
    if not isinstance(typed, str) or len(typed) != len("2026-11-22"):
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    # A day before or after it has to be a day as well, in any time zone.
    return day if date(1970, 1, 2) <= day < date(9999, 12, 30) else None


def _text(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
