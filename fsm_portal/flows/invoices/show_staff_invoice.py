"""Everything the office knows about one invoice."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, literal, select
from sqlmodel import Session

from fsm_portal.db import reading
from fsm_portal.domain.checkout_attempt import CheckoutAttemptInvoice
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.job import Job
from fsm_portal.domain.payment import FailedPayment, Payment, PaymentAllocation
from fsm_portal.domain.role import May
from fsm_portal.flows.by_hand.hand_view import NO_HAND, HandView, hand_view
from fsm_portal.flows.crediting.credits_used import CreditUsed, credits_used
from fsm_portal.flows.customers.customer_view import NO_CUSTOMER, CustomerView, customer_view
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.invoice_view import (
    LineView,
    StatusView,
    SumsView,
    line_views,
    standings,
    status_view,
    sums_view,
)
from fsm_portal.flows.invoicing.credit_offer import (
    NO_OFFER,
    CreditNoteView,
    CreditOffer,
    credit_notes_of,
    credit_offer,
)
from fsm_portal.flows.invoicing.timeline import Moment, timeline
from fsm_portal.flows.invoicing.void_invoice import may_be_voided
from fsm_portal.flows.mailing.deliveries import DeliveryView, deliveries_of
from fsm_portal.flows.mailing.letter_progress import NO_LETTER, LetterView
from fsm_portal.flows.papers.papers_view import NO_PAPERS, PapersView, papers_view
from fsm_portal.flows.payment_rows import (
    PaymentKey,
    PaymentRow,
    payment_rows,
    shows_platform_fee,
)
from fsm_portal.flows.reminding.offer import NO_REMINDER, ReminderOffer, reminder_offer
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways import formats

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_failed = table_of(FailedPayment)
_attempt_invoice = table_of(CheckoutAttemptInvoice)


NO_STATUS, NO_SUMS = StatusView(), SumsView()


@dataclass(frozen=True)
class StaffInvoiceView:
    """One invoice; ``id`` is the one asked for, ``found`` whether this company has it.

    ``letter`` is the last that was put in the post, ``sendable`` says whether one can be;
    ``may_void`` whether whoever looks can void it.
    """

    loaded: bool = False
    desk: Desk = NO_DESK
    id: str = ""
    found: bool = False
    number: str = ""
    status: StatusView = NO_STATUS
    customer: CustomerView = NO_CUSTOMER
    issued: str = ""
    due_date: str = ""
    lines: tuple[LineView, ...] = ()
    sums: SumsView = NO_SUMS
    notes: str = ""
    is_draft: bool = False
    letter: LetterView = NO_LETTER
    sendable: bool = False
    deliveries: tuple[DeliveryView, ...] = ()
    payments: tuple[PaymentRow, ...] = ()
    credits: tuple[CreditUsed, ...] = ()
    hand: HandView = NO_HAND
    shows_platform_fee: bool = False
    may_void: bool = False
    # Only a draft is edited; what was sent is credited and duplicated.
    may_edit: bool = False
    may_duplicate: bool = False
    credit: CreditOffer = NO_OFFER
    job_id: str = ""
    job: str = ""
    timeline: tuple[Moment, ...] = ()
    reminding: ReminderOffer = NO_REMINDER
    credit_notes: tuple[CreditNoteView, ...] = ()
    papers: PapersView = NO_PAPERS


def show_staff_invoice(scope: Scope, invoice_id: str) -> StaffInvoiceView:
    """The invoice as ``scope`` sees it. One of another company is no different from none."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        invoice = session.get(Invoice, (company.id, invoice_id))
        if invoice is None:
            return StaffInvoiceView(loaded=True, desk=desk, id=invoice_id)
        standing = standings(session, company, [invoice])[invoice.id]
        deliveries, letter = deliveries_of(session, company, invoice.id)
        credits = credits_used(session, company, invoice, company.locale)
        keys = _keys(session, company.id, invoice.id)
        payments = payment_rows(session, company, desk, keys, with_refunds=True)
        job = session.get(Job, (company.id, invoice.job_id)) if invoice.job_id else None
        customer = customer_view(
            session, company, session.get_one(Customer, (company.id, invoice.customer_id))
        )
        lines = line_views(session, invoice, company.locale)
        is_draft = invoice.issued_at is None and invoice.voided_at is None
        return StaffInvoiceView(
            loaded=True,
            desk=desk,
            id=invoice.id,
            found=True,
            number=invoice.number,
            status=status_view(standing.status),
            customer=customer,
            issued=formats.day(invoice.issue_date, company.locale),
            due_date=formats.day(invoice.due_date, company.locale),
            lines=lines,
            sums=sums_view(session, invoice, standing.balance, company.locale),
            notes=invoice.notes,
            is_draft=is_draft,
            letter=letter,
            sendable=invoice.voided_at is None and not standing.status.disputed,
            deliveries=tuple(each for _, each in deliveries),
            payments=payments,
            credits=credits,
            hand=hand_view(session, company, desk, invoice, standing),
            shows_platform_fee=shows_platform_fee(desk, payments),
            may_void=scope.may(May.VOID) and may_be_voided(invoice, standing),
            may_edit=is_draft and scope.may(May.WRITE_INVOICES),
            may_duplicate=scope.may(May.WRITE_INVOICES),
            credit=credit_offer(session, scope, company, invoice, standing),
            job_id=job.id if job else "",
            job=job.title if job else "",
            timeline=timeline(
                session,
                company,
                invoice,
                deliveries,
                zip(keys, payments, strict=True),
                credits,
            ),
            credit_notes=credit_notes_of(session, company, invoice),
            reminding=reminder_offer(session, scope, company, invoice, standing),
            papers=papers_view(session, company, invoice, _words(customer, lines, invoice)),
        )


