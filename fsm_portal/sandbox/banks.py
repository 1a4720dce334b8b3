"""Bank accounts that are debited: what a person types, and the test accounts Stripe documents.

As with cards only a bank, last four digits and a fingerprint leave this module. Sources:
docs.stripe.com/payments/ach-direct-debit and .../sepa-debit, "Test".
"""

import hashlib
import re
from dataclasses import dataclass

from fsm_portal.sandbox.cards import Refusal
from fsm_portal.sandbox.store import Json

# The debit of each currency that has one here.
TYPES = {"usd": "us_bank_account", "eur": "sepa_debit"}


def _no(code: str, message: str) -> Refusal:
    return Refusal(code, None, message, advice=None)


_EMPTY = _no("insufficient_funds", "The customer's account has insufficient funds.")
_CLOSED = _no("account_closed", "The customer's bank account has been closed.")


@dataclass(frozen=True)
class _Behaviour:
    """What a test account does when it is debited; ``silent``: it is never heard of again."""

    refusal: Refusal | None = None
    silent: bool = False
    dispute: str = ""


_OK, _FAILS = _Behaviour(), _Behaviour(_EMPTY)
_BACK = _Behaviour(dispute="debit_not_authorized")
_TEST_ACCOUNTS = {
    "000123456789": _OK,
    "000222222227": _FAILS,
    "000111111113": _Behaviour(_CLOSED),
    "000111111116": _Behaviour(_no("no_account", "The bank account could not be located.")),
    "000333333335": _Behaviour(
        _no("debit_not_authorized", "The customer has notified their bank that this is not theirs.")
    ),
    "000000000009": _Behaviour(silent=True),
    "000555555559": _BACK,
    "AT611904300234573201": _OK,
    "AT861904300235473202": _FAILS,
    "AT591904300235473203": _BACK,
    "DE89370400440532013000": _OK,
    "DE62370400440532013001": _FAILS,
    "DE35370400440532013002": _BACK,
    "FR1420041010050500013M02606": _OK,
    "FR8420041010050500013M02607": _FAILS,
    "NL39RABO0300065264": _OK,
    "NL91ABNA0417164300": _FAILS,
}


@dataclass(frozen=True)
class BankAccount:
    """What is left of an account once its number is gone, and how a debit will go."""

    type: str
    last4: str
    fingerprint: str
    country: str
    routing: str
    refusal: Refusal | None = None
    silent: bool = False
    dispute: str = ""

    @property
    def behaviour(self) -> Json:
        """What the charge must remember of it. Refunds to a bank account take their time."""
        refusal = self.refusal
        return {
            "available_at_once": False,
            "refund": "pending",
            "dispute": self.dispute,
            "refusal": refusal.__dict__ if refusal else None,
        }

    @property
    def details(self) -> Json:
        """Its fields on a payment method."""
        if self.type == "us_bank_account":
            return {
                "account_holder_type": "individual",
                "account_type": "checking",
                "bank_name": "STRIPE TEST BANK",
                "financial_connections_account": None,
                "fingerprint": self.fingerprint,
                "last4": self.last4,
                "networks": {"preferred": "ach", "supported": ["ach"]},
                "routing_number": self.routing,
                "status_details": {},
            }
        return {
            "bank_code": self.routing,
            "branch_code": "",
            "country": self.country,
            "fingerprint": self.fingerprint,
            "generated_from": {"charge": None, "setup_attempt": None},
            "last4": self.last4,
        }


def is_test_account(number: str) -> bool:
    """Whether Stripe documents this number for tests; nobody's real account is taken."""
    return number in _TEST_ACCOUNTS


def is_routing_number(text: str) -> bool:
    """Nine digits with the right check digit (ABA)."""
    if not re.fullmatch(r"[0-9]{9}", text):
        return False
    weights = (3, 7, 1) * 3
    total = sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True))
    return total % 10 == 0


def is_iban(text: str) -> bool:
    """An IBAN with the right check digits (ISO 13616)."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def recognise(type: str, number: str, routing: str, salt: str) -> BankAccount:
    """The account behind a number that was read from a form and passed ``is_test_account``."""
    behaviour = _TEST_ACCOUNTS[number]
    european = type == "sepa_debit"
    return BankAccount(
        type=type,
        last4=number[-4:],
        fingerprint=hashlib.sha256(f"{salt}:{number}".encode()).hexdigest()[:16],
        country=number[:2] if european else "US",
        routing=number[4:12] if european else routing,
        refusal=behaviour.refusal,
        silent=behaviour.silent,
        dispute=behaviour.dispute,
    )
