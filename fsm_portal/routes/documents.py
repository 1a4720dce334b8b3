"""Documents: PDFs for whoever is signed in and may see them. Anything else is the same 404.

What is issued is handed out as it is kept (flows/papers), drawn once for each version. Its hash is
the ETag: whoever keeps the file can see that it is the one, and a program need not fetch it again.
Browsers keep nothing, and so never ask that: the file holds names and amounts.
"""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.domain.company_scope import stay_within
from fsm_portal.domain.paper import PaperKind
from fsm_portal.flows.identity import AUDIENCES, Scope, cookie_name
from fsm_portal.flows.papers.open_paper import Opened, open_paper, open_version
from fsm_portal.flows.statement.statement_document import statement_for_staff, statement_pdf
from fsm_portal.flows.statement.statement_period import WrongPeriod
from fsm_portal.routes.signed_in import signed_in, whom_to_ask

Find = Callable[[Scope], tuple[str, bytes] | None]

# Of a query's value: a day has ten characters.
_LONGEST = 40
# More versions no paper has.
_LONGEST_VERSION = 6


async def invoice(request: Request) -> Response:
    return await _paper(request, PaperKind.INVOICE)


async def credit_note(request: Request) -> Response:
    return await _paper(request, PaperKind.CREDIT_NOTE)


async def receipt(request: Request) -> Response:
    return await _paper(request, PaperKind.RECEIPT)


async def refund(request: Request) -> Response:
    return await _paper(request, PaperKind.REFUND)


async def statement(request: Request) -> Response:
    """Of whoever is signed in, for the days that the address names."""
    preset, first, last = (
        request.query_params.get(name, "")[:_LONGEST] for name in ("period", "from", "to")
    )
    try:
        return await _document(request, lambda scope: statement_pdf(scope, preset, first, last))
    except WrongPeriod as error:
        return PlainTextResponse(str(error), 400)


async def customers_statement(request: Request) -> Response:
    """The same of a customer, for staff."""
    customer_id = request.path_params["customer_id"]
    preset, first, last = (
        request.query_params.get(name, "")[:_LONGEST] for name in ("period", "from", "to")
    )
    try:
        return await _document(
            request, lambda scope: statement_for_staff(scope, customer_id, preset, first, last)
        )
    except WrongPeriod as error:
        return PlainTextResponse(str(error), 400)


async def _paper(request: Request, kind: PaperKind) -> Response:
    """The paper as it stands; with ``?version=2``, for staff, as it was issued then."""
    opened = await asyncio.to_thread(_opened, request, kind)
    if opened.topics:
        live.ring(opened.topics)
    if not opened.signed_in:
        return await _sign_in_first(request)
    paper = opened.paper
    if paper is None:
        return _missing()
    etag = f'"{paper.sha256}"'
    asked = request.headers.get("if-none-match", "")
    if etag in (one.strip().removeprefix("W/") for one in asked.split(",")):
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "no-store"})
    return _file(paper.name, paper.content, etag)


def _opened(request: Request, kind: PaperKind) -> Opened:
    """In a thread of its own, once: each way there and back costs as much as a statement."""
    cookies = [cookie for one in AUDIENCES if (cookie := request.cookies.get(cookie_name(one), ""))]
    subject_id = request.path_params["document_id"]
    version = request.query_params.get("version")
    if version is None:
        return open_paper(cookies, kind, subject_id, looks=request.method == "GET")
    is_number = version.isascii() and version.isdigit() and len(version) <= _LONGEST_VERSION
    return open_version(cookies, kind, subject_id, int(version) if is_number else 0)


async def _document(request: Request, find: Find) -> Response:
    present = await signed_in(request)
    if not present:
        return await _sign_in_first(request)
    for who in present:
        stay_within(who.company_id)
        found = await asyncio.to_thread(find, who.scope)
        if found is not None:
            return _file(*found)
    return _missing()


async def _sign_in_first(request: Request) -> Response:
    return await whom_to_ask(request) or RedirectResponse("/sign-in", 303)


def _missing() -> Response:
    return PlainTextResponse("Not found.", 404)


def _file(name: str, content: bytes, etag: str = "") -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{_plain(name)}"',
        "Cache-Control": "no-store",
    }
    if etag:
        headers["ETag"] = etag
    return Response(content, media_type="application/pdf", headers=headers)


def _plain(name: str) -> str:
    """A file name that fits into a header: printable ASCII without quotes or slashes."""
    return "".join(c if c.isascii() and c.isprintable() and c not in '"\\/' else "_" for c in name)


routes = [
    Route("/documents/invoices/{document_id}.pdf", invoice),
    Route("/documents/credit-notes/{document_id}.pdf", credit_note),
    Route("/documents/receipts/{document_id}.pdf", receipt),
    Route("/documents/refunds/{document_id}.pdf", refund),
    Route("/documents/statement.pdf", statement),
    Route("/documents/customers/{customer_id}/statement.pdf", customers_statement),
]
