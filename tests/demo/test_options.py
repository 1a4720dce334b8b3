"""bin/demo says what is wrong in one line, before anything that takes long."""

import socket

import pytest

from fsm_portal.config import ROOT
from fsm_portal.demo.options import Ports, check_ports, checked, hold, parse


def _free_base() -> int:
    """A port with four free ones after it."""
    for base in range(23_000, 24_000, 10):
        try:
            check_ports(parse("dev", ["--port", str(base)]))
        except SystemExit:
            continue
        return base
    raise AssertionError("no five free ports in a row")


def test_the_other_ports_follow_from_the_first():
    ports = Ports(8100)
    assert (ports.stripe, ports.mail_page, ports.smtp) == (8101, 8102, 8103)


def test_a_demo_is_told_where_to_run_and_keep_its_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    base = _free_base()
    told = checked("demo", ["--port", str(base), "--data", "here"])
    assert told == ["--port", str(base), "--data", str(tmp_path / "here")]
    assert parse("demo", []).data == ROOT / ".demo"
    assert (tmp_path / "here").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("offset", "who"),
    [(0, "the portal"), (1, "the Stripe sandbox"), (2, "the mail page"), (3, "the mail server")],
)
def test_a_taken_port_is_one_clear_line(offset, who):
    base = _free_base()
    taken = socket.create_server(("127.0.0.1", base + offset))
    with taken, pytest.raises(SystemExit) as refusal:
        check_ports(parse("demo", ["--port", str(base)]))
    message = str(refusal.value)
    assert "\n" not in message
    assert f"Port {base + offset}, wanted for {who}, is taken" in message
    assert f"try bin/demo --port {base + 100}" in message


def test_what_else_was_asked_for_stays_in_the_command_that_is_suggested(monkeypatch):
    base = _free_base()
    with (
        socket.create_server(("127.0.0.1", base)),
        socket.create_server(("127.0.0.1", base + 101)),
        pytest.raises(SystemExit, match=rf"try bin/dev --port {base + 200} --data 'my data'$"),
    ):
        checked("dev", ["--data", "my data", "--port", str(base)])


def test_no_port_is_suggested_that_would_be_refused():
    with socket.create_server(("127.0.0.1", 65_500)), pytest.raises(SystemExit) as refusal:
        check_ports(parse("demo", ["--port", "65500"]))
    suggested = str(refusal.value).rsplit(" ", 1)[1]
    assert 1024 <= parse("demo", ["--port", suggested]).ports.portal < 65_500


@pytest.mark.parametrize("port", ["80", "65535", "-1", "http", "8000.5", ""])
def test_a_port_that_cannot_be_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        parse("demo", [f"--port={port}"])
    assert "is no port between 1024 and 65530" in capsys.readouterr().err


def test_two_demos_do_not_share_a_folder(tmp_path):
    with hold(tmp_path), pytest.raises(SystemExit, match="Another one is running"):
        hold(tmp_path)
    hold(tmp_path).close()


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit, match="Cannot write to"):
        hold(tmp_path / "file" / "data")
