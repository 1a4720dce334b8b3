"""What a closing balance means to its reader, and what of it nobody is asked for now.

A statement counts all that the books have. But nobody is asked for what a bank is looking into,
nor for what went back twice (decision 0011), nor once more for what their bank is on the way with:
that difference is said beside the balance.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.customer_credit import returned_twice
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.paying.on_its_way import on_its_way
from fsm_portal.flows.payments.under_dispute import disputed_invoices
from fsm_portal.flows.statement.statement_rows import Sums
from fsm_portal.gateways import formats, pdf

_due = table_of(InvoiceDue)

# Made once: writing a statement costs more than running it.
_WITH_BANK = (
    select(_due.c.currency, func.sum(_due.c.due))
    .where(
        _due.c.company_id == bindparam("company_id"),
        _due.c.customer_id == bindparam("customer_id"),
        TO_PAY,
        _due.c.invoice_id.in_(disputed_invoices(bindparam("company_id"))),
    )
    .group_by(_due.c.currency)
)


@dataclass(frozen=True)
class Apart:
    """Of what is owed in one currency now, minor units: ``with_bank`` is due on invoices whose
    payment a bank is looking into, ``twice`` was refunded and taken back by the bank as well,
    ``on_its_way`` the customer's bank was told to pay."""

    with_bank: int = 0
    twice: int = 0
    on_its_way: int = 0


NOTHING_APART = Apart()


def set_apart(session: Session, scope: Scope) -> Mapping[str, Apart]:
    """What is apart of the balances of the customer of ``scope`` at this moment, by currency."""
    key = {"company_id": scope.company_id, "customer_id": scope.customer_id}
    with_bank = {code: int(due) for code, due in session.connection().execute(_WITH_BANK, key)}
    twice = returned_twice(session, scope.company_id, scope.customer_id or "")
    way = on_its_way(session, scope)
    return {
        currency: Apart(with_bank.get(currency, 0), twice.get(currency, 0), way.get(currency, 0))
        for currency in with_bank.keys() | twice.keys() | way.keys()
    }


def closing_words(sums: Sums, *, to_staff: bool = False) -> str:
    """What a closing balance means to the reader, where all of it is asked for."""
    if sums.closing > 0:
        return "Owed to you" if to_staff else "You owe"
    if sums.closing < 0:
        return "Their credit" if to_staff else "Your credit"
    return "Nothing owed" if to_staff else "Nothing to pay"


def apart_words(
    sums: Sums,
    apart: Apart,
    locale: str,
    *,
    to_staff: bool = False,
    words: pdf.Wording | None = None,
) -> str:
    """How much of a closing balance is to be paid now, and why not all; empty where it is all.

    In English, but for a customer whose paper is in the language of ``words``.
    """
    if sums.closing <= 0 or apart == NOTHING_APART:
        return ""
    left = sums.closing - apart.with_bank - apart.twice - apart.on_its_way
    asked, with_bank, twice, way = (
        formats.money(amount, sums.currency, locale) if amount > 0 else ""
        for amount in (left, apart.with_bank, apart.twice, apart.on_its_way)
    )
    said = words or pdf.wording("en_US")
    key = "statement.to_pay_now" if asked else "statement.nothing_to_pay_now"
    parts: list[str] = [said(key, amount=asked)]
    if to_staff:
        if way:
            parts.append(f"{way} on its way from the customer’s bank")
        if with_bank:
            parts.append(f"{with_bank} with the customer’s bank")
        if twice:
            parts.append(f"{twice} went back twice and is not asked for")
    else:
        apart_of_it = {"from_bank": way, "with_bank": with_bank, "twice": twice}
        parts += [
            said(f"statement.{name}", amount=amount)
            for name, amount in apart_of_it.items()
            if amount
        ]
    return said.joined(*parts, by="; ")
