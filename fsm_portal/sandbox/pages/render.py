"""Templates to responses, with the headers that keep a page with a card form safe."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.responses import HTMLResponse

from fsm_portal.sandbox import card_brands, money

_FOLDER = Path(__file__).with_name("templates")


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["brand"] = card_brands.brand_name
    environment.filters["money"] = money.shown
    environment.filters["initials"] = initials
    return environment.get_template(name)


def page(name: str, status: int = 200, leads_to: str | None = None, **values: Any) -> HTMLResponse:
    """The template ``name``; ``leads_to`` is where its form may end up beside this server."""
    actions = "'self'"
    if leads_to:
        parts = urlsplit(leads_to)
        actions += f" {parts.scheme}://{parts.netloc}"
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        f"connect-src 'self'; form-action {actions}; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(_template(name).render(**values), status, headers)


def initials(name: str) -> str:
    """``BH`` for Bright Heating Co."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
