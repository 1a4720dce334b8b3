"""Amounts, days and quantities as a reader of a given locale writes them (Babel, CLDR).

Everything is exact: integers and Decimal in, never a float. Currency digits are ISO 4217's from
``domain.money``, not CLDR's (which give the Iraqi dinar none). Results may hold no-break spaces
and direction marks. A locale is a tag such as ``en_US`` or ``en-US``; one that Babel does not
know raises ValueError.
"""

import copy
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers

from fsm_portal.domain.money import exponent

_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_NO_BREAK_SPACE = "\u00a0"
_MARKS = {0x200E: None, 0x200F: None}
_QUANTITY_DECIMALS = 6
_UNIT_PRICE_DECIMALS = 6


@lru_cache(maxsize=256)
def known_locale(locale: str) -> Locale:
    """Babel's data for a tag, parsed once. Raises ValueError for an unknown tag."""
    # Babel overlooks what follows a tag, so the form is checked here.
    if _TAG.fullmatch(locale):
        with suppress(UnknownLocaleError, ValueError):
            return Locale.parse(locale.replace("-", "_"))
    raise ValueError(f"{locale!r} is not a known locale")


def money(amount: int, currency: str, locale: str) -> str:
    """``amount`` in minor units: ``(169765, "USD", "en_US")`` gives ``$1,697.65``.

    Raises ValueError for a currency that ISO 4217 does not list.
    """
    return _writer(currency, locale, exponent(currency))(amount)


def unit_price(amount: Decimal, currency: str, locale: str) -> str:
    """A price in minor units that may be a fraction of one: ``Decimal("4.9")`` cents, ``$0.049``.

    Shows the currency's own decimals and as many more as the price needs, six at most.
    """
    digits = exponent(currency)
    if amount == amount.to_integral_value():
        return _writer(currency, locale, digits)(int(amount))
    most = max(digits, _UNIT_PRICE_DECIMALS)
    places = Decimal(1).scaleb(digits - most)
    exact = amount.quantize(places, rounding=ROUND_HALF_UP).normalize()
    more = max(0, -int(exact.as_tuple().exponent))
    return _writer(currency, locale, digits + more)(int(exact.scaleb(more)))


@lru_cache(maxsize=512)
def _writer(currency: str, locale: str, digits: int) -> Callable[[int], str]:
    """What turns units of 10**-digits into text: one reading of the pattern, then plain strings.

    Babel's own formatter takes 8 to 10 microseconds a number, this one about 1.
    """
    known = known_locale(locale)
    pattern = copy.copy(known.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)

    def babel(value: int) -> str:
        return str(pattern.apply(Decimal(value), known, currency=currency, currency_digits=False))

    # Babel leaves out the mark that keeps a minus before its digits: ``303.10- US$`` on our pages.
    minus = numbers.get_minus_sign_symbol(known)
    point = numbers.get_decimal_symbol(known) if digits else ""
    comma = numbers.get_group_symbol(known)
    tail = point + "0" * digits
    before, _, after = babel(0).partition("0" + tail)
    minus_before, _, minus_after = babel(-1).partition("1" + tail)
    before, after = _apart(before, after)
    if unicodedata.bidirectional(minus[0]) == "L" and minus not in minus_before:
        minus_before = minus_before.replace("-", minus)
    minus_before, minus_after = _apart(minus_before, minus_after)
    first, later = pattern.grouping

    def write(amount: int) -> str:
        text = str(abs(amount)).rjust(digits + 1, "0")
        whole, fraction = (text[:-digits], text[-digits:]) if digits else (text, "")
        if len(whole) > first:
            whole = _grouped(whole, first, later, comma)
        if amount < 0:
            return f"{minus_before}{whole}{point}{fraction}{minus_after}"
        return f"{before}{whole}{point}{fraction}{after}"

    return write


def _apart(before: str, after: str) -> tuple[str, str]:
    """CLDR's currency spacing, which Babel leaves out: ``CHF 5.00``, not ``CHF5.00``."""
    if before[-1:].isalpha():
        before += _NO_BREAK_SPACE
    if after[:1].isalpha():
        after = _NO_BREAK_SPACE + after
    return before, after


def _grouped(whole: str, first: int, later: int, comma: str) -> str:
    """Digits in groups from the right: 3 and 3 in most places, 3 and then 2 in India."""
    head, groups = whole[:-first], [whole[-first:]]
    while head:
        groups.append(head[-later:])
        head = head[:-later]
    return comma.join(reversed(groups))


def typed_point(locale: str) -> str:
    """The decimal sign that people of ``locale`` type: a comma or a point."""
    return "," if numbers.get_decimal_symbol(known_locale(locale)) == "," else "."


@lru_cache(maxsize=4096)
def day(value: date, locale: str) -> str:
    """A calendar day: ``Oct 22, 2026``."""
    return _in_a_line(dates.format_date(value, format="medium", locale=known_locale(locale)))


@lru_cache(maxsize=4096)
def moment(value: datetime, time_zone: str, locale: str) -> str:
    """A point in time on the clock of ``time_zone`` (an IANA name): ``Oct 22, 2026, 3:03 PM``.

    A datetime without a zone is taken as UTC, as the database stores it.
    """
    known = known_locale(locale)
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    local = aware.astimezone(ZoneInfo(time_zone))
    time = dates.format_time(local, format="short", tzinfo=local.tzinfo, locale=known)
    frame = str(dates.get_datetime_format("medium", locale=known))
    date_ = str(dates.format_date(local.date(), format="medium", locale=known))
    return _in_a_line(frame.replace("{0}", time).replace("{1}", date_))


def _in_a_line(text: str) -> str:
    """``text`` for a line that runs from the left, as all of ours do. Marks that only turn figures
    around are left out, and what has letters that run from the right is kept together."""
    bare = text.translate(_MARKS)
    if any(unicodedata.bidirectional(each) in ("R", "AL") for each in bare):
        return f"\u2067{bare}\u2069"
    return bare


@lru_cache(maxsize=4096)
def quantity(value: Decimal, locale: str) -> str:
    """A count or measure without idle zeros, six decimals at most: ``1,250`` or ``1.5``."""
    return str(_decimal_pattern(locale).apply(value, known_locale(locale)))


@lru_cache(maxsize=256)
def _decimal_pattern(locale: str) -> numbers.NumberPattern:
    known = known_locale(locale)
    pattern: numbers.NumberPattern = copy.copy(known.decimal_formats[None])
    pattern.frac_prec = (0, _QUANTITY_DECIMALS)
    return pattern


@lru_cache(maxsize=1024)
def percent(rate_ppm: int, locale: str) -> str:
    """A rate in parts per million: 82500 is ``8.25%``."""
    known = known_locale(locale)
    pattern = copy.copy(known.percent_formats[None])
    pattern.frac_prec = (0, 4)
    return str(pattern.apply(Decimal(rate_ppm).scaleb(-6), known))


@lru_cache(maxsize=1024)
def country_name(code: str, locale: str) -> str:
    """The name of an ISO 3166 country, or the code itself where CLDR has no name for it."""
    return str(known_locale(locale).territories.get(code.upper(), code))


@lru_cache(maxsize=1024)
def currency_name(code: str, locale: str) -> str:
    """The name of an ISO 4217 currency, or the code itself where CLDR has no name for it."""
    return str(known_locale(locale).currencies.get(code.upper(), code))
