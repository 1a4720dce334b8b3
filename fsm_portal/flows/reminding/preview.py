"""The reminders of one real invoice before they leave: the letter of each step, and its day."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_due import TO_PAY, InvoiceDue
from fsm_portal.domain.mail_text import TextKind
from fsm_portal.domain.reminder import EARLIEST, LATEST, USUAL
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import Standing, standings
from fsm_portal.flows.invoices.list_invoices import InvoiceQuery, first_of_list, invoice_query
from fsm_portal.flows.mailing.letter_to import sender
from fsm_portal.flows.mailing.shown_letter import LEFT_OUT, NO_LETTER, ShownLetter, shown
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.flows.reminding.its_steps import (
    StepLetter,
    its_steps,
    leaves_at,
    letter_address,
)
from fsm_portal.flows.reminding.letter_of import reminder_of
from fsm_portal.flows.reminding.quiet import why_quiet
from fsm_portal.flows.reminding.round import steps_of
from fsm_portal.flows.settings.sample_letter import sample_letter
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import formats
from fsm_portal.gateways.languages import language_of
from fsm_portal.gateways.letters import Reader
from fsm_portal.gateways.locales import locale_name
from fsm_portal.gateways.reminder_letters import reminder_letter

_due = table_of(InvoiceDue)

_OFFERED = 8
# By the index of what is to pay, whatever else there is.
_OPEN = select(_due.c.invoice_id).where(_due.c.company_id == bindparam("company_id"), TO_PAY)
_COMING = (
    _OPEN.where(_due.c.due_date >= bindparam("since"))
    .order_by(_due.c.due_date, _due.c.invoice_id)
    .limit(1)
)
_LATEST = _OPEN.order_by(_due.c.due_date.desc(), _due.c.invoice_id.desc()).limit(1)


@dataclass(frozen=True)
class PreviewQuery:
    """Which letter is looked at: of which invoice, empty for the one that comes next; of which
    step, None for the next one; and what is searched for among the open invoices."""

    invoice_id: str = ""
    days: int | None = None
    search: str = ""


def preview_query(invoice_id: object, days: object, search: object) -> PreviewQuery:
    """What values from outside mean; whatever makes no sense counts as absent."""
    known = invoice_id if isinstance(invoice_id, str) and is_id(invoice_id) else ""
    digits = days.removeprefix("-") if isinstance(days, str) else ""
    step = int(str(days)) if digits.isascii() and digits.isdecimal() and len(digits) < 4 else None
    return PreviewQuery(
        known,
        step if step is not None and EARLIEST <= step <= LATEST else None,
        invoice_query("all", search).search,
    )


@dataclass(frozen=True)
class Offered:
    """An open invoice whose reminders can be looked at, at the address ``letter``."""

    id: str
    number: str
    customer: str
    amount: str
    due: str
    letter: str


@dataclass(frozen=True)
class ReminderPreview:
    """``id`` is empty where no invoice is open; ``amount`` what is due on it. ``reader`` is whoever
    reads the letter, ``language`` in what. ``quiet`` says why nobody is reminded of it as things
    stand.
    """

    id: str = ""
    number: str = ""
    customer: str = ""
    amount: str = ""
    due: str = ""
    reader: str = ""
    language: str = ""
    quiet: str = ""
    chosen: int = 0
    steps: tuple[StepLetter, ...] = ()
    letter: ShownLetter = NO_LETTER
    offered: tuple[Offered, ...] = ()
    search: str = ""


NO_PREVIEW = ReminderPreview()


@dataclass(frozen=True)
class LettersView:
    """As a SectionView. ``sample`` is a letter about an invoice that was made up, where none is
    open; ``on`` and ``has_steps`` say whether anything goes out by itself."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    on: bool = False
    has_steps: bool = False
    preview: ReminderPreview = NO_PREVIEW
    sample: ShownLetter = NO_LETTER


