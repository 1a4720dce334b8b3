"""A debit of a bank account: asked for now, known to be paid or not days later.

Source: docs.stripe.com/payments/ach-direct-debit, …/sepa-debit.
"""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.banks import BankAccount
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Refusal
from fsm_portal.sandbox.resources import (
    account,
    charge,
    checkout_session,
    payment_intent,
    payment_method,
)
from fsm_portal.sandbox.store import Json, Row


def start(call: Call, row: Row, intent: Json, bank: BankAccount, method: Json) -> None:
    """The customer agreed: the session is complete, its payment under way."""
    own = account.find(call, call.account).body
    made = charge.pend(call, intent, bank, method, own)
    checkout_session.complete(call, row, method["billing_details"], paid=False)
    payment_intent.process(call, intent, made)
    if not bank.silent:
        due = clock.precise() + call.sandbox.settings.async_delay
        call.sandbox.schedule.plan("bank_debit.settle", call.account, row.id, due)


def settle(call: Call, session_id: str) -> None:
    """The bank answered: paid, or not."""
    session = checkout_session.NOUN.row(call, session_id).body
    intent = payment_intent.NOUN.row(call, session["payment_intent"]).body
    if intent["status"] != "processing":
        return
    row = charge.NOUN.row(call, intent["latest_charge"])
    refused = row.hidden["refusal"]
    refusal = Refusal(**refused) if refused else None
    made = charge.finish(call, row, refusal)
    if refusal is None:
        payment_intent.succeed(call, intent, made)
    else:
        method = payment_method.NOUN.row(call, made["payment_method"]).body
        payment_intent.fail(call, intent, method, refusal, made)
    checkout_session.finish(call, session, paid=refusal is None)


TASKS = {"bank_debit.settle": settle}
