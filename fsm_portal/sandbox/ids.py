"""Identifiers that look like Stripe's: a prefix that names the noun, then letters and digits."""

import secrets
import string

_ALPHABET = (string.ascii_letters + string.digits).encode()
# Bytes to letters. The last few bytes fall away: they would make the first letters more frequent.
_LETTERS = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))
_TOO_MANY = bytes(range(256 - 256 % len(_ALPHABET), 256))

# What kind of object an id belongs to, told by its prefix (https://docs.stripe.com/api).
KINDS = {
    "acct": "account",
    "bpc": "billing_portal.configuration",
    "bps": "billing_portal.session",
    "ch": "charge",
    "du": "dispute",
    "fr": "fee_refund",
    "po": "payout",
    "py": "charge",
    "pyr": "refund",
    "re": "refund",
    "cs": "checkout.session",
    "cus": "customer",
    "evt": "event",
    "fee": "application_fee",
    "pi": "payment_intent",
    "pm": "payment_method",
    "txn": "balance_transaction",
    "we": "webhook_endpoint",
}


def random_text(length: int) -> str:
    """``length`` letters and digits nobody can guess."""
    text = b""
    while len(text) < length:
        text += secrets.token_bytes(length).translate(_LETTERS, _TOO_MANY)
    return text[:length].decode()


def new_id(prefix: str) -> str:
    """A fresh id such as ``cus_Nq3…``. Payment nouns carry the digit that Stripe's carry."""
    if prefix == "cs":
        return "cs_test_a1" + random_text(56)
    if prefix in ("cus", "prod"):
        return f"{prefix}_{random_text(14)}"
    digit = "3" if prefix in ("pi", "ch", "py", "txn", "re", "pyr") else "1"
    return f"{prefix}_{digit}{random_text(23)}"


def kind_of(object_id: str) -> str | None:
    """The kind of object ``object_id`` names by its prefix, or None when no noun has it."""
    return KINDS.get(object_id.partition("_")[0])
