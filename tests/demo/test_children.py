"""The parts of a demo come up together and go down together."""

import http.client
import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from fsm_portal.demo.children import Children, ChildStopped


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_a_child_is_ready_when_it_answers_and_gone_afterwards(port, tmp_path):
    with Children() as children:
        web = children.start(
            "The web",
            ["http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)],
            f"http://127.0.0.1:{port}/",
            tmp_path / "web.log",
        )
        children.wait_for([web], patience=10)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        pid = web.process.pid
    assert not _is_alive(pid)


def test_who_stops_is_named_with_the_end_of_its_log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Children() as children:
        children.start("The mail catcher", ["json.tool", "missing.json"], "http://x", Path("m.log"))
        with pytest.raises(ChildStopped) as stopped:
            children.watch()
    message = str(stopped.value)
    assert message.startswith("The mail catcher stopped (exit status")
    assert "The end of m.log:" in message
    assert "missing.json" in message


def test_a_build_may_finish_but_not_fail(tmp_path):
    with Children() as children:
        done = children.start("The build", ["timeit", "-n1", "pass"], "", tmp_path / "b.log")
        children.finish(done)
        children.check()
        broken = children.start("The build", ["json.tool", "missing"], "", tmp_path / "c.log")
        with pytest.raises(ChildStopped, match="The build stopped"):
            children.finish(broken)


def test_nobody_survives_the_death_of_the_launcher(tmp_path, port):
    """kill -9 leaves it no chance to clear up; the kernel tells the children."""
    if sys.platform != "linux":
        pytest.skip("the kernel's help is Linux only")
    arguments = ["http.server", str(port), "--bind", "127.0.0.1"]
    script = textwrap.dedent(
        f"""\
        import time
        from pathlib import Path
        from fsm_portal.demo.children import Children
        child = Children().start("web", {arguments!r}, "", Path({str(tmp_path / "web.log")!r}))
        print(child.process.pid, flush=True)
        time.sleep(60)
        """
    )
    launcher = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    assert _is_alive(child)
    os.kill(launcher.pid, 9)
    launcher.wait()
    deadline = time.monotonic() + 60
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(child)
