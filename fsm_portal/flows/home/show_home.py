"""The customer's home: what there is to pay, who comes next, what was settled lately."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fsm_portal.db import reading
from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.domain.clock import today
from fsm_portal.domain.invoice_status import status_of
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.crediting.credit_words import credit_words
from fsm_portal.flows.home.home_recent import NO_VISIT, LastPayment, NextVisit, home_recent
from fsm_portal.flows.home.home_rows import add_up, home_host, home_rows, home_sums, takes_payments
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import StatusView, customers_status_view
from fsm_portal.flows.invoices.show_customer_invoice import due_words
from fsm_portal.flows.paying.checkout_arrived import checkout_arrived, receipt_arrived
from fsm_portal.flows.paying.choose_invoices import NO_CHOICE, ChoiceView, can_be_paid, choice_view
from fsm_portal.flows.paying.on_its_way import on_its_way
from fsm_portal.gateways import formats

# What is to pay: as many as can be paid at once. The settled have a page of their own.
SHOWN, SHOWN_SETTLED = 50, 5


@dataclass(frozen=True)
class HomeInvoice:
    """One row: what is left to pay and when, or what it came to and what became of it.

    ``payable``: it can be ticked to be paid with others; ``chosen``: it is.
    """

    id: str
    number: str
    issued_on: str
    when: str
    status: StatusView
    amount: str
    payable: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class HomeView:
    """``owed``, ``overdue`` and ``credit`` are amounts in words, one per currency; the last two
    may be empty.

    ``to_pay`` has the most urgent first, ``settled`` the newest. ``arrived`` is what the payment
    on whose return address the reader stands brought; empty until it is here.
    """

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    owed: str = ""
    owed_words: str = ""
    # How much of it a bank was told to pay and has not; empty where nothing is.
    on_its_way: str = ""
    overdue: str = ""
    overdue_words: str = ""
    credit: str = ""
    arrived: str = ""
    arrived_receipt: str = ""
    choice: ChoiceView = NO_CHOICE
    to_pay: tuple[HomeInvoice, ...] = ()
    more_to_pay: str = ""
    settled: tuple[HomeInvoice, ...] = ()
    visit: NextVisit = NO_VISIT
    payments: tuple[LastPayment, ...] = ()


def show_home(scope: Scope, chosen: frozenset[str] = frozenset(), checkout: str = "") -> HomeView:
    """The home of the customer of ``scope``, who ticked the invoices ``chosen``.

    ``checkout`` is what the address says of a payment that the reader comes back from.
    """
    with reading() as session:
        host = home_host(session, scope)
        day = today(host.time_zone)
        to_pay, settled = home_rows(session, scope, SHOWN, SHOWN_SETTLED)
        ids = [row.id for row in (*to_pay, *settled)]
        balances = invoice_balances(session, scope.company_id, ids)
        # What is shown in full is added up here, without asking again.
        in_full = len(to_pay) < SHOWN
        sums = add_up(to_pay, day) if in_full else home_sums(session, scope, day)
        asked_of_a_bank = not in_full or any(row.processing for row in to_pay)
        way = on_its_way(session, scope) if asked_of_a_bank else {}
        visit, payments = home_recent(session, scope, host, day)
        credit = credit_words(session, scope.company_id, scope.customer_id or "", host.locale)
        arrived = checkout_arrived(session, scope, checkout, host.locale)
        receipt = receipt_arrived(session, scope, checkout)
    choice = choice_view(to_pay, chosen, host.locale) if takes_payments(host) else NO_CHOICE
    is_open, late = sum(one.open for one in sums), sum(one.late for one in sums)
    return HomeView(
        loaded=True,
        company=company_frame(host),
        person=host.greeting,
        owed=_amounts({one.currency: one.owed for one in sums if one.open}, host),
        owed_words=_count(is_open, "open invoice") if is_open else "Nothing to pay",
        on_its_way=_on_its_way({one.currency: one.owed for one in sums}, way, host),
        overdue=_amounts({one.currency: one.overdue for one in sums if one.late}, host)
        if late
        else "",
        overdue_words=_count(late, "invoice") if late else "",
        credit=credit,
        arrived=arrived,
        arrived_receipt=receipt,
        choice=choice,
        to_pay=tuple(
            replace(
                _to_pay(row, balances[row.id], host, day),
                payable=choice.offered and can_be_paid(row),
                chosen=row.id in chosen,
            )
            for row in to_pay
        ),
        more_to_pay=f"The most urgent {SHOWN} of {is_open}." if is_open > SHOWN else "",
        settled=tuple(_settled(row, balances[row.id], host, day) for row in settled),
        visit=visit,
        payments=payments,
    )


def _to_pay(row: Any, balance: InvoiceBalance, host: Any, day: date) -> HomeInvoice:
    return HomeInvoice(
        id=row.id,
        number=row.number,
        issued_on=formats.day(row.issue_date, host.locale),
        when=due_words(row.due_date, day, host.locale, briefly=True),
        status=customers_status_view(status_of(row, balance, day, processing=row.processing)),
        amount=formats.money(row.due, row.currency, host.locale),
    )


def _settled(row: Any, balance: InvoiceBalance, host: Any, day: date) -> HomeInvoice:
    when = "Nothing to pay"
    if row.disputed:
        when = "Your bank is looking into it"
    elif row.last_paid is not None:
        paid_on = row.last_paid.astimezone(ZoneInfo(host.time_zone)).date()
        when = f"Paid {formats.day(paid_on, host.locale)}"
    elif balance.paid > 0:
        when = "Paid with credit"
    return HomeInvoice(
        id=row.id,
        number=row.number,
        issued_on=formats.day(row.issue_date, host.locale),
        when=when,
        status=customers_status_view(
            status_of(row, balance, day, processing=row.processing, disputed=bool(row.disputed))
        ),
        amount=formats.money(row.total, row.currency, host.locale),
    )


def _on_its_way(owed: Mapping[str, int], way: Mapping[str, int], host: Any) -> str:
    if not way:
        return ""
    if owed == way:
        return "All of it is on its way from your bank: there is nothing more to do."
    return f"{_amounts(way, host)} of it is on its way from your bank."


def _amounts(by_currency: Mapping[str, int], host: Any) -> str:
    amounts = by_currency or {host.currency: 0}
    return " + ".join(
        formats.money(amount, currency, host.locale) for currency, amount in amounts.items()
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
