"""What asking for a link has in common, wherever it is asked for: who asks, and how often."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fsm_portal.config import settings
from fsm_portal.flows.login_links import Asking
from fsm_portal.gateways import pages
from fsm_portal.gateways.tokens import hash_token
from fsm_portal.gateways.user_agent import browser_words
from fsm_portal.routes.rate_limit import Allowance, client_of

# Marks the browser in which a link was asked for: only there can it, or its code, be used.
BROWSER_COOKIE = "fsm_browser"
_BROWSER_DAYS = 365
LONGEST_EMAIL = 254

# Seconds: longer than it takes to queue a mail or to count a try, which only happens to addresses
# that somebody has.
ANSWERS_AFTER = 0.25

# A large office behind one address gets through; a thousand requests do not (CASES 51).
_asking = Allowance(burst=30, per_minute=30)
# Of a hundred thousand tries at codes one in ten would be right.
_trying = Allowance(burst=10, per_minute=10)


@asynccontextmanager
async def at_one_pace() -> AsyncIterator[None]:
    """Whatever is done inside, it takes as long: the answer's time tells no more than its words."""
    clock = asyncio.get_running_loop()
    ends = clock.time() + ANSWERS_AFTER
    try:
        yield
    finally:
        await asyncio.sleep(max(0.0, ends - clock.time()))


def may_ask(request: Request) -> bool:
    """Whether whoever is at the other end may cause one more mail; counts it if so."""
    return _asking.take(client_of(request))


def may_try(request: Request) -> bool:
    """Whether whoever is at the other end may try one more code; counts it if so."""
    return _trying.take(client_of(request))


def browser_of(request: Request) -> str:
    """What marks this browser: its cookie, or a new one that ``with_browser`` gives it."""
    return request.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(32)


def asking_of(request: Request, browser: str) -> Asking:
    """The browser as a letter names it."""
    return Asking(hash_token(browser), browser_words(request.headers.get("user-agent", "")))


def with_browser(response: Response, browser: str) -> Response:
    response.set_cookie(
        BROWSER_COOKIE,
        browser,
        expires=datetime.now(UTC) + timedelta(days=_BROWSER_DAYS),
        httponly=True,
        secure=settings().secure_cookies,
        samesite="lax",
        path="/",
    )
    return response


async def typed(request: Request, name: str, longest: int) -> str:
    """A field of the form that was posted, without blanks around it; empty for anything odd."""
    form = await request.form()
    value = form.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= longest else ""


def page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def too_often() -> Response:
    response = page(
        pages.error("That was asked for too often from here. Please try again in a minute."), 429
    )
    response.headers["Retry-After"] = "60"
    return response
