"""bin/portal: whatever is wrong is one line that says what to do, and never a traceback."""

import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.engine import make_url

from fsm_portal import command_line, db
from fsm_portal.config import settings
from fsm_portal.migrations import DatabaseUnusable, NotMigrated, check_migrated, migrate
from fsm_portal.setting_values import ROOT

Said = tuple[int, str, str]


@pytest.fixture
def portal(environment, monkeypatch, capsys) -> Iterator[Callable[..., Said]]:
    """``portal("company", "list")`` gives the exit status, what it said, what it complained of."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def run(*arguments: str) -> Said:
        settings.cache_clear()
        db.engine.cache_clear()
        monkeypatch.setattr(sys, "argv", ["bin/portal", *arguments])
        capsys.readouterr()  # what was logged on the way here
        status = command_line.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return status, said.out, said.err

    yield run
    db.engine.cache_clear()
    logging.captureWarnings(False)
    root.handlers[:], root.level = before


@pytest.fixture
def migrated(environment, _migrated_template) -> None:
    """The embedded database of the settings of this test, as bin/portal migrate leaves it."""
    settings.cache_clear()
    shutil.copy(_migrated_template, make_url(settings().database).database)


NEED_A_DATABASE = [
    ("link", "maya@brightheating.example"),
    ("import", "invoices", "file.csv", "--company", "x", "--mapping", "online-retail-ii"),
    ("company", "list"),
    ("company", "add", "bright-heating"),
    ("company", "connect", "bright-heating", "acct_1"),
    ("company", "show", "bright-heating"),
    ("company", "portal", "bright-heating", "off"),
    ("company", "plan", "bright-heating", "pro"),
    ("invite", "dana@harborview.example"),
    ("sweep",),
    ("worker",),
    ("prune",),
    ("prove",),
    ("serve",),
]


@pytest.mark.parametrize("command", NEED_A_DATABASE, ids=" ".join)
def test_before_the_first_migrate_every_command_says_to_migrate(portal, command, tmp_path):
    status, out, complaint = portal(*command)
    assert (status, out) == (1, "")
    assert complaint.count("\n") == 1
    assert "There is no database at" in complaint
    assert "run bin/portal migrate" in complaint
    # Looking for it does not make it.
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", NEED_A_DATABASE, ids=" ".join)
def test_on_an_earlier_versions_database_too(portal, migrated, command):
    _set_version("0001")
    status, out, complaint = portal(*command)
    assert (status, out) == (1, "")
    assert complaint.count("\n") == 1
    assert "in the form of an earlier version: run bin/portal migrate" in complaint


def test_once_migrated_it_works(portal):
    assert portal("migrate")[:2] == (0, "The database is up to date.\n")
    assert portal("company", "list") == (0, "", "")
    assert portal("prune")[:2] == (
        0,
        "Pruned 0 notes of work, 0 sign-ins, 0 links and the text of 0 events.\n",
    )


def test_the_embedded_databases_folder_is_for_its_owner_alone(portal, environment, tmp_path):
    environment.setenv("FSM_DATA_DIR", str(tmp_path / "data"))
    assert portal("migrate")[0] == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_database_of_a_newer_version_is_left_alone(portal, migrated):
    _set_version("0999")
    for command in (("company", "list"), ("migrate",)):
        status, _, complaint = portal(*command)
        assert status == 1
        assert "migrated by a newer version of the portal (0999)" in complaint


def test_help_is_there_before_anything_is_set_up(portal, environment):
    environment.setenv("FSM_SESSION_DAYS", "many")
    for command in (("--help",), ("serve", "--help"), ("company", "add", "--help"), ("company",)):
        if command != ("company",):
            status, out, complaint = portal(*command)
            assert (status, complaint) == (0, "")
            assert "Usage: bin/portal" in out


def test_wrong_settings_are_a_line_each_and_status_2(portal, environment):
    environment.setenv("FSM_SESSION_DAYS", "many")
    environment.setenv("FSM_SMTP_SECURITY", "ssl")
    for command in (("migrate",), ("company", "list"), ("serve",)):
        status, out, complaint = portal(*command)
        assert (status, out) == (2, "")
        assert [line.split()[0] for line in complaint.splitlines()] == [
            "FSM_SMTP_SECURITY",
            "FSM_SESSION_DAYS",
        ]


def test_a_mistyped_variable_is_pointed_out(portal, environment, migrated):
    environment.setenv("FSM_SESION_DAYS", "7")
    status, _, complaint = portal("company", "list")
    assert (status, complaint) == (
        0,
        "FSM_SESION_DAYS is no setting: did you mean FSM_SESSION_DAYS?\n",
    )


@pytest.mark.parametrize("command", [("migrate",), ("company", "list"), ("serve",), ("worker",)])
def test_a_database_that_cannot_be_reached_is_one_line_without_its_password(
    portal, environment, command
):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment.setenv("FSM_DATABASE_URL", f"postgresql://portal:canary@127.0.0.1:{port}/portal")
    status, out, complaint = portal(*command)
    assert (status, out) == (2, "")
    assert complaint.count("\n") == 1
    assert complaint.startswith("FSM_DATABASE_URL names a database that cannot be reached")
    assert "postgresql://user:password@host:5432/name" in complaint
    assert "canary" not in complaint


def test_a_file_that_is_no_database_is_named(portal, tmp_path):
    (tmp_path / "portal.sqlite3").write_text("not a database" * 100)
    status, _, complaint = portal("company", "list")
    assert status == 2
    assert complaint.count("\n") == 1
    assert f"{tmp_path / 'portal.sqlite3'} cannot be used" in complaint
    assert "FSM_DATA_DIR" in complaint


def test_a_folder_that_cannot_be_made_is_named(portal, environment, tmp_path):
    (tmp_path / "file").write_text("")
    environment.setenv("FSM_DATA_DIR", str(tmp_path / "file" / "data"))
    status, _, complaint = portal("migrate")
    assert status == 2
    assert "cannot be made" in complaint and "FSM_DATA_DIR" in complaint


COMPANY = ("--name", "Bright Heating Co.", "--owner-name", "Maya Ortiz", "--owner-email")


def test_a_company_that_cannot_be_is_a_line_for_each_reason(portal, migrated):
    wrong = ("--country", "UK", "--currency", "EURO", "--time-zone", "America")
    status, out, complaint = portal("company", "add", "bright-heating", *COMPANY, "maya", *wrong)
    assert (status, out) == (1, "")
    assert [line.split()[0] for line in complaint.splitlines()] == [
        "'maya'",
        "'EURO'",
        "'UK'",
        "'America'",
    ]
    assert portal("company", "list") == (0, "", "")


def test_without_a_key_nothing_is_asked_of_stripe(portal, migrated):
    email = "maya@brightheating.example"
    assert portal("company", "add", "bright-heating", *COMPANY, email)[0] == 0
    for command in (("company", "connect", "bright-heating", "acct_1"), ("sweep",)):
        status, _, complaint = portal(*command)
        assert (status, complaint.count("\n")) == (2, 1)
        assert complaint.startswith("FSM_STRIPE_SECRET_KEY is not set")


def test_a_stripe_that_does_not_answer_is_one_line(portal, environment, migrated):
    email = "maya@brightheating.example"
    assert portal("company", "add", "bright-heating", *COMPANY, email)[0] == 0
    environment.setenv("FSM_STRIPE_SECRET_KEY", "sk_test_canary")
    environment.setenv("FSM_STRIPE_API_BASE", "http://127.0.0.1:9")
    status, _, complaint = portal("company", "connect", "bright-heating", "acct_1")
    assert (status, complaint.count("\n")) == (1, 1)
    assert "Stripe could not be asked about acct_1" in complaint


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--workers", "0"), "'--workers': it has to be greater than or equal to 1"),
        (("--workers", "-2"), "'--workers': it has to be greater"),
        (("--workers", "two"), "'--workers'"),
        (("--port", "99999"), "'--port': it has to be less than or equal to 65535"),
        (("--port", "0"), "'--port': it has to be greater"),
        (("--port", "-8000"), "'--port': it has to be greater"),
        (("--prot", "8000"), "--prot"),
    ],
)
def test_what_cannot_be_served_is_refused(portal, migrated, options, says):
    status, out, complaint = portal("serve", *options)
    assert (status, out) == (2, "")
    assert complaint.count("\n") == 1
    assert says in complaint and "See bin/portal serve --help." in complaint


def test_a_taken_port_an_unknown_host_and_an_absent_redis_are_said_at_once(
    portal, environment, migrated
):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, complaint = portal("serve", "--port", str(port))
    assert (status, complaint.count("\n")) == (1, 1)
    assert f"127.0.0.1:{port} cannot be listened on" in complaint
    assert "--port" in complaint
    status, _, complaint = portal("serve", "--host", "nowhere.invalid")
    assert (status, complaint.count("\n")) == (1, 1)
    assert "--host" in complaint
    environment.setenv("FSM_REDIS_URL", f"redis://:canary@127.0.0.1:{port}/0")
    status, _, complaint = portal("serve", "--port", str(port))
    assert (status, complaint.count("\n")) == (1, 1)
    assert "FSM_REDIS_URL" in complaint and "canary" not in complaint


def test_a_command_that_there_is_not_is_told_from_those_that_there_are(portal):
    status, out, complaint = portal("serv")
    assert (status, out) == (2, "")
    assert complaint == "No such command 'serv'. Did you mean 'serve'? See bin/portal --help.\n"


def test_the_check_works_on_postgresql_as_well(environment, postgres):
    url = postgres.url(postgres.create_database())
    with pytest.raises(NotMigrated, match=r"portal_\w+ was never migrated: run bin/portal migrate"):
        check_migrated(url)
    migrate(url)
    check_migrated(url)
    with pytest.raises(DatabaseUnusable, match=r"cannot be reached .*nowhere"):
        check_migrated(postgres.url("nowhere"))


def test_it_works_from_any_folder_and_through_a_link(tmp_path):
    """Neither the folder one stands in nor what lies there has a say."""
    (tmp_path / "typer.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "portal").symlink_to(ROOT / "bin" / "portal")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("FSM_")}
    environment = plain | {"FSM_DATA_DIR": str(tmp_path / "data"), "CDPATH": str(ROOT)}
    ours = str(ROOT / "bin" / "portal")
    for command in (ours, os.path.relpath(ours, tmp_path), "./portal"):
        done = subprocess.run(
            [command, "company", "list"],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        last = done.stderr.splitlines()[-1]
        assert last.startswith(f"There is no database at {tmp_path / 'data'}")


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are bash scripts")
@pytest.mark.parametrize("command", ["bench", "check", "test", "lock"])
def test_help_of_the_developers_commands_runs_nothing(command, tmp_path):
    done = subprocess.run(
        [ROOT / "bin" / command, "--help"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert f"bin/{command}" in done.stdout
    if command == "bench":
        assert "pdf" in done.stdout


def test_check_takes_no_arguments():
    done = subprocess.run(
        [sys.executable, ROOT / "bin" / "lib" / "run_checks.py", "--fast"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert "takes no" in done.stderr


def _set_version(version: str) -> None:
    engine = db.create_engine(settings().database)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
        connection.commit()
    engine.dispose()
