"""What is logged can be read by a person, by a machine, and by a stranger without harm."""

import asyncio
import io
import json
import logging
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from fsm_portal import logs
from fsm_portal.config import Settings

# One of each kind of secret that passes through the portal.
CANARIES = {
    "secret key": "sk_test_51CanaryCanaryCanaryCanary",
    "restricted key": "rk_live_51CanaryCanaryCanaryCanary",
    "webhook secret": "whsec_CanaryCanaryCanaryCanary0000",
    "client secret": "cs_test_a1B2c3D4_secret_CanaryCanaryCanary",
    "sign-in token": "Canary-0Canary_1Canary2Canary3Canary4Canary",
    "session cookie": "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjF9.Canary-signature_000",
    "card": "4242 4242 4242 4242",
    "card without spaces": "5555555555554444",
    "email": "dana.canary@harborview.example",
    "password": "canary-password-of-the-database",
}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that this process logs."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(Settings(log_level="DEBUG"), stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers[:], root.level = before


def secrets_in(text: str) -> list[str]:
    return [name for name, secret in CANARIES.items() if secret in text]


SPELLINGS = [
    "{secret key}",
    "Authorization: Bearer {secret key}",
    "key={restricted key}&other=1",
    "no signature matches with {webhook secret}.",
    "{client secret}",
    "GET /sign-in/{sign-in token} HTTP/1.1",
    "http://localhost:8000/sign-in/{sign-in token}?next=/portal/",
    "the token {sign-in token} was used twice",
    "Cookie: fsm_session={session cookie}; theme=dark",
    "{{'cookie': 'fsm_session={session cookie}', 'host': 'localhost'}}",
    "[(b'cookie', b'fsm_session={session cookie}'), (b'host', b'localhost')]",
    '{{"headers": {{"cookie": "fsm_session={session cookie}"}}}}',
    '"{{\\"cookie\\": \\"fsm_session={session cookie}\\"}}"',
    "set-cookie: fsm_session={session cookie}; HttpOnly",
    "card {card} was declined",
    "number={card without spaces}",
    "4242-4242-4242-4242",
    "cannot deliver to Dana Reyes <{email}>",
    "postgresql+psycopg://portal:{password}@db.internal/portal",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_secret_gets_into_a_line_however_it_is_spelled(spelling):
    """Case 48."""
    line = logs.redacted(spelling.format_map(CANARIES))
    assert secrets_in(line) == []
    assert "4242-4242-4242-4242" not in line


def test_what_helps_to_find_the_cause_stays():
    line = "invoice 0193f5b07c5e7c3c9a0f2f9a7a1d2b3c of acct_1QBright: pi_3QabcDEF is 128450 USD"
    assert logs.redacted(line) == line
    assert logs.redacted("mail to dana@harborview.example") == "mail to d…@harborview.example"
    assert logs.redacted("card 4242 4242 4242 4242") == "card [card …4242]"
    # Thirteen digits and more, but no card: the check digit does not fit.
    assert logs.redacted("at 1763759000123456") == "at 1763759000123456"


def test_a_raising_handler_leaves_a_readable_and_redacted_trace(written):
    """Case 50: what Reflex, uvicorn and our own code log, goes through the same formatter."""

    def handler() -> None:
        raise ValueError(f"cannot parse {CANARIES['session cookie']} of {CANARIES['email']}")

    for name in ("reflex.app", "uvicorn.error", "fsm_portal.worker", "asyncio"):
        try:
            handler()
        except ValueError:
            logging.getLogger(name).exception("in %s", {"cookie": CANARIES["session cookie"]})
    text = written.getvalue()
    assert secrets_in(text) == []
    assert text.count("ValueError: cannot parse [token] of d…@harborview.example") == 4
    assert "raise ValueError" in text


def test_arguments_that_do_not_fit_cost_neither_the_line_nor_a_secret():
    record = logging.LogRecord(
        "fsm_portal", logging.WARNING, "", 0, "%d left for %s", (CANARIES["secret key"],), None
    )
    line = logs.TextLines().format(record)
    assert "left for" in line
    assert secrets_in(line) == []


def test_json_lines_are_one_object_each_with_the_trace_inside(written):
    logs.configure(Settings(log_format="json", log_level="INFO"), written)
    try:
        raise RuntimeError(CANARIES["webhook secret"])
    except RuntimeError:
        logging.getLogger("fsm_portal.flows").exception("two\nlines for %s", CANARIES["email"])
    (line,) = written.getvalue().splitlines()
    entry = json.loads(line)
    assert entry["level"] == "error"
    assert entry["logger"] == "fsm_portal.flows"
    assert entry["message"] == "two\nlines for d…@harborview.example"
    assert "whsec_[redacted]" in entry["trace"]
    assert entry["at"].endswith("Z")


def test_a_real_server_logs_requests_sockets_and_crashes_without_their_secrets(written):
    """Cases 48 and 50, through uvicorn: request lines, the socket's address, a traceback."""

    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def crash(request: Request) -> PlainTextResponse:
        raise RuntimeError(f"headers were {request.headers.raw}")

    async def sock(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = Starlette(
        routes=[
            Route("/sign-in/{token}", page),
            Route("/assets/app.js", page),
            Route("/crash", crash),
            WebSocketRoute("/_event/", sock),
        ]
    )
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser:
            browser.get(f"/sign-in/{CANARIES['sign-in token']}?email={CANARIES['email']}")
            browser.get("/assets/app.js")
            cookie = {"Cookie": f"fsm_session={CANARIES['session cookie']}"}
            assert browser.get("/crash", headers=cookie).text == "Internal Server Error"
        asyncio.run(_open_socket(port, CANARIES["sign-in token"]))
    finally:
        server.should_exit = True
        thread.join(5)
    text = written.getvalue()
    assert secrets_in(text) == []
    assert '"GET /sign-in/[token]?email=d…@harborview.example HTTP/1.1" 200' in text
    assert "/_event/?token=[token]" in text
    assert "RuntimeError: headers were" in text
    # Files that went well are not worth a line.
    assert "/assets/app.js" not in text


async def _open_socket(port: int, token: str) -> None:
    import websockets

    async with websockets.connect(f"ws://127.0.0.1:{port}/_event/?token={token}&EIO=4"):
        pass


def test_lines_go_to_standard_error_as_it_is_when_they_are_written(capsys):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logs.configure(Settings())
        logging.getLogger("fsm_portal").warning("still here")
    finally:
        logging.captureWarnings(False)
        root.handlers[:], root.level = before
    assert "WARNING fsm_portal  still here" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["x", "a.", "eyJ-", "ab@", "a://", "cookie ", "\n", "1 ", "fsm_"])
def test_a_client_cannot_hold_up_the_log_with_a_long_line(word):
    """Case 41: a megabyte in an event's argument took an hour, in which nobody was served."""
    began = time.monotonic()
    line = logs.redacted(f"by {word * (1_000_000 // len(word))}")
    assert time.monotonic() - began < 5
    assert len(line) < 10_000


def test_of_a_secret_at_the_cut_nothing_stays():
    secret = "A1b2C3d4E5f6G7h8I9j0" * 3
    for before in range(3950, 4001):
        line = logs.redacted(f"{'word ' * 900}"[:before] + f" {secret} and more {'z' * 5000}")
        assert "A1b2C3" not in line
        assert line.endswith("characters]")
