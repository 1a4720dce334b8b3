"""What every response tells the browser to refuse, and what it may keep.

The policy allows no inline script but the few that the build itself wrote, by their hashes, and
no eval. Inline styles are allowed: the components set them, and they carry no code.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

# Names that change with their content: a browser never needs to ask again.
_HASHED = "/assets/"
_STATIC = ("/fonts/", "/favicon", "/icons/")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def script_hashes(pages: Path) -> list[str]:
    """CSP sources (``'sha256-…'``) of every inline script in the built pages below ``pages``."""
    found = set()
    for page in pages.rglob("*.html"):
        for script in _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8")):
            digest = hashlib.sha256(script.encode()).digest()
            found.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    return sorted(found)


def content_security_policy(origins: Iterable[str], hashes: Iterable[str]) -> str:
    """The policy for HTML. ``origins`` are our own: older browsers want their sockets named."""
    # No policy can name an address of IP version 6.
    sockets = [re.sub("^http", "ws", origin) for origin in origins if "[" not in origin]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *hashes]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            " ".join(["connect-src 'self'", *sockets]),
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )


class SecurityHeaders:
    """ASGI wrapper that adds the headers to whatever answers, prerendered pages included."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...], pages: Path) -> None:
        self.app = app
        self.policy = content_security_policy(origins, script_hashes(pages))
        self.https = origins[0].startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope["path"], message["status"])
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _add(self, headers: MutableHeaders, path: str, status: int) -> None:
        headers.update(_ALWAYS)
        if self.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if headers.get("content-type", "").startswith("text/html"):
            headers.setdefault("Content-Security-Policy", self.policy)
            # A page shows money and names: neither a proxy nor the back button may keep it.
            headers["Cache-Control"] = "no-store"
        elif status in (200, 304) and path.startswith(_HASHED):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif status in (200, 304) and path.startswith(_STATIC):
            headers["Cache-Control"] = "public, max-age=86400"
        else:
            headers.setdefault("Cache-Control", "no-store")
