"""Health: ``/healthz`` says that the process answers, ``/readyz`` that it can do its work."""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from fsm_portal.db import reading
from fsm_portal.domain.scoped_transaction import are_companies_apart


async def healthz(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> JSONResponse:
    try:
        apart = await asyncio.to_thread(_ask_database)
    except SQLAlchemyError as error:
        return JSONResponse({"status": "error", "database": type(error).__name__}, 503)
    # It serves all the same: docs/running.md says how it is switched on.
    off = {"row_level_security": "off"} if apart is False else {}
    return JSONResponse({"status": "ok", "database": "ok"} | off)


def _ask_database() -> bool | None:
    """Reads a table of ours: an empty database that was never migrated is not ready.

    Returns whether the database keeps companies apart; None where it has no means to.
    """
    with reading() as session:
        connection = session.connection()
        connection.execute(text("SELECT 1 FROM company LIMIT 1")).first()
        return are_companies_apart(connection)


routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
