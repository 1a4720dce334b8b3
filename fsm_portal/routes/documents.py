"""Documents: PDFs for whoever is signed in and may see them. Anything else is the same 404."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fsm_portal import live
from fsm_portal.domain.invoice_open import How
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoice_document import invoice_pdf
from fsm_portal.flows.invoicing.credit_note_document import credit_note_pdf
from fsm_portal.flows.invoicing.note_open import note_seen
from fsm_portal.flows.receipt_document import receipt_pdf
from fsm_portal.flows.statement_document import statement_for_staff, statement_pdf
from fsm_portal.flows.statement_period import WrongPeriod
from fsm_portal.routes.signed_in import signed_in, whom_to_ask

Find = Callable[[Scope], tuple[str, bytes] | None]
FindById = Callable[[Scope, str], tuple[str, bytes] | None]

# Of a query's value: a day has ten characters.
_LONGEST = 40


async def invoice(request: Request) -> Response:
    answer = await _document(request, _by_id(request, invoice_pdf))
    if answer.status_code == 200 and request.method == "GET":
        for who in await signed_in(request):
            live.ring(
                await asyncio.to_thread(note_seen, who, request.path_params["document_id"], How.PDF)
            )
    return answer


async def credit_note(request: Request) -> Response:
    return await _document(request, _by_id(request, credit_note_pdf))


async def receipt(request: Request) -> Response:
    return await _document(request, _by_id(request, receipt_pdf))


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


def _by_id(request: Request, find: FindById) -> Find:
    return lambda scope: find(scope, request.path_params["document_id"])


async def _document(request: Request, find: Find) -> Response:
    present = await signed_in(request)
    if not present:
        return await whom_to_ask(request) or RedirectResponse("/sign-in", 303)
    found = None
    for who in present:
        found = found or await asyncio.to_thread(find, who.scope)
    if found is None:
        return PlainTextResponse("Not found.", 404)
    name, content = found
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{_plain(name)}"',
            "Cache-Control": "no-store",
        },
    )


def _plain(name: str) -> str:
    """A file name that fits into a header: printable ASCII without quotes or slashes."""
    return "".join(c if c.isascii() and c.isprintable() and c not in '"\\/' else "_" for c in name)


routes = [
    Route("/documents/invoices/{document_id}.pdf", invoice),
    Route("/documents/credit-notes/{document_id}.pdf", credit_note),
    Route("/documents/receipts/{document_id}.pdf", receipt),
    Route("/documents/statement.pdf", statement),
    Route("/documents/customers/{customer_id}/statement.pdf", customers_statement),
]
