"""The token in a reminder by which its reader ends reminders: who it is for, signed.

No secret of a session's kind: it does one harmless thing, for as long as the customer has the
address that the letter went to, so nothing of it is stored.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

# The key is made from the secret for this alone: no signature is ever worth a token.
_PURPOSE = b"fsm-portal end of reminders"
_MAC_BYTES = 16
_ID_BYTES = 16
_LENGTH = 2 * _ID_BYTES + _MAC_BYTES


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a token names. Whether it is genuine, ``is_genuine`` says."""

    company_id: str
    customer_id: str


def sign(company_id: str, customer_id: str, email: str, secret: str) -> str:
    """The token of a customer (ids of 32 hex digits) whose address is ``email``."""
    ids = bytes.fromhex(company_id) + bytes.fromhex(customer_id)
    return _text(ids + _mac(ids, email, secret))


def read(token: str) -> Named | None:
    """Whom ``token`` names, unproven; None for what is no token at all."""
    raw = _bytes(token)
    if raw is None:
        return None
    return Named(raw[:_ID_BYTES].hex(), raw[_ID_BYTES : 2 * _ID_BYTES].hex())


def is_genuine(token: str, email: str, secret: str) -> bool:
    """Whether ``token`` was made for the customer it names while ``email`` was their address."""
    raw = _bytes(token)
    if raw is None:
        return False
    ids, mac = raw[: 2 * _ID_BYTES], raw[2 * _ID_BYTES :]
    return hmac.compare_digest(mac, _mac(ids, email, secret))


def _mac(ids: bytes, email: str, secret: str) -> bytes:
    key = hmac.digest(secret.encode(), _PURPOSE, "sha256")
    said = ids + email.strip().lower().encode()
    return hmac.new(key, said, hashlib.sha256).digest()[:_MAC_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii")


def _bytes(token: str) -> bytes | None:
    if len(token) != 4 * _LENGTH // 3 or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return None
    return raw if len(raw) == _LENGTH else None
