"""Tokens: ours are read, and no other way to write one gets in."""

import base64
import hashlib
import hmac
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.domain import clock
from fsm_portal.domain.ids import new_id
from fsm_portal.gateways.tokens import (
    SessionClaims,
    hash_token,
    new_link_token,
    read_session,
    sign_session,
)

SECRET = "k" * 32
SESSION, COMPANY = new_id(), new_id()
NOON = datetime(2026, 10, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=30)


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with clock.set_to(NOON):
        yield


def good(audience: str = "customer") -> str:
    return sign_session(SESSION, COMPANY, audience, LATER, SECRET)


def part(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def forged(
    claims: object = None, header: object = None, secret: str = SECRET, digest: str = "sha256"
) -> str:
    """A token made by hand, signed as well as ``secret`` allows."""
    claims = CLAIMS if claims is None else claims
    signed = f"{part(header or {'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}"
    return f"{signed}.{part(hmac.new(secret.encode(), signed.encode(), digest).digest())}"


CLAIMS = {
    "iss": "fsm-portal",
    "aud": "customer",
    "sub": SESSION,
    "company": COMPANY,
    "iat": int(NOON.timestamp()),
    "exp": int(LATER.timestamp()),
}


@pytest.mark.parametrize("audience", ["staff", "customer"])
def test_what_was_signed_is_read(audience: str) -> None:
    claims = read_session(good(audience), SECRET)
    assert claims == SessionClaims(SESSION, COMPANY, audience, LATER)  # type: ignore[arg-type]


def test_the_forger_of_these_tests_can_write_a_good_one() -> None:
    """The control: what is refused below is refused for what it says, not for its form."""
    assert read_session(forged(), SECRET) == read_session(good(), SECRET) is not None


def test_a_token_fits_into_a_cookie() -> None:
    assert len(good()) < 500


def test_it_ends_with_the_second_it_names() -> None:
    token = good()
    with clock.set_to(LATER - timedelta(seconds=1)):
        assert read_session(token, SECRET) is not None
    with clock.set_to(LATER):
        assert read_session(token, SECRET) is None


def test_another_secret_s_token_is_not_ours() -> None:
    assert read_session(forged(secret="x" * 32), SECRET) is None


@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_changed_part_breaks_it(index: int) -> None:
    parts = good().split(".")
    middle = len(parts[index]) // 2
    changed = "A" if parts[index][middle] != "A" else "B"
    parts[index] = parts[index][:middle] + changed + parts[index][middle + 1 :]
    assert read_session(".".join(parts), SECRET) is None


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, 0, [], ["HS256"], {}])
@pytest.mark.parametrize("signature", ["", ".", "signed"])
def test_no_algorithm_means_no_entry(name: object, signature: str) -> None:
    token = forged(header={"alg": name, "typ": "JWT"})
    if signature != "signed":
        token = token.rpartition(".")[0] + signature
    assert read_session(token, SECRET) is None


@pytest.mark.parametrize(
    ("name", "digest"), [("HS384", "sha384"), ("HS512", "sha512"), ("hs256", "sha256")]
)
def test_another_algorithm_with_the_right_secret_is_refused(name: str, digest: str) -> None:
    assert read_session(forged(header={"alg": name}, digest=digest), SECRET) is None


@pytest.mark.parametrize("name", ["RS256", "ES256", "PS256", "A256KW", "dir", "RSA-OAEP"])
def test_a_public_key_algorithm_is_refused(name: str) -> None:
    assert read_session(forged(header={"alg": name}), SECRET) is None


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    own = "attacker-attacker-attacker-12345"
    key = {"kty": "oct", "k": part(own.encode()), "alg": "HS256"}
    header = {"alg": "HS256", "jwk": key, "kid": "../../dev/null", "jku": "http://evil.example/"}
    assert read_session(forged(header=header, secret=own), SECRET) is None


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_a_missing_claim_is_refused(claim: str) -> None:
    rest = {name: value for name, value in CLAIMS.items() if name != claim}
    assert read_session(forged(rest), SECRET) is None


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "somebody-else"),
        ("iss", ["fsm-portal"]),
        ("aud", "owner"),
        ("aud", ["staff", "customer"]),
        ("aud", {"staff": 1}),
        ("aud", None),
        ("sub", 1),
        ("sub", None),
        ("sub", ["a"]),
        ("company", True),
        ("company", {"$ne": ""}),
        ("exp", int(NOON.timestamp())),
        ("exp", int(NOON.timestamp()) - 1),
        ("exp", "9999999999"),
        ("exp", 9999999999.5),
        ("exp", 10**30),
        ("exp", math.inf),
        ("exp", math.nan),
        ("exp", True),
        ("exp", None),
        ("iat", "now"),
        ("nbf", 0),
        ("role", "owner"),
    ],
)
def test_a_claim_of_another_kind_is_refused(claim: str, value: object) -> None:
    assert read_session(forged({**CLAIMS, claim: value}), SECRET) is None


@pytest.mark.parametrize("claims", [[], [1], "text", 7, None, True, b"", b"\xff", b"{", b"[" * 600])
def test_claims_that_are_no_object_are_refused(claims: object) -> None:
    raw = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    assert read_session(forged(raw), SECRET) is None


def test_an_oversize_token_is_not_even_read() -> None:
    assert read_session(forged({**CLAIMS, "sub": "a" * 5000}), SECRET) is None
    assert read_session(good() + "." * 10_000_000, SECRET) is None


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b.c", "a.b.c.d", " ", "\x00", "é.é.é", "\ud800", "=.=.="]
)
def test_what_is_no_token_is_nobody(token: str) -> None:
    assert read_session(token, SECRET) is None


@given(st.text(max_size=80))
def test_nothing_typed_is_a_token(token: str) -> None:
    assert read_session(token, SECRET) is None


def test_white_space_around_it_is_not_forgiven() -> None:
    for token in (f" {good()}", f"{good()}\n", f"Bearer {good()}", f'"{good()}"'):
        assert read_session(token, SECRET) is None


@pytest.mark.parametrize(
    "secret", ['["' + "a" * 32 + '"]', '{"keys": ["' + "a" * 32 + '"]}', '"' + "a" * 32 + '"']
)
def test_a_secret_that_looks_like_json_is_just_a_secret(secret: str) -> None:
    token = sign_session(SESSION, COMPANY, "staff", LATER, secret)
    assert read_session(token, secret) is not None
    assert read_session(forged(secret="a" * 32), secret) is None


@pytest.mark.parametrize("secret", ["", "short", "k" * 31])
def test_a_short_secret_is_an_error_of_the_installation(secret: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        sign_session(SESSION, COMPANY, "staff", LATER, secret)
    with pytest.raises(ValueError, match="32 bytes"):
        read_session(good(), secret)


def test_there_are_two_audiences() -> None:
    with pytest.raises(ValueError, match="audience"):
        good("owner")


def test_link_tokens_are_long_random_and_fit_into_an_address() -> None:
    tokens = {new_link_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(base64.urlsafe_b64decode(f"{token}=")) == 32 for token in tokens)


def test_only_the_hash_of_a_link_token_is_stored() -> None:
    """Case 32."""
    token = new_link_token()
    assert hash_token(token) == hashlib.sha256(token.encode()).hexdigest()
    assert token not in hash_token(token)
    assert len(hash_token("\ud800")) == 64
