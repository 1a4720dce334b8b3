"""What each kind of outbox work is done by."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from fsm_portal.domain.outbox import MAIL_KINDS, WorkKind
from fsm_portal.flows.access.mail_sign_in import mail_sign_in, mail_welcome
from fsm_portal.flows.from_stripe.record_fees import record_fees
from fsm_portal.flows.from_stripe.record_refund_fees import record_refund_fees
from fsm_portal.flows.invoicing.mail_credit_note import mail_credit_note
from fsm_portal.flows.invoicing.send_many import send_many
from fsm_portal.flows.mailing.mail_failed import mail_failed
from fsm_portal.flows.mailing.outbox_mail import mail_invoice, mail_receipt
from fsm_portal.flows.noticing.mail_notice import mail_notice, tell_everybody
from fsm_portal.flows.outbox import (
    GiveUp,
    Handler,
    Wanted,
    Work,
    claim,
    work_off,
    work_through,
)
from fsm_portal.flows.paying.stripe_customer import tell_stripe
from fsm_portal.flows.refunding.mail_refund import mail_refund
from fsm_portal.flows.refunding.send_refund import send_refund
from fsm_portal.flows.reminding.mail_reminder import mail_reminder
from fsm_portal.flows.signing_up.mail import mail_sign_up
from fsm_portal.flows.team.mail_invitation import mail_invitation
from fsm_portal.gateways.stripe_client import StripeRefused


def fetch_fees(work: Work) -> frozenset[str]:
    """Ask Stripe for a payment's fees and post them."""
    payment_id = work.payload.get("payment_id")
    if payment_id is None:
        raise GiveUp("the queued work lacks its payment")
    try:
        return record_fees(work.company_id, payment_id)
    except StripeRefused as error:
        raise GiveUp(f"Stripe refused to tell the fees: {error}") from error


def fetch_refund_fees(work: Work) -> frozenset[str]:
    """Ask Stripe what of the fees came back with a refund, and post it."""
    refund_id = work.payload.get("refund_id")
    if refund_id is None:
        raise GiveUp("the queued work lacks its refund")
    try:
        return record_refund_fees(work.company_id, refund_id)
    except StripeRefused as error:
        raise GiveUp(f"Stripe refused to tell what of the fees came back: {error}") from error


class Lane(StrEnum):
    """Work that waits for one other side, so that it delays nothing that waits for another."""

    MAIL = "mail"
    OTHER = "other"


HANDLERS: dict[str, Handler] = {
    WorkKind.INVOICE_MAIL: mail_invoice,
    WorkKind.RECEIPT_MAIL: mail_receipt,
    WorkKind.SIGN_IN_MAIL: mail_sign_in,
    WorkKind.SIGN_UP_MAIL: mail_sign_up,
    WorkKind.WELCOME_MAIL: mail_welcome,
    WorkKind.TEAM_MAIL: mail_invitation,
    WorkKind.FEES: fetch_fees,
    WorkKind.REFUND: send_refund,
    WorkKind.REFUND_FEES: fetch_refund_fees,
    WorkKind.REFUND_MAIL: mail_refund,
    WorkKind.CREDIT_NOTE_MAIL: mail_credit_note,
    WorkKind.REMINDER_MAIL: mail_reminder,
    WorkKind.FAILED_MAIL: mail_failed,
    WorkKind.NOTICE: tell_everybody,
    WorkKind.NOTICE_MAIL: mail_notice,
    WorkKind.STRIPE_CUSTOMER: tell_stripe,
    WorkKind.BULK_SEND: send_many,
}


_WANTED = {
    None: Wanted(),
    Lane.MAIL: Wanted(only=MAIL_KINDS),
    Lane.OTHER: Wanted(never=MAIL_KINDS),
}


def work_one(lane: Lane | None = None) -> frozenset[str] | None:
    """Claim and do one piece of work, of ``lane`` or any; the topics to ring, None for no work."""
    wanted = _WANTED[lane]
    work = claim(wanted.only, wanted.never)
    return None if work is None else work_off(work, HANDLERS)


def work_lane(lane: Lane, stopped: Callable[[], bool]) -> Iterator[frozenset[str]]:
    """Do what is due in ``lane`` until nothing is or ``stopped``; the topics of each to ring."""
    return work_through(_WANTED[lane], HANDLERS, stopped)
