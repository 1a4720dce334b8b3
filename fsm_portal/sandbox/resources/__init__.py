"""The nouns of the API, one per file: each brings its endpoints, its noun and its timed tasks."""

from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.resources import (
    account,
    account_link,
    application_fee,
    balance,
    balance_transaction,
    charge,
    checkout_session,
    customer,
    customer_search,
    dispute,
    event,
    fee_refund,
    payment_intent,
    payment_intent_create,
    payment_method,
    payout,
    portal_configuration,
    portal_session,
    refund,
    v2_account,
    v2_account_link,
    webhook_endpoint,
)
from fsm_portal.sandbox.schedule import Task

_FILES = (
    account,
    account_link,
    application_fee,
    balance,
    balance_transaction,
    charge,
    checkout_session,
    customer,
    customer_search,
    dispute,
    event,
    fee_refund,
    payment_intent,
    payment_intent_create,
    payment_method,
    payout,
    portal_configuration,
    portal_session,
    refund,
    v2_account,
    v2_account_link,
    webhook_endpoint,
)
ENDPOINTS: list[Endpoint] = [each for file in _FILES for each in file.ENDPOINTS]
NOUNS: dict[str, Noun] = {file.NOUN.kind: file.NOUN for file in _FILES if hasattr(file, "NOUN")}
TASKS: dict[str, Task] = {
    name: task for file in _FILES for name, task in getattr(file, "TASKS", {}).items()
}