def _words(customer: CustomerView, lines: Iterable[LineView], invoice: Invoice) -> tuple[str, ...]:
    """What people wrote of what stands on the paper."""
    written = [text for line in lines for text in (line.description, line.detail)]
    return (customer.name, customer.contact, *customer.address, *written, invoice.notes)


def _keys(session: Session, company_id: str, invoice_id: str) -> list[PaymentKey]:
    """What was paid for this invoice, and attempts to pay it that failed, the newest first.

    By what was meant: a second payment of a paid invoice is all credit, and belongs here too.
    """
    received = select(
        _payment.c.id, literal("payment").label("kind"), _payment.c.received_at.label("at")
    ).where(*_meant_for(_payment, company_id, invoice_id))
    failed = select(
        _failed.c.id, literal("failed").label("kind"), _failed.c.failed_at.label("at")
    ).where(*_meant_for(_failed, company_id, invoice_id))
    by_hand = select(
        _payment.c.id, literal("payment").label("kind"), _payment.c.received_at.label("at")
    ).where(
        _payment.c.company_id == company_id,
        _payment.c.id.in_(
            select(_allocation.c.payment_id).where(
                _allocation.c.company_id == company_id, _allocation.c.invoice_id == invoice_id
            )
        ),
        _payment.c.taken_by.is_not(None),
    )
    connection = session.connection()
    rows = [row for each in (received, failed, by_hand) for row in connection.execute(each)]
    rows.sort(key=lambda row: (row.at, row.id), reverse=True)
    return [PaymentKey(row.id, row.kind, row.at) for row in rows]


def _meant_for(table: Table, company_id: str, invoice_id: str) -> Iterable[ColumnElement[bool]]:
    attempts = select(_attempt_invoice.c.attempt_id).where(
        _attempt_invoice.c.company_id == company_id, _attempt_invoice.c.invoice_id == invoice_id
    )
    return table.c.company_id == company_id, table.c.attempt_id.in_(attempts)
