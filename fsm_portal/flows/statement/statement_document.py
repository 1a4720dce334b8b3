"""A customer's statement, drawn as PDF."""

from zoneinfo import ZoneInfo

from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_document import bill_to, company_block
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.flows.statement.statement_closing import NOTHING_APART, apart_words, set_apart
from fsm_portal.flows.statement.statement_period import Period, period_of
from fsm_portal.flows.statement.statement_rows import Sums, statement_movements, statement_sums
from fsm_portal.flows.statement.statement_words import movement_words
from fsm_portal.gateways import pdf


def statement_pdf(scope: Scope, preset: str, first: str, last: str) -> tuple[str, bytes] | None:
    """File name and bytes of the statement of the customer of ``scope``; None for anybody else.

    The days are as an address names them (see ``period_of``). Raises WrongPeriod.
    """
    if scope.customer_id is None:
        return None
    with reading() as session:
        company = session.get_one(Company, scope.company_id)
        period = period_of(preset, first, last, today(company.time_zone))
        document = statement_document(session, scope, company, period)
    since = f"{period.first} to " if period.first else "until "
    return f"Statement {since}{period.last}.pdf", pdf.render_statement(document)


def statement_for_staff(
    scope: Scope, customer_id: str, preset: str, first: str, last: str
) -> tuple[str, bytes] | None:
    """The same paper, word for word, for staff of the customer's company; None for anybody else,
    and for a customer who is not there. Raises WrongPeriod."""
    if scope.audience != "staff" or not is_id(customer_id):
        return None
    with reading() as session:
        if session.get(Customer, (scope.company_id, customer_id)) is None:
            return None
    theirs = Scope("customer", scope.company_id, customer_id, None)
    return statement_pdf(theirs, preset, first, last)


def statement_document(
    session: Session, scope: Scope, company: Company, period: Period
) -> pdf.StatementDocument:
    """All movements of the period, as the ledger has them now."""
    customer = session.get_one(Customer, (scope.company_id, scope.customer_id))
    locale = reader_locale(company, customer)
    since, until = period.moments(company.time_zone)
    sums = statement_sums(session, scope, since, until)
    movements = statement_movements(session, scope, since, until, sums)
    language = pdf.wording(locale)
    words = movement_words(session, scope, movements, locale, language)
    # Known of this moment alone, not of an earlier day's balance.
    is_of_today = period.last >= today(company.time_zone)
    apart = set_apart(session, scope) if is_of_today else {}
    zone = ZoneInfo(company.time_zone)
    rows: dict[str, list[pdf.StatementRow]] = {}
    for movement, said in zip(movements, words, strict=True):
        rows.setdefault(movement.currency, []).append(
            pdf.StatementRow(
                day=movement.at.astimezone(zone).date(),
                title=said.title,
                note=said.note,
                amount=movement.amount,
                balance=movement.balance,
            )
        )
    return pdf.StatementDocument(
        company=company_block(company),
        customer=bill_to(customer, company),
        first=period.first,
        last=period.last,
        accounts=tuple(
            pdf.StatementAccount(
                currency=one.currency,
                opening=one.opening,
                raised=one.raised,
                lowered=one.lowered,
                closing=one.closing,
                rows=tuple(rows.get(one.currency, ())),
                note=apart_words(
                    one, apart.get(one.currency, NOTHING_APART), locale, words=language
                ),
            )
            for one in sums or (Sums(company.currency, 0, 0, 0, 0),)
        ),
        # Equal statements are equal files, so the moment is that of what is in them.
        created_at=max((each.at for each in movements), default=since),
        terms=company.terms,
        locale=locale,
    )
