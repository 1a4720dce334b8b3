"""Expressions of SQLite's for the columns of ``company_tables``: days, amounts, which is paid.

``n`` is the number of an invoice, 0 the oldest; ``:count`` is how many there are. So that a page of
every list is full at a thousand, one in fifteen or twenty is something else than paid through
Stripe, and the newest hundred are still to be paid.
"""

from collections.abc import Sequence

# Ten years, however many invoices: a larger company, not an older one.
DAYS = 3650
A_CUSTOMERS = 10

VOID = "n % 20 = 1"
_IS_NEW = "n >= :count - max(100, :count / 300)"
OPEN = f"((n % 150 = 0 OR {_IS_NEW}) AND NOT {VOID})"
PAID = f"NOT ({OPEN} OR {VOID})"
BY_HAND = f"(n % 12 = 6 AND {PAID})"
THROUGH_STRIPE = f"(n % 12 <> 6 AND {PAID})"
# Few at any time, however large the company.
IN_FLIGHT = f"(n >= :count - 64 AND {OPEN})"
DISPUTED = f"(n % max(1, :count / 75) = 7 AND {THROUGH_STRIPE})"
REFUNDED = f"(n % 15 = 2 AND {THROUGH_STRIPE} AND NOT {DISPUTED})"
FAILED = "n % 15 = 4"
# Written and never sent; and visits that are still to be made.
DRAFTED = "n % max(1, :count / 75) = 5"
UPCOMING = "n % 15 = 3"

# What is searched for, a dozen of each company's have: of others the larger has more.
SOUGHT = 99013
AMOUNT = f"(CASE WHEN n % max(1, :count / 12) = 3 THEN {SOUGHT} ELSE 8000 + n * 7919 % 90000 END)"


def the_id(number: str = "n") -> str:
    return f"printf('%032x', {number})"


def at(days: str = "0") -> str:
    """The moment of invoice n, and some days later; microseconds as our columns have them."""
    seconds = f"cast(n * {DAYS}.0 * 86400 / :count as integer)"
    later = f"'+' || ({seconds} + cast(({days}) * 86400 as integer)) || ' seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', :first, {later})"


def day(days: str = "0") -> str:
    return f"substr({at(days)}, 1, 10)"


def one_of(words: Sequence[str], number: str = "n") -> str:
    cases = " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(words))
    return f"(CASE {number} % {len(words)} {cases} END)"


# Whose invoice n is: customers have numbers of their own.
CUSTOMERS = f"max(60, :count / {A_CUSTOMERS})"
WHOSE = f"(n % {CUSTOMERS})"
NAMES = ("Harbor", "Cedar", "Bluewater", "Elan", "Northwind", "Atlas", "Larkspur", "Juniper")
WHAT = ("Boiler", "Flue", "Radiator", "Filter", "Safety")
TO_DO = ("service", "check", "balancing")
# So that what is still to be made is of every kind.
OF_A_VISIT = "(n / 7)"


def called(number: str) -> str:
    return f"({one_of(NAMES, number)} || ' House ' || {number} || 'x')"


COMPANY = {"company_id": ":company"}
CUSTOMER = {"customer_id": the_id(WHOSE)}
MONEY = {"currency": "'USD'", "amount": AMOUNT}
PAID_AT = at("(n % 3) * 0.2 + 0.3")
