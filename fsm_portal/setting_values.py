"""What the values of settings may look like. Each raises ValueError with what would be right."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

# Relative paths in settings are of the project's folder, not of the one somebody stands in: the
# data would be there only sometimes.
ROOT = Path(__file__).resolve().parent.parent
# RFC 7518, 3.2: a key for HS256, which signs the session cookies, has at least as many bytes.
SHORTEST_SECRET_KEY = 32


def web(value: str) -> str:
    """An http(s) address."""
    right = "an address that begins with https:// or http://, such as https://pay.example.com"
    if not re.match(r"https?://[^/\s?#]+", value) or not urlsplit(value).hostname:
        raise ValueError(right)
    _check_port(value, right)
    return value


def maybe_web(value: str | None) -> str | None:
    """An http(s) address, or nothing."""
    return web(value) if value else None


def origin(value: str) -> str:
    """An http(s) address that paths can be put behind."""
    address = value.rstrip("/")
    parts = urlsplit(web(address))
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError("an address without a path, such as https://pay.example.com")
    return address


def folder(value: Path) -> Path:
    """A folder, which need not exist yet."""
    absolute = ROOT / value.expanduser()
    if absolute.exists() and not absolute.is_dir():
        raise ValueError("a folder, and this is a file")
    return absolute


def database_address(value: str) -> str:
    """PostgreSQL's address, SQLite's with a path, or nothing."""
    right = "postgresql://user:password@host:5432/name; leave it away for the embedded SQLite"
    if not value:
        return value
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite":
        if not rest.startswith("/") or len(rest) < 2:
            raise ValueError("sqlite:////absolute/path.sqlite3; leave it away for the default")
        return f"sqlite:///{ROOT / rest[1:]}"
    if scheme not in {"postgresql", "postgresql+psycopg"}:
        raise ValueError(right)
    _check_port(value, right)
    if not urlsplit(value).path.strip("/"):
        raise ValueError(f"{right} (this one names no database)")
    return value


def redis_address(value: str | None) -> str | None:
    """Redis's address, or nothing."""
    right = "redis://host:6379/0, rediss:// for TLS, or unix:///path"
    if not value:
        return None
    if not re.match(r"(redis|rediss|unix)://.", value):
        raise ValueError(right)
    _check_port(value, right)
    return value


def networks(value: str) -> str:
    """IP addresses and networks with commas between them."""
    if not re.fullmatch(r"[0-9a-fA-F.:/, ]*", value):
        raise ValueError("IP addresses or networks with commas, such as 127.0.0.1, 10.0.0.0/8")
    return value


def mailbox(value: str) -> str:
    """A mail address without a name."""
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
        raise ValueError("an address alone, such as billing@example.com")
    return value


def long_enough(key: SecretStr) -> SecretStr:
    """A key to sign with."""
    length = len(key.get_secret_value().encode())
    if length < SHORTEST_SECRET_KEY:
        raise ValueError(
            f"at least {SHORTEST_SECRET_KEY} bytes, and it has {length}; "
            "`openssl rand -hex 32` makes a good one"
        )
    return key


def stripe_key(key: SecretStr) -> SecretStr:
    """A secret or restricted key of Stripe's, or nothing: https://docs.stripe.com/keys."""
    text = key.get_secret_value().strip()
    if not re.match(r"((sk|rk)_(test|live)_.|$)", text):
        raise ValueError("sk_live_…, sk_test_… or a restricted rk_…; the pk_… key is another")
    return SecretStr(text)


def client_id(text: str) -> str:
    """A Connect platform's client id, or nothing: https://docs.stripe.com/connect/oauth-reference."""
    text = text.strip()
    if not re.match(r"(ca_.|$)", text):
        raise ValueError("ca_…, as Stripe's dashboard shows it under Connect, OAuth; or empty")
    return text


def signing_secret(secret: SecretStr) -> SecretStr:
    """A webhook endpoint's signing secret, or nothing, which switches the endpoint off."""
    text = secret.get_secret_value().strip()
    if not re.match(r"(whsec_.|$)", text):
        raise ValueError("whsec_…, as Stripe's dashboard shows it for the endpoint; or empty")
    return SecretStr(text)


def _check_port(address: str, right: str) -> None:
    try:
        _ = urlsplit(address).port
    except ValueError:
        raise ValueError(f"{right} (the port is no number up to 65535)") from None
