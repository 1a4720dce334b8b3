"""From a sheet's words to a draft: what it comes to, and what is the matter beside which field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.discount import NO_DISCOUNT, Discount, parse_discount
from fsm_portal.domain.invoice_total import InvoiceTotal, add_up
from fsm_portal.domain.money import MAX_AMOUNT
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.invoicing.read_line import Problems, missing_in, read_line
from fsm_portal.flows.invoicing.sheet_content import SheetContent
from fsm_portal.flows.invoicing.write_invoice import DraftLine, figures_of

_NO_TOTAL = add_up([], {})
_LONGEST_NOTES = 2000
_LATEST = date(2100, 1, 1)


@dataclass(frozen=True)
class Reading:
    """``lines`` are the sound ones by their key. ``problems`` stand beside the fields of their
    names, those of a line under ``price-3``. ``deposit`` in minor units."""

    lines: Mapping[str, DraftLine] = field(default_factory=dict)
    total: InvoiceTotal = _NO_TOTAL
    discount: Discount = NO_DISCOUNT
    deposit: int | None = None
    issue_date: date | None = None
    due_date: date | None = None
    terms_days: int | None = None
    # When it would be due if it were sent today.
    due_if_sent: date | None = None
    problems: Problems = field(default_factory=dict)


def read_sheet(content: SheetContent, company: Company, rates: Mapping[str, TaxRate]) -> Reading:
    """Read ``content`` for ``company``; what is missing counts once it was ``pressed``."""
    problems: Problems = {}
    lines: dict[str, DraftLine] = {}
    for line in content.written:
        read, wrong = read_line(line, company.currency, frozenset(rates))
        if content.pressed:
            wrong = missing_in(line) | wrong
        problems |= {f"{name}-{line.key}": words for name, words in wrong.items()}
        if read is not None:
            lines[line.key] = read
    discount, total = _total(content, company, list(lines.values()), rates, problems)
    deposit = _deposit(content, company, total, problems)
    issued, due, days = _dates(content, company, problems)
    if len(content.notes.strip()) > _LONGEST_NOTES:
        problems["notes"] = f"At most {_LONGEST_NOTES:,} characters."
    if content.pressed and not content.customer_id:
        problems["customer_search"] = "Choose who is billed."
    if content.pressed and not content.written:
        first = content.lines[0].key if content.lines else "1"
        problems[f"description-{first}"] = "An invoice has one line at least."
    ahead = timedelta(days=company.payment_terms_days if days is None else days)
    dated = issued or today(company.time_zone)
    return Reading(
        lines, total, discount, deposit, issued, due, days, due or dated + ahead, problems
    )


def _total(
    content: SheetContent,
    company: Company,
    lines: list[DraftLine],
    rates: Mapping[str, TaxRate],
    problems: Problems,
) -> tuple[Discount, InvoiceTotal]:
    discount = NO_DISCOUNT
    try:
        discount = parse_discount(content.discount, company.currency)
        total = figures_of(lines, rates, discount)
    except ValueError as error:
        unsound = discount == NO_DISCOUNT
        problems["discount"] = str(error) if unsound else "A discount is at most what it is off."
        discount, total = NO_DISCOUNT, figures_of(lines, rates)
    if abs(total.total) > MAX_AMOUNT:
        problems["discount"] = "This is more than an invoice can hold."
        return NO_DISCOUNT, _NO_TOTAL
    return discount, total


def _deposit(
    content: SheetContent, company: Company, total: InvoiceTotal, problems: Problems
) -> int | None:
    """What is asked for first: of the total where it is a percentage."""
    try:
        asked = parse_discount(content.deposit, company.currency)
    except ValueError:
        problems["deposit"] = "Enter a deposit such as 30% or 150.00."
        return None
    amount = asked.of(total.total)
    if not content.deposit.strip() or amount <= 0:
        return None
    if amount > total.total:
        problems["deposit"] = "A deposit is at most the total."
        return None
    return amount


def _dates(
    content: SheetContent, company: Company, problems: Problems
) -> tuple[date | None, date | None, int | None]:
    """The day of issue and the due date where they were chosen, and the days between otherwise."""
    issued = _day(content.issue_date, "issue_date", problems)
    if content.terms != "day":
        days = content.terms
        known = days.isascii() and days.isdigit() and int(days[:4]) <= 365
        return issued, None, int(days[:4]) if known else None
    due = _day(content.due_date, "due_date", problems)
    if due is None:
        if content.pressed and "due_date" not in problems:
            problems["due_date"] = "Choose the day, or other terms."
        return issued, None, None
    if due < (issued or today(company.time_zone)):
        problems["due_date"] = "The due date is not before the day of issue."
    return issued, due, None


def _day(typed: str, name: str, problems: Problems) -> date | None:
    if not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        problems[name] = "Enter a day such as 2026-11-30."
        return None
    if not date(2000, 1, 1) <= day <= _LATEST:
        problems[name] = "Choose a day between 2000 and 2100."
        return None
    return day
