"""``bin/portal import customers`` and ``import jobs``: what the person at the keyboard sees."""

import os
import signal
from pathlib import Path

import pytest
import typer
from sqlmodel import select
from typer.testing import CliRunner, Result

from fsm_portal.commands.import_customers import import_customers
from fsm_portal.commands.import_jobs import import_jobs
from fsm_portal.commands.import_screen import Show
from fsm_portal.db import reading
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.job import Job
from fsm_portal.domain.job_word import JobWord
from fsm_portal.flows.importing import import_table
from fsm_portal.flows.importing.report import Progress

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
JOBS = (
    "Customer;Title;Day;Done\n"
    "Harbor View Apartments;Boiler service;17.11.2026;no\n"
    "dana@harborview.example;Filter;02.11.2026;yes\n"
    "Nobody;Filter;02.11.2026;yes\n"
)
app = typer.Typer()
app.command("customers")(import_customers)
app.command("jobs")(import_jobs)


@pytest.fixture
def portal_import(database, company, tmp_path, monkeypatch):
    """``portal_import("customers", file, "more", "arguments")`` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(kind: str, file: Path | str, *more: str) -> Result:
        usual = ["--company", "bright-heating"]
        return CliRunner().invoke(app, [kind, str(file), *usual, *more])

    return run


def words(result: Result) -> list[str]:
    return [" ".join(row.replace("│", " ").split()) for row in result.stdout.splitlines()]


def rows(model):
    with reading() as session:
        return session.exec(select(model)).all()


def test_the_contacts_of_quickbooks_land_as_they_were_exported(portal_import):
    result = portal_import("customers", EXPORTS / "quickbooks_customer_contacts.csv")
    assert result.exit_code == 0, result.output
    assert "QuickBooks export is read so: name from Customer full name" in result.stderr
    assert "Checking the file" in result.stderr and "2/2" in result.stderr
    assert "Landed in Bright Heating Co." in words(result) and "New customers 2" in words(result)
    # The moment of the export, alone on the last line, is nobody.
    harbor, larkspur = sorted(rows(Customer), key=lambda one: one.name)
    assert (harbor.contact, harbor.phone, harbor.address) == (
        "Dana Reyes",
        "(718) 555-0142",
        "12 Pier Road, Brooklyn, NY 11201",
    )
    assert (larkspur.name, larkspur.email) == ("Larkspur Elementary", None)


def test_stripes_customers_twice_double_nothing(portal_import, tmp_path):
    first = portal_import("customers", EXPORTS / "stripe_customers.csv")
    assert "New customers 3" in words(first)
    assert "Refused: Customer not clear 1" in words(first)
    assert "Refused lines, each with its reason: refused.csv" in words(first)
    refused = (tmp_path / "refused.csv").read_text()
    assert "5,The email 'not an address' is not one address.,cus_4" in refused
    again = portal_import("customers", EXPORTS / "stripe_customers.csv")
    assert "New customers 0" in words(again) and "Already there 3" in words(again)
    # A customer without a name at Stripe mostly has it in the description.
    assert sorted(one.name for one in rows(Customer)) == [
        "Harbor View Apartments",
        "Northwind Dental Group",
        "Walk-in at the fair",
    ]
    mended = refused.replace("not an address", "office@larkspur.example")
    (tmp_path / "mended.csv").write_text(mended)
    assert "New customers 1" in words(portal_import("customers", "mended.csv"))


def test_jobs_go_to_their_customers(portal_import, dana, tmp_path):
    (tmp_path / "jobs.csv").write_text(JOBS)
    result = portal_import("jobs", "jobs.csv")
    assert "New jobs 2" in words(result) and "Refused: Customer not clear 1" in words(result)
    assert {job.customer_id for job in rows(Job)} == {dana.id}
    # They are found by the words of their titles.
    assert {word.job_id for word in rows(JobWord)} == {job.id for job in rows(Job)}
    assert "Already there 2" in words(portal_import("jobs", "jobs.csv"))


def test_a_dry_run_lands_nothing_and_counts_twins_once(portal_import, monkeypatch, tmp_path):
    monkeypatch.setattr(import_table, "BATCH", 1)
    (tmp_path / "two.csv").write_text("Name,Phone\nAsh,1\nASH,2\nLee,3\n")
    result = portal_import("customers", "two.csv", "--dry-run", "--refused", "elsewhere.csv")
    assert "Would land in Bright Heating Co." in words(result)
    assert "New customers 2" in words(result) and "Already there 1" in words(result)
    assert rows(Customer) == []


def test_columns_that_the_header_does_not_tell_are_said(portal_import, tmp_path):
    (tmp_path / "own.csv").write_text("Kunde,Mail,Name\nAsh,lee@ash.example,Lee\n")
    told = portal_import("customers", "own.csv", "--column", "nom=Kunde")
    assert "--column nom=Kunde is not FIELD=HEADER with one of: name, " in told.stderr
    told = portal_import("customers", "own.csv", "--column", "name=Klant")
    assert "needs the column Klant" in told.stderr
    done = portal_import(
        *("customers", "own.csv", "--column", "name=Kunde"),
        *("--column", "email=Mail", "--column", "contact=Name"),
    )
    assert done.exit_code == 0
    (ash,) = rows(Customer)
    assert (ash.name, ash.email, ash.contact) == ("Ash", "lee@ash.example", "Lee")


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("customers", None, "own.csv cannot be read: No such file or directory."),
        ("customers", "", "The file is empty."),
        (
            "jobs",
            "Title,Day\nA,2026-11-02\n",
            "No column is known for: Customer. Say which it is: ",
        ),
        ("customers", 'Name,Email\n"Ash,lee@ash.example\n', "a quotation mark that never closes"),
    ],
)
def test_a_mistake_is_one_red_line_and_no_traceback(
    portal_import, tmp_path, kind, content, message
):
    if content is not None:
        (tmp_path / "own.csv").write_text(content)
    result = portal_import(kind, "own.csv")
    assert result.exit_code == 1
    assert message in result.stderr and "Nothing has been imported." in result.stderr
    assert "Traceback" not in result.output and result.stdout == ""


def test_ctrl_c_stops_after_the_batch_in_hand(portal_import, monkeypatch, tmp_path):
    monkeypatch.setattr(import_table, "BATCH", 2)
    (tmp_path / "five.csv").write_text("Name,Phone\n" + "".join(f"C{n},\n" for n in range(5)))
    shows = Show.__call__

    def show_and_press(self: Show, progress: Progress) -> None:
        shows(self, progress)
        if progress.step == "importing" and progress.done == 2:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Show, "__call__", show_and_press)
    result = portal_import("customers", "five.csv")
    assert result.exit_code == 130
    assert "3 lines were not reached: run it again for the rest." in result.stderr
    assert len(rows(Customer)) == 2
    monkeypatch.setattr(Show, "__call__", shows)
    assert "New customers 3" in words(portal_import("customers", "five.csv"))
