"""The cards that a customer keeps at Stripe, in words: asked of Stripe, never stored here."""

from dataclasses import dataclass
from typing import Literal

from fsm_portal.domain.clock import now
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.paying.stripe_customer import known_customer
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.gateways.stripe_client import StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_customers import SavedMethod, saved_methods


@dataclass(frozen=True)
class CardView:
    """``name`` is "Visa ending 4242"; ``note`` is "Expires 12/34", empty for a bank account."""

    name: str
    note: str = ""
    expired: bool = False
    is_default: bool = False


@dataclass(frozen=True)
class SavedCards:
    """``state``: still asking; told by Stripe; Stripe does not answer; the company takes no
    payments online."""

    state: Literal["asking", "known", "away", "off"] = "asking"
    cards: tuple[CardView, ...] = ()


ASKING = SavedCards()


def saved_cards(scope: Scope) -> SavedCards:
    """What Stripe keeps for the customer of ``scope`` at this moment. It waits for Stripe."""
    if scope.customer_id is None:
        return SavedCards("off")
    known = known_customer(scope.company_id, scope.customer_id)
    if not known.account:
        return SavedCards("off")
    if not known.stripe_id:
        return SavedCards("known")
    try:
        methods = saved_methods(known.account, known.stripe_id)
    except (StripeUnavailable, StripeRefused):
        return SavedCards("away")
    return SavedCards("known", tuple(_view(each) for each in methods))


def _view(method: SavedMethod) -> CardView:
    name = method_words(method.brand, method.last4)
    if method.expires is None:
        return CardView(name, is_default=method.is_default)
    month, year = method.expires
    # Good to the end of its month.
    expired = (year, month) < (now().year, now().month)
    said = f"{'Expired' if expired else 'Expires'} {month:02}/{year % 100:02}"
    return CardView(name, said, expired, method.is_default)
