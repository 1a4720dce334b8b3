"""Runs the portal: one address for pages, websocket and plain routes.

``python -m fsm_portal.serve build`` makes the front end only.
See docs/decisions/0001-own-server-start.md.
"""

import os
import socket
import sys

import redis
import uvicorn
from redis.exceptions import RedisError

from fsm_portal.config import WrongSettings, settings
from fsm_portal.front_end import ROOT, BuildFailed, ensure_built, reflex_environment
from fsm_portal.logs import redacted

# A frame of a page event is a few hundred bytes; whoever sends more is cut off.
_MAX_FRAME_BYTES = 256 * 1024


class CannotServe(Exception):
    """One line that says what to change."""


def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """Serves until interrupted. Builds the front end first when its sources have changed.

    Raises CannotServe for settings that would lose data and for what is not there to serve with,
    BuildFailed for a broken front end.
    """
    if workers > 1 and not settings().redis_url:
        raise CannotServe(
            "several workers share what an open tab knows through Redis: "
            "set FSM_REDIS_URL, or use --workers 1"
        )
    if workers > 1 and "secret_key" not in settings().model_fields_set:
        raise CannotServe(
            "several workers must sign with one key, and each would draw its own: "
            "set FSM_SECRET_KEY, or use --workers 1"
        )
    _check_redis()
    _check_address(host, port)
    build = ensure_built()
    os.environ.update(
        reflex_environment()
        | {
            "REFLEX_ENV_MODE": "prod",
            "REFLEX_WEB_WORKDIR": str(build),
            # The workers read it again, from the project's folder.
            "FSM_DATA_DIR": str(settings().data_dir),
            # Already compiled: see fsm_portal.front_end.
            "__REFLEX_SKIP_COMPILE": "true",
            "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
            "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": str(_MAX_FRAME_BYTES),
        }
    )
    os.chdir(ROOT)
    uvicorn.run(
        "fsm_portal.fsm_portal:app",
        factory=True,
        host=host,
        port=port,
        workers=workers if workers > 1 else None,
        ws_max_size=_MAX_FRAME_BYTES,
        # Half the memory of an open tab; frames are a few kilobytes at most.
        ws_per_message_deflate=False,
        # Who a client is decides how many links it may ask for: no stranger's header says it.
        proxy_headers=bool(settings().trusted_proxies),
        forwarded_allow_ips=settings().trusted_proxies or None,
        server_header=False,
        timeout_graceful_shutdown=3,
        log_config=None,
    )


def _check_redis() -> None:
    url = settings().redis_url
    if not url:
        return
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as server:
            server.ping()
    except (RedisError, OSError, ValueError) as error:
        cause = redacted(" ".join(str(error).split())).rstrip(".")
        raise CannotServe(
            f"FSM_REDIS_URL names a Redis server that cannot be used ({cause}): "
            "start it, or unset the variable and use --workers 1"
        ) from None


def _check_address(host: str, port: int) -> None:
    """Before the front end is built, which takes long."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server will: the last one's connections may linger.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise CannotServe(
            f"{host}:{port} cannot be listened on ({cause}): "
            "choose another --port, or an address of this machine with --host"
        ) from None


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["build"]:
            print(ensure_built().relative_to(ROOT))
            return 0
        if len(arguments) == 1 and arguments[0].isdigit():
            serve(port=int(arguments[0]))
            return 0
    except (BuildFailed, CannotServe, WrongSettings) as error:
        print(error, file=sys.stderr)
        return 1
    print("usage: python -m fsm_portal.serve build | PORT", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
