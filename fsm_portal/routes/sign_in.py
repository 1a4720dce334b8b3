"""Asking for a link: an address is typed, and whatever it is, the answer is the same."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fsm_portal.domain.email import folded
from fsm_portal.flows import login_links
from fsm_portal.flows.login_links import Account
from fsm_portal.flows.signing_up.sign_up import takes_sign_ups
from fsm_portal.gateways import pages
from fsm_portal.gateways.tokens import CODE_DIGITS, hash_token
from fsm_portal.routes.asking import (
    BROWSER_COOKIE,
    LONGEST_EMAIL,
    asking_of,
    at_one_pace,
    browser_of,
    may_ask,
    may_try,
    page,
    too_often,
    typed,
    with_browser,
)
from fsm_portal.routes.signed_in import sign_in_here

_WHERE = "/sign-in"
_NO_ADDRESS = "Type your email address, such as name@example.com."
# The same for a mistyped code, one that is over, and one that never was.
_WRONG_CODE = (
    "This code does not work. Type the one in the newest email, or open its link: after a few "
    "wrong codes only the link works."
)
# A key of an account: two ids and a dot.
_LONGEST_KEY = 65


async def ask(request: Request) -> Response:
    """The form. From here on the browser is known by its cookie: pressed twice, it asks once."""
    is_open = await asyncio.to_thread(takes_sign_ups)
    form = page(pages.ask_for_link(sign_up_url="/sign-up" if is_open else ""))
    return with_browser(form, browser_of(request))


async def send_asked(request: Request) -> Response:
    return await send_link(request, _WHERE)


async def use_code(request: Request) -> Response:
    return await sign_in_by_code(request, _WHERE)


async def send_link(
    request: Request, where: str, company: pages.Company | None = None, slug: str = ""
) -> Response:
    """The answer to an address typed at ``where``; with ``slug``, only that company's customers
    are looked for."""
    email = await typed(request, "email", LONGEST_EMAIL)
    if "@" not in email:
        form = pages.ask_for_link(company, _NO_ADDRESS, email, action_url=where)
        return page(form, 422)
    if not may_ask(request):
        return too_often()
    browser = browser_of(request)
    async with at_one_pace():
        await asyncio.to_thread(
            login_links.request_link, folded(email), asking_of(request, browser), slug
        )
    return with_browser(page(pages.link_sent(company, asked_at=where)), browser)


async def sign_in_by_code(
    request: Request, where: str, company: pages.Company | None = None, slug: str = ""
) -> Response:
    """The answer to six digits typed at ``where``, in the browser that asked there."""
    if not may_try(request):
        return too_often()
    code = "".join((await typed(request, "code", 20)).split())
    account = await typed(request, "account", _LONGEST_KEY)
    browser = request.cookies.get(BROWSER_COOKIE)
    result = None
    if browser and len(code) == CODE_DIGITS and code.isascii() and code.isdecimal():
        async with at_one_pace():
            result = await asyncio.to_thread(
                login_links.use_code,
                hash_token(browser),
                code,
                request.headers.get("user-agent", ""),
                slug,
                account,
            )
    if result is None:
        return page(pages.link_sent(company, asked_at=where, problem=_WRONG_CODE), 422)
    if isinstance(result, list):
        return choose(result, f"{where}/code", company=company, code=code)
    return await sign_in_here(request, result)


def choose(
    accounts: list[Account],
    action_url: str,
    *,
    company: pages.Company | None = None,
    code: str = "",
    masked_email: str = "",
) -> Response:
    """The page on which one of several accounts is chosen. Accounts of one company are chosen on
    a page of its own."""
    if len({one.company_id for one in accounts}) == 1:
        company = pages.Company.of(accounts[0].company)
    choices = [
        pages.Choice(one.key, pages.Company.of(one.company), one.name, one.audience == "staff")
        for one in accounts
    ]
    return page(
        pages.choose_account(
            choices,
            action_url=action_url,
            code=code,
            company=company,
            masked_email=masked_email,
        )
    )


routes = [
    Route("/sign-in", ask, methods=["GET"]),
    Route("/sign-in", send_asked, methods=["POST"]),
    # Before the links: no token is as short.
    Route("/sign-in/code", use_code, methods=["POST"]),
]
