"""A customer's statement on screen: what was owed, what moved, what is owed now."""

from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ledger import Kind
from fsm_portal.flows.companies.company_frame import CompanyFrame, company_frame
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.paging import PAGE, page_number, place
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.flows.statement.statement_closing import (
    NOTHING_APART,
    apart_words,
    closing_words,
    set_apart,
)
from fsm_portal.flows.statement.statement_period import Period, WrongPeriod, period_of
from fsm_portal.flows.statement.statement_rows import (
    Movement,
    Sums,
    statement_movements,
    statement_sums,
)
from fsm_portal.flows.statement.statement_words import Words, movement_words, paper_of
from fsm_portal.gateways import formats


@dataclass(frozen=True)
class StatementQuery:
    """What the address says: a client's words, checked where they are read."""

    preset: str = ""
    first: str = ""
    last: str = ""
    page: str = ""


@dataclass(frozen=True)
class StatementRow:
    """One movement, or the balance before the first and after the last of a page.

    ``page`` is one of the portal, ``document`` a file, ``paper`` what that is called; mostly empty.
    ``kind`` is ``balance`` for what is no movement.
    """

    id: str
    day: str
    title: str
    note: str = ""
    amount: str = ""
    balance: str = ""
    page: str = ""
    document: str = ""
    paper: str = ""
    kind: str = "movement"


@dataclass(frozen=True)
class CurrencyView:
    """One currency: its sums over the whole period, and the movements of this page of it."""

    currency: str
    name: str = ""
    opening: str = ""
    raised: str = ""
    lowered: str = ""
    closing: str = ""
    closing_words: str = ""
    rows: tuple[StatementRow, ...] = ()


@dataclass(frozen=True)
class StatementView:
    """Texts are ready to show. ``first`` and ``last`` are days for the fields of the form.

    ``problem`` is what is wrong with the days that the address names; nothing is shown then.
    """

    loaded: bool = False
    company: CompanyFrame = field(default_factory=CompanyFrame)
    person: str = ""
    customer: str = ""
    preset: str = ""
    first: str = ""
    last: str = ""
    period: str = ""
    problem: str = ""
    currencies: tuple[CurrencyView, ...] = ()
    # What it comes to, for whoever hears the page: "You owe $360.00".
    said: str = ""
    nothing: bool = False
    # Where one is in a long list; empty where all of it is here.
    place: str = ""
    page: int = 1
    is_first: bool = True
    is_last: bool = True
    pdf_url: str = ""


def show_statement(scope: Scope, query: StatementQuery) -> StatementView:
    """The statement of the customer of ``scope``; page 1 where the address names none.

    Staff see what the customer sees, with links to their own pages.
    """
    with reading() as session:
        company = session.get_one(Company, scope.company_id)
        customer = session.get_one(Customer, (scope.company_id, scope.customer_id))
        frame = StatementView(
            loaded=True,
            company=company_frame(company),
            person=customer.greeting,
            customer=customer.name,
        )
        try:
            period = period_of(query.preset, query.first, query.last, today(company.time_zone))
        except WrongPeriod as error:
            return replace(frame, first=query.first, last=query.last, problem=str(error))
        page = page_number(query.page)
        return _Statement(session, scope, company, customer, period, page).view(frame)


def period_words(period: Period, locale: str) -> str:
    """``Aug 23, 2026 – Nov 22, 2026``."""
    last = formats.day(period.last, locale)
    return f"{formats.day(period.first, locale)} – {last}" if period.first else f"Until {last}"


