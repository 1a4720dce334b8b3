"""What can happen in the world, step by step: people, Stripe, banks, networks, machines."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx

from fsm_portal.db import unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.by_hand.reverse_payment import CannotReverse, reverse_payment
from fsm_portal.flows.by_hand.take_payment import CannotTake, Taken, take_payment
from fsm_portal.flows.crediting.undo_credit import CannotUndo, undo_credit
from fsm_portal.flows.crediting.use_credit import CannotUse, use_credit
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.credit_invoice import CannotCredit
from fsm_portal.flows.invoicing.keep_sheet import CannotWrite
from fsm_portal.flows.invoicing.send_invoice import CannotSend
from fsm_portal.flows.invoicing.void_invoice import CannotVoid, void_invoice
from fsm_portal.flows.outbox import claim
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.paying.confirm_checkout import confirm_checkout
from fsm_portal.flows.paying.start_checkout import start_checkout, start_checkout_of_several
from fsm_portal.flows.refunding.ask_refund import RefundWish, ask_refund
from fsm_portal.flows.refunding.refundable import CannotRefund
from fsm_portal.flows.sweeping import sweep
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.gateways.stripe_client import StripeUnavailable
from tests.flows import books
from tests.invoices import write_invoice
from tests.machine import office
from tests.machine.world import World
from tests.sandbox_process import DECLINED_CARD, GOOD_CARD, pay, pay_by_bank

# What people are told, and what machines try again: all of it is part of life.
EXPECTED = (
    CannotPay,
    CannotRefund,
    CannotTake,
    CannotUse,
    CannotReverse,
    CannotUndo,
    CannotVoid,
    CannotWrite,
    CannotSend,
    CannotCredit,
    StripeUnavailable,
    httpx.HTTPError,
)
_CARDS = {
    GOOD_CARD: 12,
    DECLINED_CARD: 3,
    "4000 0000 0000 9995": 1,
    "4000 0000 0000 0259": 2,  # disputed some time later
    "4000 0000 0000 1976": 1,  # asked about by the bank
    "4000 0000 0000 7726": 2,  # its refunds are pending first
    "4000 0000 0000 5126": 2,  # its refunds fail in the end
}
_BANKS = {"000123456789": 3, "000222222227": 1, "000555555559": 1}


def bill(world: World) -> str:
    """The office sends an invoice; some may be paid in parts, some ask for a deposit."""
    customer, _ = world.rng.choice(world.customers)
    price = world.rng.choice((60, 1_000, 9_999, 25_000, 123_456))
    days = world.rng.choice((1, 7, 365))
    number = f"OLD-{len(world.invoices):04}"  # the editor counts for itself
    invoice = write_invoice(
        world.company, customer, number=number, lines=(("Work", "1", str(price)),), due_in_days=days
    )
    with unit_of_work() as session:
        row = session.get_one(Invoice, (invoice.company_id, invoice.id))
        row.partial_payments = world.rng.random() < 0.5
        if price >= 1_000 and world.rng.random() < 0.2:
            row.deposit = price // 3
        session.add(row)
    world.invoices.append(invoice)
    return f"{number} over {price}"


def open_page(world: World) -> str:
    """A customer presses Pay: all of it, what is proposed, a part, or several invoices."""
    invoice, who = _invoice(world)
    way = world.rng.random()
    if way < 0.5:
        url = start_checkout(who, invoice.id)
    elif way < 0.8:
        part = Decimal(world.rng.randint(1, max(invoice.total, 2))) / 100
        url = start_checkout(who, invoice.id, f"{part:.2f}")
    else:
        own = [each for each in world.invoices if each.customer_id == who.person_id]
        chosen = world.rng.sample(own, min(len(own), world.rng.randint(1, 4)))
        url = start_checkout_of_several(who, [each.id for each in chosen])
    world.pages.append((url, who))
    return f"page {len(world.pages)} for {invoice.number}"


def pay_page(world: World) -> str:
    """Somebody pays on a page that is or was open: the newest, more often than not."""
    newest = world.rng.random() < 0.8
    url, _ = world.pages[-1] if newest else world.rng.choice(world.pages)
    if world.rng.random() < 0.15:
        account = _one_of(world, _BANKS)
        return f"bank {account}: {pay_by_bank(url, account).status}"
    card = _one_of(world, _CARDS)
    answer = pay(url, card)
    return f"card {card}: {'paid' if answer.paid else answer.status}"


def come_back(world: World) -> str:
    """A browser comes back from Stripe, maybe long before the webhook."""
    url, who = world.rng.choice(world.pages[-3:])
    session_id = url.partition("/c/pay/")[2].partition("#")[0].partition("?")[0]
    return confirm_checkout(who.company_id, who.person_id, session_id)[0].value


def take_by_hand(world: World) -> str:
    invoice, _ = _invoice(world)
    amount = Decimal(world.rng.randint(1, invoice.total + 500)) / 100
    taken = Taken(
        new_id(),
        world.rng.choice(("cash", "cheque", "bank_transfer")),
        f"{amount:.2f}",
        str(now().date() - timedelta(days=1)),
        keep=world.rng.random() < 0.5,
    )
    take_payment(world.owner, invoice.id, taken)
    if world.rng.random() < 0.3:
        take_payment(world.owner, invoice.id, taken)  # pressed twice
    return f"{amount} by hand on {invoice.number}"


def reverse(world: World) -> str:
    payment = world.rng.choice(world.payments())
    reverse_payment(world.owner, payment.id)
    return "a payment by hand was a mistake"


def credit_used(world: World) -> str:
    invoice, _ = _invoice(world)
    amount = Decimal(world.rng.randint(1, invoice.total)) / 100
    use_credit(world.owner, invoice.id, new_id(), f"{amount:.2f}")
    return f"{amount} of credit on {invoice.number}"


def credit_undone(world: World) -> str:
    """It was put to the wrong invoice; or somebody has taken it off already."""
    use = world.rng.choice(sorted(books.rows(CreditUse), key=lambda each: each.id))
    undo_credit(world.owner, use.id)
    return "credit was put to the wrong invoice"


def void(world: World) -> str:
    """The office takes back what it should not have sent; newer ones, more often than not."""
    invoice, _ = _invoice(world)
    void_invoice(world.owner, invoice.id)
    return f"{invoice.number} is void"


def refund_here(world: World) -> str:
    payment = world.rng.choice(world.payments())
    whole = world.rng.random() < 0.3
    amount = payment.amount if whole else world.rng.randint(1, payment.amount)
    wish = RefundWish(
        new_id(),
        payment.id,
        amount,
        still_owed=world.rng.random() < 0.3,
        invoice_id=world.rng.choice(world.invoices).id if world.rng.random() < 0.3 else "",
    )
    for _ in range(world.rng.randint(1, 2)):
        ask_refund(world.owner, wish)
    return f"{amount} of {payment.amount} asked for"


def refund_at_stripe(world: World) -> str:
    charge = _charge(world)
    whole = world.rng.random() < 0.3
    amount = None if whole else world.rng.randint(1, charge["amount"])
    world.sandbox.refund(world.stripe.account, charge["id"], amount)
    return f"{amount or 'all'} of {charge['amount']}"


def refund_decided(world: World) -> str:
    refunds = world.stripe.get("/v1/refunds", limit=100)["data"]
    status = world.rng.choice(("succeeded", "failed", "canceled"))
    world.sandbox.settle_refund(world.rng.choice(refunds)["id"], status)
    return status


def dispute(world: World) -> str:
    inquiry = world.rng.random() < 0.3
    charge = _charge(world)
    # Of what is left; some banks look only at what was paid.
    left = charge["amount"] - (0 if world.rng.random() < 0.2 else charge["amount_refunded"])
    part = world.rng.randint(1, max(left, 1)) if world.rng.random() < 0.3 else max(left, 1)
    world.sandbox.open_dispute(charge["id"], inquiry=inquiry, amount=part)
    return f"{part} of {charge['amount']}{', an inquiry' if inquiry else ''}"


def dispute_decided(world: World) -> str:
    disputes = world.stripe.get("/v1/disputes", limit=100)["data"]
    outcome = world.rng.choice(("won", "lost", "partially_won", "escalated", "escalated_in_full"))
    world.sandbox.decide_dispute(world.rng.choice(disputes)["id"], outcome)
    return outcome


def pay_out(world: World) -> str:
    world.sandbox.pay_out(world.stripe.account)
    return "paid out"


def payout_decided(world: World) -> str:
    payouts = world.stripe.get("/v1/payouts", limit=100)["data"]
    status = world.rng.choice(("paid", "paid", "failed"))
    world.sandbox.settle_payout(world.rng.choice(payouts)["id"], status)
    return status


def what_waits_at_stripe(world: World) -> str:
    what = world.rng.choice(("fees", "refunds", "bank_debits", "disputes", "payouts"))
    return f"{what}: {world.sandbox.hurry(world.stripe.account, what)}"


def webhooks(world: World) -> str:
    """Some events come: out of order, twice, and some never."""
    world.collect()
    world.rng.shuffle(world.waiting)
    lost = [event for event in world.waiting if world.rng.random() < 0.05]
    world.waiting = [event for event in world.waiting if event not in lost]
    count = world.rng.randint(1, 12)
    told, world.waiting = world.waiting[:count], world.waiting[count:]
    again = [event for event in told if world.rng.random() < 0.2]
    world.tell([*told, *again])
    return f"{len(told)} told, {len(again)} of them twice, {len(lost)} lost"


def work(world: World) -> str:
    done = 0
    for _ in range(world.rng.randint(1, 6)):
        if work_one() is None:
            break
        done += 1
    return f"{done} done"


def worker_dies(world: World) -> str:
    """With work in hand: its lease runs out, another takes it up."""
    held = claim()
    return held.key.partition(":")[0] if held else "with nothing in hand"


def restart(world: World) -> str:
    world.restart()
    return "restarted"


def time_passes(world: World) -> str:
    minutes = world.rng.choice((1, 5, 30, 90, 600))
    world.pass_time(minutes=minutes)
    return f"{minutes} minutes"


def swept(world: World) -> str:
    return f"{sweep()} events had been missed"


def fault(world: World) -> str:
    kind = world.rng.choice(("lose_response", "error_500", "error_429"))
    times, seed = world.rng.randint(1, 6), world.rng.randint(1, 1_000)
    remembered = kind == "error_500" and world.rng.random() < 0.3
    world.sandbox.fault(
        kind, account=world.stripe.account, times=times, rate=0.5, seed=seed, remembered=remembered
    )
    return f"{kind}, {times} times{', remembered' if remembered else ''}"


def heal(world: World) -> str:
    world.sandbox.heal()
    return "all is well"


# How often each happens, in proportion.
ACTS: dict[Callable[[World], str], int] = {
    bill: 9,
    open_page: 14,
    pay_page: 16,
    come_back: 4,
    take_by_hand: 3,
    reverse: 2,
    credit_used: 2,
    credit_undone: 1,
    void: 2,
    office.write_draft: 5,
    office.edit: 4,
    office.send: 5,
    office.discard: 1,
    office.credit: 3,
    office.schedule: 2,
    office.post_is_down: 1,
    office.post_is_back: 3,
    refund_here: 5,
    refund_at_stripe: 3,
    refund_decided: 2,
    dispute: 2,
    dispute_decided: 2,
    pay_out: 1,
    payout_decided: 1,
    what_waits_at_stripe: 4,
    webhooks: 14,
    work: 12,
    worker_dies: 2,
    restart: 1,
    time_passes: 4,
    swept: 2,
    fault: 3,
    heal: 2,
}


def _invoice(world: World) -> tuple[Invoice, Identity]:
    invoice = world.rng.choice(world.invoices[-12:])
    who = next(who for _, who in world.customers if who.person_id == invoice.customer_id)
    return invoice, who


def _charge(world: World) -> dict:
    charges = world.stripe.get("/v1/charges", limit=100)["data"]
    return world.rng.choice([each for each in charges if each["status"] == "succeeded"])


def _one_of(world: World, weighted: dict[str, int]) -> str:
    return world.rng.choices(list(weighted), list(weighted.values()))[0]