def show_letters(scope: Scope, query: PreviewQuery) -> LettersView:
    """What ``query`` asks for, through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return LettersView(desk, loaded=True)
        steps = steps_of(session, company.id)
        preview = _preview(session, scope, company, steps, query)
        return LettersView(
            desk,
            loaded=True,
            allowed=True,
            on=company.reminders_on,
            has_steps=bool(steps),
            preview=preview,
            sample=NO_LETTER if preview.id else _sample(company),
        )


def _sample(company: Company) -> ShownLetter:
    language = language_of(company.locale)
    return shown(sample_letter(company, TextKind.REMINDER_LATE, language, ""))


def _preview(
    session: Session, scope: Scope, company: Company, steps: list[int], query: PreviewQuery
) -> ReminderPreview:
    """The letters of an open invoice, for a company with these ``steps``; of those that most begin
    with where it has none yet."""
    days = steps or list(USUAL)
    offered = _offered(session, company, query.search)
    invoice = _invoice(session, scope, query.invoice_id or _first(session, company, days[-1]))
    if invoice is None:
        return ReminderPreview(offered=offered, search=query.search)
    customer = session.get_one(Customer, (company.id, invoice.customer_id))
    standing = standings(session, company, [invoice])[invoice.id]
    quiet = why_quiet(session, company, [invoice], {invoice.id: standing})[invoice.id]
    if query.days is not None and query.days not in days:
        # A step that was taken away while somebody looked at its letter.
        query = PreviewQuery(query.invoice_id, None, query.search)
    chosen = query.days if query.days is not None else _next(company, invoice, days)
    return ReminderPreview(
        id=invoice.id,
        number=invoice.number,
        customer=customer.name,
        amount=formats.money(standing.balance.due, invoice.currency, company.locale),
        due=formats.day(invoice.due_date, company.locale),
        reader=f"{customer.greeting} <{customer.email}>" if customer.email else "",
        language=locale_name(language_of(reader_locale(company, customer))),
        quiet=quiet,
        chosen=chosen,
        steps=its_steps(session, company, invoice, days, quiet),
        letter=_letter(session, company, customer, invoice, chosen, standing),
        offered=offered,
        search=query.search,
    )


def _offered(session: Session, company: Company, search: str) -> tuple[Offered, ...]:
    """The first open invoices, what waits longest first."""
    rows = first_of_list(session, company, InvoiceQuery("unpaid", search, "due"), _OFFERED)
    return tuple(
        Offered(row.id, row.number, row.customer, row.due, row.due_date, letter_address(row.id))
        for row in rows
    )


def _first(session: Session, company: Company, last_step: int) -> str:
    """The open invoice whose reminders come next; the latest due where all are over."""
    since = today(company.time_zone) - timedelta(days=last_step)
    key = {"company_id": company.id}
    found = session.connection().execute(_COMING, key | {"since": since}).scalar()
    return found or session.connection().execute(_LATEST, key).scalar() or ""


def _invoice(session: Session, scope: Scope, invoice_id: str) -> Invoice | None:
    """An issued invoice of the company; a draft has no letters yet, and a stranger's is none."""
    invoice = session.get(Invoice, (scope.company_id, invoice_id)) if invoice_id else None
    return invoice if invoice is not None and invoice.issued_at is not None else None


def _next(company: Company, invoice: Invoice, steps: list[int]) -> int:
    """The step whose day comes next, the last one where all are over."""
    first = today(company.time_zone)
    coming = (days for days in steps if invoice.due_date + timedelta(days=days) >= first)
    return next(coming, steps[-1])


def _letter(
    session: Session,
    company: Company,
    customer: Customer,
    invoice: Invoice,
    days: int,
    standing: Standing,
) -> ShownLetter:
    """As it would leave, in the customer's language; its links without what makes them work."""
    if standing.balance.due <= 0 or invoice.voided_at is not None:
        return NO_LETTER
    writer, base = sender(company, customer), settings().base_url
    facts = reminder_of(
        session,
        company,
        customer,
        invoice,
        key="preview",
        days=days,
        language=writer.language,
        link=f"{base}/sign-in/{LEFT_OUT}" if company.offers_portal else "",
        link_valid_until=leaves_at(company, invoice, days)
        + timedelta(hours=settings().invoice_link_hours),
        stop=f"{base}/reminders/{LEFT_OUT}",
    )
    return shown(reminder_letter(writer, Reader(customer.greeting, customer.email or ""), facts))