class _Statement:
    """One page of it, while it is put together."""

    def __init__(
        self,
        session: Session,
        scope: Scope,
        company: Company,
        customer: Customer,
        period: Period,
        page: int,
    ) -> None:
        self._zone = ZoneInfo(company.time_zone)
        self._to_staff = scope.audience == "staff"
        self._customer_id = customer.id
        self._locale = company.locale if self._to_staff else reader_locale(company, customer)
        self._period = period
        since, until = period.moments(company.time_zone)

        self._sums = statement_sums(session, scope, since, until)
        self._count = sum(one.count for one in self._sums)
        # Beyond the end: the last one.
        self._page = min(page, max(1, -(-self._count // PAGE)))
        self._offset = (self._page - 1) * PAGE
        self._movements = statement_movements(
            session, scope, since, until, self._sums, limit=PAGE, offset=self._offset
        )
        # Known of this moment alone, not of an earlier day's balance.
        is_of_today = period.last >= today(company.time_zone)
        self._apart = set_apart(session, scope) if is_of_today else {}
        words = movement_words(session, scope, self._movements, self._locale)
        self._words = dict(zip((each.id for each in self._movements), words, strict=True))
        if not self._sums:
            # A customer of whom the books know nothing yet.
            self._sums = (Sums(company.currency, 0, 0, 0, 0),)

    def view(self, frame: StatementView) -> StatementView:
        period, shown = self._period, len(self._movements)
        return replace(
            frame,
            preset=period.preset,
            first=period.first.isoformat() if period.first else "",
            last=period.last.isoformat(),
            period=period_words(period, self._locale),
            currencies=tuple(map(self._currency, self._sums)),
            said=", ".join(map(self._said, self._sums)),
            nothing=self._count == 0,
            place=place(self._page, shown, self._count, "movements") if self._count > PAGE else "",
            page=self._page,
            is_first=self._page == 1,
            is_last=self._offset + shown >= self._count,
            pdf_url=f"{self._pdf}?{urlencode(period.query)}",
        )

    @property
    def _pdf(self) -> str:
        if self._to_staff:
            return f"/documents/customers/{self._customer_id}/statement.pdf"
        return "/documents/statement.pdf"

    def _closing(self, sums: Sums) -> str:
        return closing_words(sums, to_staff=self._to_staff)

    def _apart_of(self, sums: Sums) -> str:
        apart = self._apart.get(sums.currency, NOTHING_APART)
        return apart_words(sums, apart, self._locale, to_staff=self._to_staff)

    def _said(self, sums: Sums) -> str:
        balance = self._money(abs(sums.closing), sums)
        if apart := self._apart_of(sums):
            return f"Closing balance {balance}: {apart}"
        return f"{self._closing(sums)} {balance}"

    def _currency(self, sums: Sums) -> CurrencyView:
        return CurrencyView(
            currency=sums.currency,
            name=f"In {sums.currency}" if len(self._sums) > 1 else "Movements",
            opening=self._money(sums.opening, sums),
            raised=self._money(sums.raised, sums),
            lowered=self._money(sums.lowered, sums),
            closing=self._money(sums.closing, sums),
            closing_words=self._apart_of(sums) or self._closing(sums),
            rows=self._rows(sums),
        )

    def _rows(self, sums: Sums) -> tuple[StatementRow, ...]:
        """The movements of this page, between the balances that lead to them and from them."""
        mine = [each for each in self._movements if each.currency == sums.currency]
        if not mine:
            return ()
        earlier = sum(one.count for one in self._sums if one.currency < sums.currency)
        begins = self._offset <= earlier
        ends = self._offset + len(self._movements) >= earlier + sums.count
        return (
            self._balance(
                "Opening balance" if begins else "Brought forward",
                self._period.first if begins else None,
                mine[0].balance - mine[0].amount,
                sums,
            ),
            *[self._row(each, sums) for each in mine],
            self._balance(
                "Closing balance" if ends else "Carried forward",
                self._period.last if ends else None,
                mine[-1].balance,
                sums,
            ),
        )

    def _balance(self, title: str, day: date | None, balance: int, sums: Sums) -> StatementRow:
        return StatementRow(
            id=f"{title} {sums.currency}",
            day=formats.day(day, self._locale) if day is not None else "",
            title=title,
            balance=self._money(balance, sums),
            kind="balance",
        )

    def _row(self, movement: Movement, sums: Sums) -> StatementRow:
        words: Words = self._words[movement.id]
        page, document = paper_of(movement, words, "dashboard" if self._to_staff else "portal")
        day = movement.at.astimezone(self._zone).date()
        return StatementRow(
            id=movement.id,
            day=formats.day(day, self._locale),
            title=words.title,
            note=words.note,
            amount=self._money(movement.amount, sums) if movement.amount else "",
            balance=self._money(movement.balance, sums),
            page=page,
            document=document,
            paper=("PDF" if movement.family == Kind.CREDIT_NOTE else "Receipt") if document else "",
        )

    def _money(self, amount: int, sums: Sums) -> str:
        return formats.money(amount, sums.currency, self._locale)
