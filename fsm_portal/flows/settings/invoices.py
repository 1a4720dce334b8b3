"""The section Invoices: how they are numbered, when they are due, what stands on them."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings import checks
from fsm_portal.flows.settings.section import Section, Setting, as_basis, on_or_off, ticked
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk

_PREFIX = re.compile(r"[A-Za-z0-9/._-]{0,12}")
_LONGEST_TERMS_DAYS = 365
# With the longest prefix it still fits an invoice's number; nobody writes more of them.
_HIGHEST = 999_999_999
# Among the longest numbers with a prefix there may be a few that do not end in digits alone.
_LOOKED_AT = 50


def prefix(text: str) -> str:
    """What stands before the digits of a number."""
    text = text.strip()
    if not _PREFIX.fullmatch(text):
        raise ValueError("At most 12 letters, digits or . / - _, such as INV- or 2026/.")
    return text


def whole_number(what: str, least: int, most: int) -> Callable[[str], int]:
    """A number without a fraction; ``what`` names it at the start of a sentence."""

    def check(text: str) -> int:
        text = text.strip()
        if not (text.isascii() and text.isdecimal() and len(text) <= 12):
            raise ValueError(f"{what} has to be a whole number.")
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"{what} has to be from {least:,} to {most:,}.")
        return number

    return check


# Each kind of document: where its numbers are, and the fields that make them.
_NUMBERED = (
    (table_of(Invoice), "prefix", "next"),
    (table_of(CreditNote), "credit_prefix", "credit_next"),
)


def _look(session: Session, company: Company, typed: Mapping[str, str]) -> dict[str, Any]:
    """Every number of the company is gone through: while it is locked nobody could write any."""
    seen = {}
    for table, prefix_name, next_name in _NUMBERED:
        start = typed.get(prefix_name, "").strip()
        highest = highest_used(session, table, company.id, start)
        seen[prefix_name] = (start, _next_of(company, next_name), highest)
    return seen


def _judge(
    session: Session,
    company: Company,
    values: Mapping[str, Any],
    changed: Collection[str],
    seen: Mapping[str, Any],
) -> dict[str, str]:
    """No number is given twice, and none comes before one that was given."""
    problems = {}
    for table, prefix_name, next_name in _NUMBERED:
        if prefix_name not in changed and next_name not in changed:
            continue
        start, next_then, highest = seen[prefix_name]
        if (start, next_then) != (values[prefix_name], _next_of(company, next_name)):
            # Some were given meanwhile.
            highest = highest_used(session, table, company.id, values[prefix_name])
        if values[next_name] <= highest:
            used = f"{values[prefix_name]}{highest:04d}"
            problems[next_name] = (
                f"{used} is used already: the next number has to be {highest + 1} or more."
            )
    return problems


def _next_of(company: Company, name: str) -> int:
    return company.next_invoice_number if name == "next" else company.next_credit_note_number


def highest_used(session: Session, table: Table, company_id: str, start: str) -> int:
    """The highest number that was given after ``start``; 0 where there is none."""
    rest = func.substr(table.c.number, len(start) + 1)
    found = session.connection().execute(
        select(rest)
        .where(
            table.c.company_id == company_id,
            func.substr(table.c.number, 1, len(start)) == start,
        )
        .order_by(func.length(table.c.number).desc(), table.c.number.desc())
        .limit(_LOOKED_AT)
    )
    digits = [text for text in found.scalars() if text.isascii() and text.isdecimal()]
    return max((int(text) for text in digits if len(text) <= 9), default=0)


INVOICES = Section(
    "Invoices",
    "invoices",
    {
        "prefix": Setting("Prefix", prefix, "invoice_prefix"),
        "next": Setting(
            "Next number", whole_number("The next number", 1, _HIGHEST), "next_invoice_number"
        ),
        "credit_prefix": Setting("Credit note prefix", prefix, "credit_note_prefix"),
        "credit_next": Setting(
            "Next credit note",
            whole_number("The next number", 1, _HIGHEST),
            "next_credit_note_number",
        ),
        "days": Setting(
            "Payment terms",
            whole_number("The number of days", 0, _LONGEST_TERMS_DAYS),
            "payment_terms_days",
        ),
        "partial": Setting("Partial payments", on_or_off, "partial_payments", ticked),
        "terms": Setting("Terms", checks.lines("The terms text", 2000), "terms"),
    },
    look=_look,
    judge=_judge,
)


@dataclass(frozen=True)
class InvoiceSettingsView:
    """As a SectionView. ``example`` is the number that the next invoice would get."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    basis: str = ""
    example: str = ""
    credit_example: str = ""


def show_invoice_settings(scope: Scope) -> InvoiceSettingsView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return InvoiceSettingsView(desk, loaded=True)
        texts = INVOICES.texts(company)
        return InvoiceSettingsView(
            desk,
            loaded=True,
            allowed=True,
            texts=texts,
            basis=as_basis(texts),
            example=f"{company.invoice_prefix}{company.next_invoice_number:04d}",
            credit_example=f"{company.credit_note_prefix}{company.next_credit_note_number:04d}",
        )
