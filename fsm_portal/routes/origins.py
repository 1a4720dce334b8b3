"""Which web origins may open this installation's websocket."""

from urllib.parse import urlsplit

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def allowed_origins(base_url: str) -> tuple[str, ...]:
    """The origin of ``base_url``. On loopback a browser may name the same port in three ways.

    Raises ValueError when ``base_url`` is no http(s) address: an installation never falls back
    to allowing everyone.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"base_url must be an http(s) address, not {base_url!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in {None, default} else f":{parts.port}"
    hosts = _LOOPBACK if host in _LOOPBACK else (host,)
    return tuple(f"{parts.scheme}://{name}{port}" for name in hosts)
