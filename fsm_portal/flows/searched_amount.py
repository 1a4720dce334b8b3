"""An amount that is looked for, as its reader types it: in whatever currency the invoice is."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, or_

from fsm_portal.domain.money import EXPONENTS, parse_amount
from fsm_portal.domain.statement import one_of

# How many decimals, and which currencies have as many. Most have two, and are not listed.
_CODES: dict[int, list[str]] = {}
for _code, _digits in EXPONENTS.items():
    _CODES.setdefault(_digits, []).append(_code)
# A page of an amount that many rows have is looked for in each by itself: only so is it in order.
OF_AMOUNTS = tuple(_CODES)
_BUT_TWO = [code for digits, codes in _CODES.items() if digits != 2 for code in codes]
# What stands beside figures, and between groups of them.
_SIGNS = "$€£¥\u00a0\u202f "


def searched_amount(text: str, point: str) -> dict[str, int | None]:
    """The parameters of ``comes_to``: minor units by number of decimals, None where ``text`` is no
    amount. ``point`` is the reader's own decimal sign."""
    typed = text.strip(_SIGNS)
    for space in "\u00a0\u202f ":
        typed = typed.replace(space, "")
    if point == "," and "," in typed:
        typed = typed.replace(".", "").replace(",", ".")
    return {f"amount_{digits}": _parsed(typed, codes[0]) for digits, codes in _CODES.items()}


def _parsed(typed: str, currency: str) -> int | None:
    try:
        return parse_amount(typed, currency)
    except ValueError:
        return None


def any_amount(parameters: dict[str, int | None]) -> bool:
    """Whether that is an amount in any currency."""
    return any(value is not None for value in parameters.values())


def comes_to(total: Any, currency: Any) -> ColumnElement[bool]:
    """Whether ``total`` of ``currency`` is the amount looked for: of rows that are few anyway."""
    return or_(*(comes_to_in(digits, total, currency) for digits in OF_AMOUNTS))


def comes_to_in(digits: int, total: Any, currency: Any) -> ColumnElement[bool]:
    """The same of currencies with so many decimals, one of OF_AMOUNTS."""
    of_these = one_of(currency, _BUT_TWO if digits == 2 else _CODES[digits])
    return and_(
        total == bindparam(f"amount_{digits}", type_=BigInteger),
        ~of_these if digits == 2 else of_these,
    )
