"""Cards: what each test number that Stripe documents does, and what is kept of one.

A card's number lives in memory while its form is read and is never kept: only brand, last four
digits, expiry and a fingerprint leave this module. Source: docs.stripe.com/testing.
"""

import hashlib
from dataclasses import dataclass, replace

from fsm_portal.sandbox.card_brands import brand_of
from fsm_portal.sandbox.store import Json


@dataclass(frozen=True)
class Refusal:
    """Why a bank (or Stripe) says no: error code, decline code and what the customer reads."""

    code: str
    decline_code: str | None
    message: str
    blocked: bool = False
    advice: str | None = "try_again_later"


_DECLINED = "Your card was declined."


@dataclass(frozen=True)
class _Behaviour:
    """What a test card does when it is charged.

    ``refund`` is ``pending`` or ``fails``, ``dispute`` the reason of one that follows by itself.
    """

    refusal: Refusal | None = None
    country: str = "US"
    funding: str = "credit"
    authenticate: bool = False
    available_at_once: bool = False
    refund: str = ""
    dispute: str = ""
    # A card that is declined cannot be saved either, but one can: it is declined when charged.
    saves: bool = False
    # Asks its holder also when he is not there, although it was saved for that.
    always_asks: bool = False


def _no(
    decline_code: str,
    message: str = _DECLINED,
    *,
    code: str = "card_declined",
    advice: str = "try_again_later",
) -> _Behaviour:
    return _Behaviour(Refusal(code, decline_code, message, advice=advice))


_WRONG_CODE = _no(
    "incorrect_cvc",
    "Your card's security code is incorrect.",
    code="incorrect_cvc",
    advice="confirm_card_data",
)
_GENERIC = Refusal("card_declined", "generic_decline", _DECLINED)
_TEST_CARDS: dict[str, _Behaviour] = {
    "4242424242424242": _Behaviour(),
    "4000056655665556": _Behaviour(funding="debit"),
    "5555555555554444": _Behaviour(),
    "2223003122003222": _Behaviour(),
    "5200828282828210": _Behaviour(funding="debit"),
    "5105105105105100": _Behaviour(funding="prepaid"),
    "378282246310005": _Behaviour(),
    "371449635398431": _Behaviour(),
    "6011111111111117": _Behaviour(),
    "6011000990139424": _Behaviour(),
    "3056930009020004": _Behaviour(),
    "36227206271667": _Behaviour(),
    "3566002020360505": _Behaviour(country="JP"),
    "6200000000000005": _Behaviour(country="CN"),
    "4000000760000002": _Behaviour(country="BR"),
    "4000001240000000": _Behaviour(country="CA"),
    "4000002760000016": _Behaviour(country="DE"),
    "4000002500000003": _Behaviour(country="FR"),
    "4000008260000000": _Behaviour(country="GB"),
    "4000000360000006": _Behaviour(country="AU"),
    "4000000000000077": _Behaviour(available_at_once=True),
    "4000000000000259": _Behaviour(dispute="fraudulent"),
    "4000000000002685": _Behaviour(dispute="product_not_received"),
    "4000000000001976": _Behaviour(dispute="inquiry"),
    "4000000000007726": _Behaviour(refund="pending"),
    "4000000000005126": _Behaviour(refund="fails"),
    "4000002500003155": _Behaviour(authenticate=True, country="FR"),
    "4000002760003184": _Behaviour(authenticate=True, country="DE", always_asks=True),
    "4000008400001629": _Behaviour(_GENERIC, authenticate=True),
    "4000000000000002": _Behaviour(_GENERIC),
    "4000000000000341": _Behaviour(_GENERIC, saves=True),
    "4000000000009995": _no("insufficient_funds", "Your card has insufficient funds."),
    "4000000000009987": _no("lost_card", advice="do_not_try_again"),
    "4000000000009979": _no("stolen_card", advice="do_not_try_again"),
    "4000000000006975": _no("card_velocity_exceeded"),
    "4000000000000069": _no(
        "expired_card", "Your card has expired.", code="expired_card", advice="confirm_card_data"
    ),
    "4000000000000127": _WRONG_CODE,
    "4000000000000101": _WRONG_CODE,
    "4000000000000119": _no(
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        code="processing_error",
    ),
    "4100000000000019": _Behaviour(
        Refusal("card_declined", "fraudulent", _DECLINED, blocked=True, advice=None)
    ),
}
# Payment methods that Stripe keeps ready in test mode, to attach without a number.
READY_MADE = {
    "pm_card_visa": "4242424242424242",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_discover": "6011111111111117",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_bypassPending": "4000000000000077",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createDisputeInquiry": "4000000000001976",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
}
_LIVE_CARD = Refusal(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. This is a sandbox: it takes test cards only, never real ones.",
    advice=None,
)


@dataclass(frozen=True)
class Card:
    """What is left of a card once its number is gone, and how it will behave."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str
    country: str
    funding: str
    refusal: Refusal | None = None
    authenticate: bool = False
    available_at_once: bool = False
    refund: str = ""
    dispute: str = ""
    saves: bool = True
    always_asks: bool = False

    def refused(self, refusal: Refusal) -> "Card":
        """The same card, to which its bank says no this time."""
        return replace(self, refusal=refusal)

    @property
    def kept(self) -> Json:
        """How it will act when it is charged again: its number, which told, is not kept."""
        refusal = self.refusal.__dict__ if self.refusal else None
        asks = {"authenticate": self.authenticate, "always_asks": self.always_asks}
        return {**self.behaviour, **asks, "refusal": refusal}

    @property
    def behaviour(self) -> Json:
        """What the charge must remember of it: how its refund goes, whether it is disputed."""
        return {
            "available_at_once": self.available_at_once,
            "refund": self.refund,
            "dispute": self.dispute,
        }

    @property
    def checks(self) -> Json:
        """What the bank said about address and security code."""
        wrong_cvc = self.refusal is not None and self.refusal.code == "incorrect_cvc"
        return {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if wrong_cvc else "pass",
        }


def recognise(number: str, exp_month: int, exp_year: int, salt: str) -> Card:
    """The card behind a number that was read from a form.

    The fingerprint is the same for the same number on the same account and cannot be turned back.
    """
    behaviour = _TEST_CARDS.get(number, _Behaviour(_LIVE_CARD))
    known = number in _TEST_CARDS
    secret = f"{salt}:{number if known else number[:6] + number[-4:]}"
    return Card(
        brand=brand_of(number),
        last4=number[-4:],
        exp_month=exp_month,
        exp_year=exp_year,
        fingerprint=hashlib.sha256(secret.encode()).hexdigest()[:16],
        country=behaviour.country,
        funding=behaviour.funding,
        refusal=behaviour.refusal,
        authenticate=behaviour.authenticate,
        available_at_once=behaviour.available_at_once,
        refund=behaviour.refund,
        dispute=behaviour.dispute,
        saves=behaviour.refusal is None or behaviour.saves,
        always_asks=behaviour.always_asks,
    )


def remembered(details: Json, kept: Json) -> Card:
    """The card behind a payment method's ``card`` and what was ``kept`` of its behaviour."""
    names = ("brand", "last4", "exp_month", "exp_year", "fingerprint", "country", "funding")
    refusal = Refusal(**kept["refusal"]) if kept["refusal"] else None
    acts = ("authenticate", "always_asks", "available_at_once", "refund", "dispute")
    return Card(
        **{name: details[name] for name in names},
        **{name: kept[name] for name in acts if name in kept},
        refusal=refusal,
    )
