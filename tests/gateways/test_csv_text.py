"""Cells of CSV: shown as they are, and never run (OWASP, CSV injection)."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm_portal.gateways.csv_text import amount_cell, csv_rows, moment_cell, safe_cell


@pytest.mark.parametrize(
    "evil",
    [
        '=HYPERLINK("https://evil.example","Pay")',
        "+1 212 555 0100",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "＝1+1",
        "-",
        "-1-2",
        "-1,5",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(evil):
    assert safe_cell(evil) == f"'{evil}"


@pytest.mark.parametrize(
    ("evil", "safe"),
    [
        ("Ash;=1+1", "Ash;'=1+1"),
        ("Ash; @SUM(1)", "Ash; '@SUM(1)"),
        ("Ash\n-1+1", "Ash\n'-1+1"),
        ("Ash\t+1", "Ash\t'+1"),
        ("a;=1;=2", "a;'=1;'=2"),
    ],
)
def test_where_another_reader_begins_a_cell_it_runs_nothing_either(evil, safe):
    """Spreadsheets of countries with a decimal comma part cells at semicolons."""
    assert safe_cell(evil) == safe


@pytest.mark.parametrize("number", ["-12.50", "12.50", "0", "-1"])
def test_numbers_stay_numbers(number):
    assert safe_cell(number) == number


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), max_size=5))
def test_any_text_comes_back_whole_but_for_the_apostrophe(rows):
    rows = [[cell.replace("\x00", "") for cell in row] for row in rows]
    read = list(csv.reader(io.StringIO(csv_rows(rows), newline="")))
    assert read == [[safe_cell(cell) for cell in row] for row in rows]


def test_amounts_are_plain_decimals_of_their_currency():
    assert amount_cell(-1250, "USD") == "-12.50"
    assert amount_cell(123456789, "USD") == "1234567.89"
    assert amount_cell(500, "JPY") == "500"
    assert amount_cell(1, "KWD") == "0.001"
    assert amount_cell(None, "USD") == ""


def test_moments_say_their_offset():
    at = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
    assert moment_cell(at, "America/New_York") == "2026-11-16T09:00:00-05:00"
