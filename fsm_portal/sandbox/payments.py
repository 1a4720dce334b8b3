"""What happens when somebody presses Pay: one attempt on a Checkout Session."""

from dataclasses import dataclass

from fsm_portal.sandbox import bank_debits
from fsm_portal.sandbox.banks import BankAccount
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Card, Refusal
from fsm_portal.sandbox.resources import (
    account,
    attachment,
    charge,
    checkout_session,
    customer,
    payment_intent,
    payment_method,
    payment_method_body,
)
from fsm_portal.sandbox.store import Json, Row

_NOT_AUTHENTICATED = Refusal(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again.",
    advice=None,
)


@dataclass(frozen=True)
class Outcome:
    """``state`` is paid, refused or authenticate; ``message`` and ``code`` tell why refused.

    A bank debit that was started counts as paid here: there is nothing more to do on the page.
    """

    state: str
    message: str = ""
    code: str = ""


def attempt(
    call: Call, row: Row, means: Card | BankAccount, billing: Json, *, save: bool = False
) -> Outcome:
    """Try to pay the open session in ``row``; the same intent serves every attempt.

    Must run inside a transaction. ``billing`` is a billing_details object. ``save``: the customer
    wants to find this card here next time.
    """
    intent = _intent(call, row)
    method = payment_method_body.build(means, billing, "always" if save else "limited")
    if isinstance(means, BankAccount):
        call.store.insert(call.account, "payment_method", method)
        _keep(call, row.body, intent, method)
        bank_debits.start(call, row, intent, means, method)
        return Outcome("paid")
    card = means
    call.store.insert(call.account, "payment_method", method, card.kept)
    return _ask(call, row, intent, card, method)


def attempt_saved(call: Call, row: Row, method_id: str) -> Outcome:
    """Try to pay the open session with a card that its customer has saved."""
    kept = payment_method.NOUN.row(call, method_id)
    return _ask(call, row, _intent(call, row), attachment.card_of(kept), kept.body)


def _ask(call: Call, row: Row, intent: Json, card: Card, method: Json) -> Outcome:
    """Whoever pays on a page can be asked by the bank, also about a card that is saved."""
    if card.authenticate:
        page = f"{call.sandbox.settings.public_url}/c/pay/{row.id}/authenticate"
        payment_intent.require_action(call, intent, method, page)
        return Outcome("authenticate")
    return _charge(call, row, intent, card, method)


def authenticate(call: Call, row: Row, succeeded: bool) -> Outcome:
    """The cardholder came back from the bank's page (3D Secure)."""
    intent = payment_intent.NOUN.row(call, row.body["payment_intent"]).body
    if intent["status"] != "requires_action":
        return Outcome("refused", "There is nothing to authenticate.")
    kept = payment_method.NOUN.row(call, intent["payment_method"])
    method = kept.body
    if not succeeded:
        payment_intent.fail(call, intent, method, _NOT_AUTHENTICATED, None)
        return Outcome("refused", _NOT_AUTHENTICATED.message, _NOT_AUTHENTICATED.code)
    return _charge(call, row, intent, attachment.card_of(kept), method)


def _charge(call: Call, row: Row, intent: Json, card: Card, method: Json) -> Outcome:
    own = account.find(call, call.account).body
    if card.refusal is None:
        _keep(call, row.body, intent, method)
    made = charge.attempt(call, intent, card, method, own)
    if card.refusal is not None:
        payment_intent.fail(call, intent, method, card.refusal, made)
        return Outcome("refused", card.refusal.message, card.refusal.code)
    payment_intent.succeed(call, intent, made)
    checkout_session.complete(call, row, method["billing_details"])
    return Outcome("paid")


def _keep(call: Call, session: Json, intent: Json, method: Json) -> None:
    """Make the customer asked for, and keep the means if the session or the payer says so.

    As Stripe has it a card saved for the seller's use (``setup_future_usage``) is not shown to its
    owner again (``allow_redisplay`` is ``limited``); one that the owner saved is (``always``).
    """
    if session["customer"] is None and session["customer_creation"] == "always":
        billing = method["billing_details"]
        told = {name: billing[name] for name in ("address", "email", "name")}
        session["customer"] = intent["customer"] = customer.make(call, told)["id"]
    wanted = intent["setup_future_usage"] or method["allow_redisplay"] == "always"
    if wanted and session["customer"] and method["customer"] is None:
        attachment.attach(call, method, session["customer"])


def _intent(call: Call, row: Row) -> Json:
    """The session's payment intent: made at the first attempt, as Stripe does."""
    session = row.body
    if session["payment_intent"]:
        return payment_intent.NOUN.row(call, session["payment_intent"]).body
    intent = payment_intent.create(
        call,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        data=row.hidden["payment_intent_data"],
        types=session["payment_method_types"],
    )
    session["payment_intent"] = intent["id"]
    call.store.save(call.account, "checkout.session", session)
    return intent
