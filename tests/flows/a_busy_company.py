"""A company to which everything has happened once, for the proof to look through."""

from datetime import timedelta

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.login_link import Purpose
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.crediting.undo_credit import undo_credit
from fsm_portal.flows.crediting.use_credit import use_credit
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.login_links import SignedIn, make_link, use_link
from fsm_portal.flows.paying.start_checkout import start_checkout
from tests.flows.refunds import ask, paid, work_at_stripe
from tests.flows.stripe_side import StripeSide, deliver, event_of
from tests.invoices import write_invoice
from tests.sandbox_process import DECLINED_CARD, SandboxProcess, pay


def everything_happens(
    stripe: StripeSide,
    sandbox: SandboxProcess,
    company: Company,
    dana: Customer,
    payer: Identity,
    owner: Identity,
    first: Invoice,
) -> None:
    """Paid, refused, refunded, disputed, paid out; told and worked off; signed in by a link."""
    tax = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    assert not pay(start_checkout(payer, first.id), DECLINED_CARD).paid
    kept = paid(stripe, payer, first)
    ask(owner, kept, 8_000, invoice_id=first.id)
    disputed = paid(stripe, payer, write_invoice(company, dana, number="INV-0043", tax_rate=tax))
    dispute = sandbox.open_dispute(disputed.charge_id or "")
    sandbox.decide_dispute(dispute["id"], "lost")
    failed = paid(stripe, payer, write_invoice(company, dana, number="INV-0044"))
    refund = sandbox.refund(stripe.account, failed.charge_id or "", 5_000)
    sandbox.settle_refund(refund["id"], "failed")
    work_at_stripe()
    deliver(*stripe.events())
    _pay_out(company, stripe)
    deliver(_refund_of_a_stranger(stripe))
    _abandon_a_checkout(stripe, company, dana, payer)
    work_at_stripe()
    _use_credit_by_mistake(owner, company, dana)
    _sign_in(company, dana)


def _pay_out(company: Company, stripe: StripeSide) -> None:
    """Told by an event that is kept, as every other."""
    payout = {
        "id": "po_1",
        "object": "payout",
        "amount": 10_000,
        "currency": company.currency.lower(),
        "status": "paid",
        "arrival_date": 1_790_000_000,
        "created": 1_790_000_000,
    }
    deliver(event_of("payout.paid", payout, stripe.account))


def _refund_of_a_stranger(stripe: StripeSide) -> dict[str, object]:
    refund = {
        "id": "re_parked",
        "object": "refund",
        "amount": 100,
        "currency": "usd",
        "status": "succeeded",
        "payment_intent": "pi_unheard_of",
        "charge": "ch_unheard_of",
        "balance_transaction": "txn_unheard_of",
        "created": 1_790_000_000,
    }
    return event_of("refund.created", refund, stripe.account)


def _abandon_a_checkout(
    stripe: StripeSide, company: Company, dana: Customer, payer: Identity
) -> None:
    start_checkout(payer, write_invoice(company, dana, number="INV-0045").id)
    (session,) = [
        each
        for each in stripe.get("/v1/checkout/sessions", limit=100)["data"]
        if each["status"] == "open"
    ]
    closed = session | {"status": "expired"}
    deliver(event_of("checkout.session.expired", closed, stripe.account))


def _use_credit_by_mistake(owner: Identity, company: Company, dana: Customer) -> None:
    """Cash that is more than was due, put to an invoice, taken off it, and put to it in part."""
    paid_in_cash, other = (
        write_invoice(company, dana, number=number) for number in ("INV-0046", "INV-0047")
    )
    yesterday = (now() - timedelta(days=1)).date().isoformat()
    take_payment(owner, paid_in_cash.id, Taken(new_id(), "cash", "380.00", yesterday, keep=True))
    mistaken = new_id()
    use_credit(owner, other.id, mistaken, "100")
    undo_credit(owner, mistaken)
    use_credit(owner, other.id, new_id(), "40")


def _sign_in(company: Company, dana: Customer) -> None:
    with unit_of_work() as session:
        address, _ = make_link(
            session, company_id=company.id, purpose=Purpose.INVOICE, customer_id=dana.id
        )
    assert isinstance(use_link(address.rpartition("/")[2], None, "Firefox"), SignedIn)
