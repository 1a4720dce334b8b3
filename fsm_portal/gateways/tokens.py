"""Secrets that people carry: the session token in the cookie, the token and the code of a link.

A session token is a JWT (RFC 7519), HS256 and nothing else. It says which session row to look at;
whether that session may still do anything is the row's word, at every event.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from jose import jwk, jwt
from jose.backends.base import Key
from jose.exceptions import JOSEError

from fsm_portal.domain import clock

Audience = Literal["staff", "customer"]

_AUDIENCES: tuple[Audience, ...] = get_args(Audience)
_ALGORITHM = "HS256"
_ISSUER = "fsm-portal"
# Ours have about 330 characters. Longer ones are not worth the reading.
_LONGEST = 1024
# RFC 7518, 3.2: a key for HS256 has at least as many bits as its hash.
_SHORTEST_SECRET = 32
_LINK_BYTES = 32
CODE_DIGITS = 6
# Codes have a key of their own, made from the secret: no signature is ever worth a code.
_CODES = b"fsm-portal sign-in code"
_END_OF_TIME = 253_402_300_800  # the year 10000, where Python's dates end
_CLAIMS = ("iss", "aud", "sub", "company", "iat", "exp")


@dataclass(frozen=True, slots=True)
class SessionClaims:
    """What a genuine token says. ``expires_at`` is aware UTC, to the second."""

    session_id: str
    company_id: str
    audience: Audience
    expires_at: datetime


def sign_session(
    session_id: str, company_id: str, audience: str, expires_at: datetime, secret: str
) -> str:
    """The token of a session until ``expires_at`` (aware), for ``audience`` staff or customer.

    Raises ValueError for a secret of less than 32 bytes, or another audience.
    """
    if audience not in _AUDIENCES:
        raise ValueError(f"{audience!r} is not an audience")
    claims = {
        "iss": _ISSUER,
        "aud": audience,
        "sub": session_id,
        "company": company_id,
        "iat": int(clock.now().timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    return str(jwt.encode(claims, _key(secret), algorithm=_ALGORITHM))


def read_session(token: str, secret: str) -> SessionClaims | None:
    """What ``token`` says if it is ours, unaltered and not expired; otherwise None.

    Raises ValueError for a secret of less than 32 bytes.
    """
    key = _key(secret)
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        # Only the signature is left to the library: it would take a list of audiences, a missing
        # claim or a number in place of text, and it reads its own clock.
        claims = jwt.decode(token, key, algorithms=[_ALGORITHM], options=_NO_CLAIMS)
    except (JOSEError, TypeError, ValueError, RecursionError):
        return None
    return _understood(claims)


def new_link_token() -> str:
    """A new token for a sign-in link: 256 random bits, 43 characters fit for an address."""
    return secrets.token_urlsafe(_LINK_BYTES)


def hash_token(token: str) -> str:
    """What of a link token may be stored: its SHA-256, in hex.

    The token is as random as the hash is long, so neither salt nor stretching would add anything.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_code() -> str:
    """Six random digits, to be typed where the letter is read on another device."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def hash_code(code: str, token_hash: str, secret: str) -> str:
    """What of a code may be stored: an HMAC (RFC 2104) of it and of its link, in hex.

    A million codes are tried out against a bare hash in a second; without ``secret``, which no
    database holds, against this one they cannot be. Raises ValueError for a short secret.
    """
    _key(secret)
    key = hmac.digest(secret.encode(), _CODES, "sha256")
    return hmac.new(key, f"{token_hash}:{code}".encode(), "sha256").hexdigest()


def same_hash(one: str, other: str) -> bool:
    """Whether two hashes are equal, in a time that does not tell how nearly they are."""
    return hmac.compare_digest(one, other)


_NO_CLAIMS = {
    f"verify_{claim}": False
    for claim in ("aud", "iat", "exp", "nbf", "iss", "sub", "jti", "at_hash")
}


def _key(secret: str) -> Key:
    # A finished key: a text that looks like JSON would be read as a set of keys.
    if len(secret.encode()) < _SHORTEST_SECRET:
        raise ValueError(f"the secret key has less than {_SHORTEST_SECRET} bytes")
    return jwk.construct(secret, _ALGORITHM)


def _understood(claims: dict[str, Any]) -> SessionClaims | None:
    if set(claims) != set(_CLAIMS) or claims["iss"] != _ISSUER:
        return None
    audience, session_id, company_id, issued, expires = (claims[name] for name in _CLAIMS[1:])
    if audience not in _AUDIENCES:
        return None
    if not (isinstance(session_id, str) and isinstance(company_id, str)):
        return None
    # Not isinstance: True is an int too.
    if type(issued) is not int or type(expires) is not int:
        return None
    if not clock.now().timestamp() < expires < _END_OF_TIME:
        return None
    return SessionClaims(session_id, company_id, audience, datetime.fromtimestamp(expires, UTC))
