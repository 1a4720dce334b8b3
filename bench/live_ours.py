"""The app under test for bench/live.py: one live page, one signed webhook, one SQLite file."""

import asyncio
import os
from dataclasses import dataclass

import reflex as rx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.live_shared import Books, checked
from fsm_portal import live

books = Books(os.environ["BENCH_LIVE_DATABASE"])


@dataclass(frozen=True)
class Eyes:
    company: str


@dataclass(frozen=True)
class LineView:
    description: str
    quantity: str
    amount: str


@dataclass(frozen=True)
class InvoiceView:
    serial: int = -1
    number: str = ""
    customer: str = ""
    status: str = ""
    lines: tuple[LineView, ...] = ()


class InvoicePage(rx.State):
    view: InvoiceView = InvoiceView()

    @classmethod
    def load_view(cls, scope: Eyes, params: str) -> InvoiceView:
        serial, lines = books.invoice(scope.company, params)
        return InvoiceView(
            serial, params, "Harbor View Apartments", "Paid", tuple(LineView(*row) for row in lines)
        )

    @rx.event
    async def on_load(self) -> None:
        session = self.router.headers.cookie.partition("fsm_session=")[2]
        company = await asyncio.to_thread(books.company_of, session)
        if company is None:
            return
        invoice = self.router.url.query_parameters.get("invoice", "")
        topics = {f"invoice:{invoice}"}
        live.watch(self, InvoicePage, topics, Eyes(company), invoice, session_id=session)


async def webhook(request: Request) -> Response:
    event = checked(await request.body(), request.headers)
    await asyncio.to_thread(books.record, event["invoice"], event["serial"])
    live.ring({f"invoice:{event['invoice']}"})
    return Response("ok")


def make_app() -> rx.App:
    app = rx.App(api_transformer=Starlette(routes=[Route("/hook", webhook, methods=["POST"])]))
    app.add_page(lambda: rx.el.main(InvoicePage.view.number), "/", on_load=InvoicePage.on_load)
    live.start(app, books.alive)
    return app
