"""What happened to an invoice, in order: written, sent, opened, paid, credited, void."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Row, and_, bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.audit_entry import AuditEntry, Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_open import How, InvoiceOpen
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.crediting.credits_used import CreditUsed
from fsm_portal.flows.mailing.deliveries import DeliveryView
from fsm_portal.flows.payment_rows import PaymentKey, PaymentRow
from fsm_portal.flows.reminding.reminders_of import reminders_of
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently
from fsm_portal.gateways.user_agent import browser_words

_open = table_of(InvoiceOpen)
_session = table_of(LoginSession)
_note = table_of(CreditNote)
_staff = table_of(Staff)
_entry = table_of(AuditEntry)

_SHOWN = 40
_DEEDS = {
    Deed.WROTE_INVOICE: "Written",
    Deed.EDITED_INVOICE: "Edited",
    Deed.DISCARDED_DRAFT: "Discarded",
    Deed.VOIDED_INVOICE: "Voided",
}
_OPENED = {
    How.LINK: "Opened from the email",
    How.PAGE: "Looked at in the portal",
    How.PDF: "PDF downloaded",
}

# Each by its own key: by one condition of two halves all sessions of the company are gone through.
_in_it, _by_its_link = _session.alias(), _session.alias()
_OPENS = (
    select(_open, func.coalesce(_in_it.c.user_agent, _by_its_link.c.user_agent).label("user_agent"))
    .outerjoin(
        _in_it,
        and_(_in_it.c.company_id == _open.c.company_id, _in_it.c.id == _open.c.by),
    )
    .outerjoin(
        _by_its_link,
        and_(
            _by_its_link.c.company_id == _open.c.company_id,
            _by_its_link.c.link_id == _open.c.by,
            _open.c.how == How.LINK,
        ),
    )
    .where(
        _open.c.company_id == bindparam("company_id"),
        _open.c.invoice_id == bindparam("invoice_id"),
    )
)

Tone = Literal["good", "bad", "warn", "info", "quiet"]


@dataclass(frozen=True)
class Moment:
    """One thing that happened: a sentence, its circumstances, its tone."""

    id: str
    title: str
    note: str
    tone: Tone


Dated = tuple[datetime, Moment]


def timeline(
    session: Session,
    company: Company,
    invoice: Invoice,
    deliveries: Sequence[tuple[datetime, DeliveryView]],
    payments: Iterable[tuple[PaymentKey, PaymentRow]],
    credits: Iterable[CreditUsed],
) -> tuple[Moment, ...]:
    """The latest first: ``deliveries``, ``payments`` and ``credits`` of the invoice among them."""
    found = [
        *_deeds(session, company, invoice),
        *_opens(session, company, invoice),
        *_credit_notes(session, company, invoice),
        *_reminders(session, company, invoice),
        *((at, _letter(letter)) for at, letter in deliveries),
        *((key.at, _paid(company, key, row)) for key, row in payments),
        *((one.used_at, _used(company, one)) for one in credits),
    ]
    found.sort(key=lambda one: (one[0], one[1].id), reverse=True)
    return tuple(moment for _, moment in found[:_SHOWN])


def _deeds(session: Session, company: Company, invoice: Invoice) -> Iterator[Dated]:
    rows = session.connection().execute(
        select(_entry.c.id, _entry.c.at, _entry.c.name, _entry.c.deed).where(
            _entry.c.company_id == company.id,
            _entry.c.about == "invoice",
            _entry.c.about_id == invoice.id,
            _entry.c.deed.in_([deed.value for deed in _DEEDS]),
        )
    )
    is_written = False
    for row in rows:
        deed = Deed(row.deed)
        is_written = is_written or deed is Deed.WROTE_INVOICE
        tone: Tone = "quiet" if deed in (Deed.WROTE_INVOICE, Deed.EDITED_INVOICE) else "warn"
        note = f"{_when(company, row.at)} by {row.name}"
        yield row.at, Moment(row.id, _DEEDS[deed], note, tone)
    if not is_written:
        at = invoice.created_at
        yield at, Moment("written", "Written", _when(company, at), "quiet")


def _opens(session: Session, company: Company, invoice: Invoice) -> Iterator[Dated]:
    rows = (
        session.connection()
        .execute(_OPENS, {"company_id": company.id, "invoice_id": invoice.id})
        .all()
    )
    came_in = {row.by for row in rows if row.how == How.LINK}
    for row in rows:
        if row.how != How.FETCHED:
            yield row.last_at, _opened(company, row)
        elif row.by not in came_in:
            yield row.last_at, _fetched(company, row)


def _opened(company: Company, row: Row[*tuple[object, ...]]) -> Moment:
    note = _when(company, row.last_at)
    if row.times > 1:
        note = f"{row.times} times, last {note}"
    device = browser_words(row.user_agent or "")
    return Moment(f"{row.by}-{row.how}", _OPENED[How(row.how)], f"{note} · {device}", "info")


def _fetched(company: Company, row: Row[*tuple[object, ...]]) -> Moment:
    """Before anybody came in by that link. Who has come in has fetched its page first."""
    note = f"{_when(company, row.last_at)}. Mail scanners do this; nobody has seen the invoice."
    return Moment(f"{row.by}-{row.how}", "Link fetched, not opened", note, "quiet")


def _credit_notes(session: Session, company: Company, invoice: Invoice) -> Iterator[Dated]:
    rows = session.connection().execute(
        select(
            _note.c.id,
            _note.c.number,
            _note.c.total,
            _note.c.reason,
            _note.c.created_at,
            _note.c.undone_at,
            _staff.c.name.label("by"),
        )
        .outerjoin(
            _staff,
            and_(_staff.c.company_id == _note.c.company_id, _staff.c.id == _note.c.written_by),
        )
        .where(_note.c.company_id == company.id, _note.c.invoice_id == invoice.id)
    )
    for row in rows:
        amount = formats.money(row.total, invoice.currency, company.locale)
        note = _when(company, row.created_at) + (f" by {row.by}" if row.by else "")
        if row.reason:
            note = f"{note} · {row.reason}"
        if row.undone_at is not None:
            note = f"{note}. Counts no more since {_when(company, row.undone_at)}"
        yield row.created_at, Moment(row.id, f"{row.number}: {amount} credited", note, "warn")


def _reminders(session: Session, company: Company, invoice: Invoice) -> Iterator[Dated]:
    for one in reminders_of(session, company, invoice):
        yield one.at, Moment(one.id, one.title, one.note, one.tone)


_LETTERS: dict[str, tuple[str, Tone]] = {
    "sent": ("Sent to", "info"),
    "failed": ("Could not be delivered to", "bad"),
    "retrying": ("Waiting to be sent to", "warn"),
    "sending": ("Being sent to", "quiet"),
    "waiting": ("Waiting to be sent to", "quiet"),
}


def _letter(letter: DeliveryView) -> Moment:
    words, tone = _LETTERS[letter.progress]
    return Moment(letter.id, f"{words} {letter.email}", letter.note, tone)


def _paid(company: Company, key: PaymentKey, row: PaymentRow) -> Moment:
    when = _when(company, key.at)
    if row.failed:
        return Moment(key.id, f"{row.gross} could not be paid", f"{when} · {row.reason}", "bad")
    if row.undone:
        note = f"{when} · {row.method}. {row.undone}"
        return Moment(key.id, f"Payment of {row.gross}, reversed since", note, "warn")
    return Moment(key.id, f"{row.gross} paid", f"{when} · {row.method}", "good")


def _used(company: Company, one: CreditUsed) -> Moment:
    note = _when(company, one.used_at) + (f" by {one.by}" if one.by else "")
    if one.undone:
        return Moment(
            one.id, f"Credit of {one.amount}, undone since", f"{note}. {one.undone}", "warn"
        )
    if one.reversed:
        words = f"Credit of {one.amount}, reversed since" if one.is_gone else ""
        return Moment(
            one.id, words or f"{one.amount} of credit used", f"{note}. {one.reversed}", "warn"
        )
    return Moment(one.id, f"{one.amount} of credit used", note, "good")


def _when(company: Company, at: datetime) -> str:
    return recently(at, company.time_zone, company.locale, now())
