"""CSV for spreadsheets and bookkeeping: RFC 4180, and no cell that a spreadsheet would run.

A cell that begins with one of a few signs is a formula to a spreadsheet, whoever typed it: a
customer's name, a note. As https://owasp.org/www-community/attacks/CSV_Injection says, such a cell
gets an apostrophe in front. A number is left a number: -12.50 is no formula. Where lists are parted
by semicolons a spreadsheet begins a new cell at each one it finds, and a new row at each new line,
so that a formula may begin there too.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from fsm_portal.domain.money import to_decimal

# What Excel takes for UTF-8 by; others take it for a letter of the first heading.
BOM = "\ufeff"
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# The full-width signs too: some spreadsheets read them as the others.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What another reader of the file takes for the end of a cell.
_AFTER_AN_END = re.compile(r"(?<=.)([;\t\r\n]\s*)([=+\-@＝＋－＠])", re.DOTALL)


def safe_cell(text: str) -> str:
    """``text`` as a cell that is shown and never run."""
    begins = text.startswith(_BEGINS_A_FORMULA) or text.lstrip(" ").startswith(_BEGINS_A_FORMULA)
    front = "'" if begins and not _NUMBER.fullmatch(text) else ""
    return front + _AFTER_AN_END.sub(r"\1'\2", text)


def csv_rows(rows: Iterable[Sequence[str]]) -> str:
    """``rows`` as lines of a CSV file, every cell safe."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows(
        [safe_cell(cell) for cell in row] for row in rows
    )
    return lines.getvalue()


def amount_cell(amount: int | None, currency: str) -> str:
    """Minor units as a plain decimal with a point: ``1234.50``, ``-12.00``; empty for None."""
    if amount is None:
        return ""
    value: Decimal = to_decimal(amount, currency)
    return format(value, "f")


def day_cell(day: date | None) -> str:
    return day.isoformat() if day else ""


def moment_cell(moment: datetime | None, time_zone: str) -> str:
    """ISO 8601 with the offset of ``time_zone``: ``2026-11-16T09:00:00-05:00``."""
    return moment.astimezone(ZoneInfo(time_zone)).isoformat(timespec="seconds") if moment else ""
