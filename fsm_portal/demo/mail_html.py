"""A mail's HTML part made ready for its frame: pictures in their places, light or dark at will."""

import re
from base64 import b64encode
from email.message import EmailMessage

_PICTURES = ("image/png", "image/jpeg")
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_STYLE = re.compile(r"(<style[^>]*>)(.*?)(</style>)", re.IGNORECASE | re.DOTALL)
_ASKS_FOR = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_CAN_BE = re.compile(r"(color-scheme\s*:\s*)(?:light\s+dark|dark\s+light)", re.IGNORECASE)
_META = re.compile(
    r"(<meta\s+name=[\"']?(?:supported-)?color-schemes?[\"']?\s+content=)"
    r"[\"'](?:light\s+dark|dark\s+light)[\"']",
    re.IGNORECASE,
)
SCHEMES = ("light", "dark")


def framed(html: str, message: EmailMessage, scheme: str | None = None) -> str:
    """``html`` of ``message`` with the pictures that travel in it, its links opening elsewhere.

    ``scheme`` ("light" or "dark") shows what a reader with that setting sees, whatever the
    browser's own is; None leaves it to the browser.
    """
    page = _with_pictures(html, message)
    if scheme in SCHEMES:
        page = _STYLE.sub(lambda found: found[1] + _settled(found[2], scheme) + found[3], page)
        page = _META.sub(rf'\g<1>"{scheme}"', page)
    base = '<base target="_blank">'
    changed, times = _HEAD.subn(lambda head: head[0] + base, page, count=1)
    return changed if times else base + page


def has_dark_form(html: str) -> bool:
    """Whether the letter says how it looks in the dark."""
    return any(
        asked.lower() == "dark"
        for style in _STYLE.finditer(html)
        for asked in _ASKS_FOR.findall(style[2])
    )


def _settled(style: str, scheme: str) -> str:
    """The rules with the question answered: a frame cannot be told another setting."""
    always, never = "(min-width: 0)", "(max-width: 0)"
    answered = _ASKS_FOR.sub(lambda asks: always if asks[1].lower() == scheme else never, style)
    return _CAN_BE.sub(rf"\g<1>{scheme}", answered)


def _with_pictures(html: str, message: EmailMessage) -> str:
    for part in message.walk():
        name = str(part.get("Content-ID", "")).strip("<> ")
        data = part.get_payload(decode=True)
        if name and part.get_content_type() in _PICTURES and isinstance(data, bytes):
            source = f"data:{part.get_content_type()};base64,{b64encode(data).decode()}"
            html = html.replace(f"cid:{name}", source)
    return html
