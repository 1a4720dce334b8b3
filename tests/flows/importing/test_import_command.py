"""``bin/portal import invoices``: what the person at the keyboard sees."""

import os
import signal

import pytest
import typer
from typer.testing import CliRunner, Result

from fsm_portal.commands import import_invoices as command
from fsm_portal.commands.import_screen import Show
from fsm_portal.flows.importing import import_invoices as flow
from fsm_portal.flows.importing.report import Progress
from tests.imports import SLICE, rows_in

app = typer.Typer()
app.command()(command.import_invoices)


@pytest.fixture
def portal_import(database, company, tmp_path, monkeypatch):
    """``portal_import("more", "arguments")`` in an empty folder, for Bright Heating."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*more: str, file: str = str(SLICE), slug: str = "bright-heating") -> Result:
        usual = ["--company", slug, "--mapping", "online-retail-ii"]
        return CliRunner().invoke(app, [file, *usual, *more])

    return run


def test_it_ends_with_a_table_of_what_landed_and_why_the_rest_did_not(portal_import, tmp_path):
    result = portal_import()
    assert result.exit_code == 0
    words = [" ".join(row.replace("│", " ").split()) for row in result.stdout.splitlines()]
    assert "Landed in Bright Heating Co." in words
    assert "Invoices 16 170 8,213.25" in words
    assert "Credit notes 2 12 234.50" in words
    assert "New customers 17" in words
    assert "Refused: No customer 9" in words
    assert "Lines read 193" in words
    assert "Refused lines, each with its reason: refused.csv" in words
    assert (tmp_path / "refused.csv").exists()


def test_both_steps_have_a_bar(portal_import):
    shown = portal_import().stderr
    assert "Checking the file" in shown and "Importing (lines)" in shown
    assert "193/193" in shown


def test_a_dry_run_says_that_it_is_one(portal_import, company, tmp_path):
    result = portal_import("--dry-run", "--refused", "elsewhere.csv")
    assert "Would land in Bright Heating Co." in result.stdout
    assert (tmp_path / "elsewhere.csv").exists()
    assert sum(rows_in(company).values()) == 0


def test_walk_ins_are_one_option_away(portal_import):
    assert "No customer" not in portal_import("--walk-in").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"slug": "bright"}, "There is no company 'bright'. There is: bright-heating."),
        ({"file": "nowhere.csv"}, "nowhere.csv cannot be read: No such file or directory."),
        ({"file": __file__}, "The mapping online-retail-ii needs the columns Invoice,"),
    ],
)
def test_a_mistake_is_one_red_line_and_no_traceback(portal_import, arguments, message):
    result = portal_import(**arguments)
    assert result.exit_code == 1
    assert message in result.stderr and "Nothing has been imported." in result.stderr
    assert "Traceback" not in result.output and result.stdout == ""


def test_a_database_that_is_not_migrated_is_told_so(portal_import, database):
    with database.begin() as connection:
        if database.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("ALTER TABLE company RENAME TO firm")
    assert "`migrate` first" in portal_import().stderr


def test_ctrl_c_stops_after_the_batch_in_hand_and_says_what_landed(
    portal_import, company, monkeypatch
):
    monkeypatch.setattr(flow, "BATCH_DOCUMENTS", 3)
    shows = Show.__call__

    def show_and_press(self: Show, progress: Progress) -> None:
        shows(self, progress)
        if progress.step == "importing" and progress.done < 60:
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(Show, "__call__", show_and_press)
    result = portal_import()
    assert result.exit_code == 130
    assert "were not reached: run it again for the rest." in result.stderr
    assert "Not reached" in result.stdout
    assert rows_in(company)["invoice"] == 3  # one batch
    assert signal.getsignal(signal.SIGINT) is before
