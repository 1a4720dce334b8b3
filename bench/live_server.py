"""Serve an app for a measurement: ``python -m bench.live_server MODULE:FACTORY PORT``.

No front end is built or served: the tabs of the measurement speak to the sockets alone.
"""

import importlib
import os
import sys

os.environ["__REFLEX_SKIP_COMPILE"] = "true"
os.environ["REFLEX_TELEMETRY_ENABLED"] = "false"
os.environ["REFLEX_ENV_MODE"] = "prod"

import uvicorn


def main(factory: str, port: str) -> None:
    module, _, name = factory.partition(":")
    app = getattr(importlib.import_module(module), name)()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        log_level="warning",
        access_log=False,
        timeout_keep_alive=300,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
