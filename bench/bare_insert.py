"""The baseline of bench/sandbox.py: a bare Starlette app that keeps each form it is sent.

python -m bench.bare_insert PORT FILE
"""

import json
import sqlite3
import sys
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def build(path: str) -> Starlette:
    """The same durability as the sandbox: WAL, synchronous=NORMAL, one transaction a request."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

    async def keep(request: Request) -> JSONResponse:
        body = dict(parse_qsl((await request.body()).decode()))
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO kept (body) VALUES (?)", (json.dumps(body),))
        db.execute("COMMIT")
        return JSONResponse(body)

    return Starlette(routes=[Route("/", keep, methods=["POST"])])


if __name__ == "__main__":
    print("ready", flush=True)
    uvicorn.run(build(sys.argv[2]), port=int(sys.argv[1]), log_level="error", access_log=False)
