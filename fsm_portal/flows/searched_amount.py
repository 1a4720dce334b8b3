"""An amount that is looked for, as its reader types it: in whatever currency the invoice is."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, or_

from fsm_portal.domain.money import EXPONENTS, parse_amount

# How many decimals, and which currencies have as many. Most have two, and are not listed.
_CODES: dict[int, list[str]] = {}
for _code, _digits in EXPONENTS.items():
    _CODES.setdefault(_digits, []).append(_code)
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
    """Whether ``total`` of ``currency`` is the amount looked for."""
    return or_(
        *[
            and_(
                total == bindparam(f"amount_{digits}", type_=BigInteger),
                currency.not_in(_BUT_TWO) if digits == 2 else currency.in_(codes),
            )
            for digits, codes in _CODES.items()
        ]
    )
