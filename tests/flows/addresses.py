"""What an address of a page says, as the page reads it."""

from urllib.parse import parse_qsl, urlsplit


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
