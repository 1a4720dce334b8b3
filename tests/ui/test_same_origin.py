"""One build works at every address it is served from."""

import json
import os
import subprocess
import textwrap
from pathlib import Path

import pytest

from fsm_portal.front_end import ensure_built, reflex_environment
from fsm_portal.ui.same_origin import OriginStillBakedIn, SameOriginPlugin, from_same_origin

# As Vite writes them, with whichever quotes are shortest.
BAKED = textwrap.dedent(
    """\
    var e={PING:`http://same-origin.invalid/ping`,EVENT:"ws://same-origin.invalid/_event",
    HEALTH:'http://same-origin.invalid/_health',TRANSPORT:`websocket`};"""
)


@pytest.mark.parametrize(
    ("page", "socket", "ping"),
    [
        ("http://localhost:8000", "ws://localhost:8000/_event", "http://localhost:8000/ping"),
        ("http://127.0.0.1:8100", "ws://127.0.0.1:8100/_event", "http://127.0.0.1:8100/ping"),
        ("https://pay.example", "wss://pay.example/_event", "https://pay.example/ping"),
    ],
)
def test_the_browser_calls_back_to_where_the_page_came_from(page, socket, ping):
    script = f"const location={{origin:{json.dumps(page)}}};{from_same_origin(BAKED)}"
    environment = os.environ | reflex_environment()
    told = subprocess.run(
        ["node", "-e", script + "console.log(JSON.stringify(e))"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    endpoints = json.loads(told.stdout)
    assert endpoints["EVENT"] == socket
    assert endpoints["PING"] == ping
    assert endpoints["TRANSPORT"] == "websocket"


def test_an_address_in_an_unknown_form_fails_the_build(tmp_path):
    (tmp_path / "env.js").write_text('x="http:"+"//same-origin.invalid"+p')
    with pytest.raises(OriginStillBakedIn, match=r"env\.js"):
        SameOriginPlugin().post_build(static_dir=tmp_path)


def test_a_bundle_without_any_address_fails_the_build(tmp_path):
    (tmp_path / "env.js").write_text("var e={}")
    with pytest.raises(OriginStillBakedIn, match="has Reflex changed"):
        SameOriginPlugin().post_build(static_dir=tmp_path)


def test_the_real_bundle_names_no_address_of_a_backend():
    pages = ensure_built() / "build" / "client"
    scripts = [file.read_text() for file in pages.rglob("*.js")]
    assert any('location.origin.replace("http","ws")+"/_event"' in script for script in scripts)
    for file in _texts(pages):
        assert "same-origin.invalid" not in file.read_text(), file.name
        assert "localhost:8000" not in file.read_text(), file.name


def _texts(pages: Path) -> list[Path]:
    return [file for file in pages.rglob("*") if file.suffix in {".js", ".html", ".css"}]
