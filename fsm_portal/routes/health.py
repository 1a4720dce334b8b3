"""Health: ``/healthz`` says that the process answers, ``/readyz`` that it can do its work."""

import asyncio

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from fsm_portal.db import reading


async def healthz(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> JSONResponse:
    try:
        await asyncio.to_thread(_ask_database)
    except SQLAlchemyError as error:
        return JSONResponse({"status": "error", "database": type(error).__name__}, 503)
    return JSONResponse({"status": "ok", "database": "ok"})


def _ask_database() -> None:
    """Reads a table of ours: an empty database that was never migrated is not ready."""
    with reading() as session:
        session.connection().execute(text("SELECT 1 FROM company LIMIT 1")).first()


routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
