"""The baseline of bench/pages.py: the least that Reflex makes of one page and one State.

A scratch app under .cache, compiled, bundled and compressed as the portal is. Reflex's toaster is
left out as it is there: with it the baseline would be 10 KB heavier.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from fsm_portal.front_end import ROOT, reflex_environment

FOLDER = ROOT / ".cache" / "bench" / "minimal"

_CONFIG = """import reflex as rx

from fsm_portal.ui.same_origin import PLACEHOLDER, SameOriginPlugin

config = rx.Config(
    app_name="minimal",
    plugins=[SameOriginPlugin()],
    api_url=PLACEHOLDER,
    disable_plugins=[rx.plugins.SitemapPlugin],
    frontend_compression_formats=["brotli", "gzip"],
    telemetry_enabled=False,
    show_built_with_reflex=False,
)
"""
_APP = """import reflex as rx


class Greeting(rx.State):
    text: str = ""

    @rx.event
    def on_load(self) -> None:
        self.text = "Hello"


app = rx.App(toaster=None)
app.add_page(
    lambda: rx.el.main(rx.el.h1(Greeting.text)), route="/", title="Hello", on_load=Greeting.on_load
)
"""
_BUILD = """from pathlib import Path

from reflex.utils import build, prerequisites

from fsm_portal.ui.build import prepare

prepare()
prerequisites.get_compiled_app(prerender_routes=True, use_rich=False, trigger="export")
build.setup_frontend(Path.cwd())
build.build()
"""


def ensure_built() -> Path:
    """The scratch app's folder, built if it is not yet: about 20 seconds, and from the network.

    Raises RuntimeError with the end of the log when it cannot be built.
    """
    requirements = (ROOT / "requirements.txt").read_text()
    wanted = hashlib.sha256("".join([_CONFIG, _APP, _BUILD, requirements]).encode()).hexdigest()
    stamp = FOLDER / "built"
    if stamp.exists() and stamp.read_text() == wanted:
        return FOLDER
    (FOLDER / "minimal").mkdir(parents=True, exist_ok=True)
    (FOLDER / "rxconfig.py").write_text(_CONFIG)
    (FOLDER / "minimal" / "__init__.py").touch()
    (FOLDER / "minimal" / "minimal.py").write_text(_APP)
    done = subprocess.run(
        [sys.executable, "-c", _BUILD],
        cwd=FOLDER,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the minimal page could not be built:\n{done.stdout[-2000:]}")
    stamp.write_text(wanted)
    return FOLDER


def environment() -> dict[str, str]:
    """To build it, and to serve ``minimal.minimal:app`` from its folder, compiled as it is."""
    return (
        os.environ
        | reflex_environment()
        | {"REFLEX_ENV_MODE": "prod", "PYTHONPATH": os.pathsep.join([str(FOLDER), str(ROOT)])}
    )


def serving() -> dict[str, str]:
    """What the server is told besides."""
    return environment() | {
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }
