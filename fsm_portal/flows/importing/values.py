"""What is written in a cell, as a value of ours; or Refused, with what is wrong with it."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from fsm_portal.domain.email import is_email
from fsm_portal.domain.money import exponent
from fsm_portal.flows.importing.refusal import Reason, Refused

# Wide enough for amounts up to money.MAX_AMOUNT; the columns hold 6 decimals.
_NAMED_NUMBER = re.compile(
    r"\b(?:phone|mobile|main|work|home|other|alt\. phone|alternate phone|fax)\s*:", re.IGNORECASE
)
_NUMBER = re.compile(r"-?\d{1,10}(\.\d{1,8})?", re.ASCII)
_FINEST = Decimal("0.000001")
_EXCELS_DAY = re.compile(r"[1-7]\d{4}(\.\d+)?", re.ASCII)
_AN_EXAMPLE = datetime(2026, 11, 30, 14, 5)
_ISO_FORMAT = "%Y-%m-%d %H:%M:%S"
_ISO = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


@lru_cache(maxsize=4096)
def quantity(text: str) -> Decimal:
    """A quantity, negative where something comes back. Raises Refused."""
    value = _number(text, Reason.QUANTITY, "quantity")
    if value != value.quantize(_FINEST):
        raise Refused(Reason.QUANTITY, f"The quantity {text} has more than 6 decimals.")
    if not value:
        raise Refused(Reason.QUANTITY, "The quantity is 0: leave the line out or give a quantity.")
    return value


@lru_cache(maxsize=4096)
def unit_price(text: str, currency: str) -> Decimal:
    """A price in major units as minor units, which may be fractional. Raises Refused."""
    value = _number(text, Reason.PRICE, "price")
    if value < 0:
        raise Refused(
            Reason.PRICE, f"The price {text} is below zero: what is given back is a credit note."
        )
    minor = value.scaleb(exponent(currency))
    if minor != minor.quantize(_FINEST):
        raise Refused(Reason.PRICE, f"The price {text} has too many decimals.")
    return minor


def without_thousands(text: str, sign: str) -> str:
    """``1,234.50`` as ``1234.50``, without a currency's sign. Only where it can be nothing else: of
    ``3,75`` nobody knows whether it is meant so, and it is left to be refused."""
    cleaned = text.strip().strip("$€£¥ ")
    if re.fullmatch(rf"-?\d{{1,3}}({re.escape(sign)}\d{{3}})+(\.\d{{1,8}})?", cleaned, re.ASCII):
        return cleaned.replace(sign, "")
    return cleaned


def _number(text: str, reason: Reason, what: str) -> Decimal:
    cleaned = text.strip()
    if not _NUMBER.fullmatch(cleaned):
        shown = "is empty" if not cleaned else f"{cleaned[:40]!r} is not a plain number"
        raise Refused(reason, f"The {what} {shown}: write it like 12 or 3.75.")
    value = Decimal(cleaned)
    return value if value else Decimal(0)


def moment(text: str, form: str, zone: ZoneInfo) -> tuple[date, datetime]:
    """The date on the document and the moment in UTC. Raises Refused."""
    cleaned = text.strip()
    try:
        if form == _ISO_FORMAT and _ISO.fullmatch(cleaned):
            local = datetime.fromisoformat(cleaned)  # the same, in a twentieth of the time
        else:
            local = datetime.strptime(cleaned, form)
    except ValueError:
        raise Refused(Reason.DATE, _no_date(cleaned, form)) from None
    if not 1900 <= local.year <= 2100:
        raise Refused(Reason.DATE, f"The year {local.year} cannot be right.")
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone)
    return local.date(), local.astimezone(UTC)


def _no_date(text: str, form: str) -> str:
    if _EXCELS_DAY.fullmatch(text):
        # From 1900 on or from 1904 on, the file does not say.
        return (
            f"{text} is how Excel counts days: format the column as a date there, and save the "
            "file again."
        )
    example = _AN_EXAMPLE.strftime(form)
    return f"The date {text[:40]!r} is not written like {example}."


def words(text: str) -> str:
    """Text on one line, without what cannot be printed."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    kept = (character for character in line if character.isprintable())
    return " ".join("".join(kept).split())


def short(text: str, limit: int, reason: Reason, what: str) -> str:
    """``words(text)`` of at most ``limit`` characters. Raises Refused: cutting would lose some."""
    line = words(text)
    if len(line) > limit:
        raise Refused(reason, f"The {what} has {len(line)} characters: shorten it to {limit}.")
    return line


@lru_cache(maxsize=4096)
def description(text: str, item: str) -> tuple[str, str]:
    """Description and detail of a line: the item's code is the detail, or stands in for the text.

    Raises Refused.
    """
    code = short(item, 100, Reason.DESCRIPTION, "item code")
    line = short(text, 500, Reason.DESCRIPTION, "description")
    detail = f"Item {code}" if code else ""
    if not line and not detail:
        raise Refused(Reason.DESCRIPTION, "No description: say what was sold.")
    return (line, detail) if line else (detail, "")


def email(text: str) -> str | None:
    """An address, None where there is none. Raises Refused for what cannot be one."""
    cleaned = text.strip()
    if not cleaned:
        return None
    if not is_email(cleaned):
        raise Refused(Reason.CUSTOMER, f"The email {cleaned[:60]!r} is not one address.")
    return cleaned


def phone(text: str) -> str:
    """The first number of what QuickBooks writes as ``Phone: (555) 010-1234 Mobile: ...``."""
    line = words(text)
    named = _NAMED_NUMBER.split(line)
    first = next((part.strip(" ,;") for part in named if part.strip(" ,;")), "")
    return first if len(named) > 1 else line


def address(text: str) -> str:
    """An address on one line: what stood below one another stands behind one another."""
    return ", ".join(filter(None, (line.strip(" ,\t") for line in text.splitlines())))
