"""Makes the built front end call back to whatever address it was loaded from.

Reflex bakes one absolute backend address into the production bundle, so a bundle built for
port 8000 does not work on port 8100 or behind a proxy. We build with a placeholder host and
replace each baked address with an expression that the browser evaluates.
"""

import re
from pathlib import Path
from typing import Any

import reflex as rx

# Reserved by RFC 2606: no browser and no proxy ever resolves it.
PLACEHOLDER = "http://same-origin.invalid"

_BAKED = re.compile(r"""(["'`])(ws|http)://same-origin\.invalid(/[^"'`$\\]*)?\1""")
_HOST = "same-origin.invalid"


class OriginStillBakedIn(Exception):
    """The bundle holds the placeholder in a form we do not know how to replace."""


def from_same_origin(script: str) -> str:
    """``script`` with each baked address computed from the page's own address instead."""

    def expression(baked: re.Match[str]) -> str:
        scheme, path = baked.group(2), baked.group(3) or ""
        origin = "location.origin"
        if scheme == "ws":
            # http -> ws and https -> wss, so TLS ends wherever the page's own TLS ends.
            origin += '.replace("http","ws")'
        return f'({origin}+"{path}")'

    return _BAKED.sub(expression, script)


class SameOriginPlugin(rx.plugins.Plugin):
    """Rewrites the production bundle. The development server keeps Reflex's own addresses."""

    def post_build(self, **context: Any) -> None:
        """Runs before the bundle is compressed. Raises OriginStillBakedIn on a leftover."""
        static_dir: Path = context["static_dir"]
        replaced = 0
        for file in sorted(static_dir.rglob("*")):
            if file.suffix not in {".js", ".html", ".json", ".data"}:
                continue
            text = file.read_text(encoding="utf-8")
            if _HOST not in text:
                continue
            text = from_same_origin(text)
            if _HOST in text:
                raise OriginStillBakedIn(f"{file.relative_to(static_dir)} still names {_HOST}")
            file.write_text(text, encoding="utf-8")
            replaced += 1
        if not replaced:
            raise OriginStillBakedIn("no file of the bundle names the backend: has Reflex changed?")
