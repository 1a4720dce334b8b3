"""Documents: PDFs for whoever is signed in and may see them. Anything else is the same 404."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoice_document import invoice_pdf
from fsm_portal.flows.receipt_document import receipt_pdf
from fsm_portal.routes.signed_in import signed_in

Find = Callable[[Scope, str], tuple[str, bytes] | None]


async def invoice(request: Request) -> Response:
    return await _document(request, invoice_pdf)


async def receipt(request: Request) -> Response:
    return await _document(request, receipt_pdf)


async def _document(request: Request, find: Find) -> Response:
    present = await signed_in(request)
    if not present:
        return RedirectResponse("/sign-in", 303)
    found = None
    for who in present:
        found = found or await asyncio.to_thread(
            find, who.scope, request.path_params["document_id"]
        )
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
    Route("/documents/receipts/{document_id}.pdf", receipt),
]
