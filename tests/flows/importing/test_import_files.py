"""A file that is no sound CSV of invoice lines gets one clear sentence, and nothing lands."""

import gzip

import pytest

from fsm_portal.flows.importing import spool
from fsm_portal.flows.importing.cannot_import import CannotImport
from tests.imports import HEADER, SLICE, Importer, as_csv, line, rows_in

SOUND = as_csv(line("500001"), line("500002"), line("500003"))
HEAD = ",".join(HEADER)
ROW = ",".join(line())


@pytest.fixture
def importer(database, company, tmp_path) -> Importer:
    return Importer(company, tmp_path)


BROKEN = {
    "empty": (b"", "file is empty"),
    "blank": (b"\n\n\n", "file is empty"),
    "no such columns": (b"name,age\nDana,41\n", "needs the columns Invoice, Customer ID"),
    "one column missing": (HEAD.replace(",Price", "").encode(), "needs the column Price. The file"),
    "a column twice": (f"{HEAD},Price\n".encode(), "The column Price is there 2 times"),
    "semicolons": (HEAD.replace(",", ";").encode(), "separated by semicolons"),
    "tabs": (HEAD.replace(",", "\t").encode(), "separated by tabs"),
    "latin-1": (
        f"{HEAD}\n{ROW}\n".encode() + b"500002,1,Caf\xe9",
        "Line 3 is not UTF-8 (byte 0xE9",
    ),
    "utf-16": (SOUND.encode("utf-16"), "UTF-16: save it as CSV UTF-8"),
    "excel": (b"PK\x03\x04 and so on", "Excel workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "Line 1 is not UTF-8"),
    "a NUL byte": (f"{HEAD}\n{ROW}\0\n".encode(), "Line 2 has a NUL byte"),
    "a quote that never closes": (
        f'{HEAD}\n{ROW}\n500002,1,"MUG,2,2010\n{ROW}\n{ROW}\n'.encode(),
        "Line 3 opens a quotation mark that never closes",
    ),
    "text after a quote": (
        f'{HEAD}\n{ROW}\n500002,1,"FRAME 7" BIG",2\n'.encode(),
        "Line 3 has text after a closing quotation mark",
    ),
    "a quote that swallows lines": (
        f'{HEAD}\n500002,1,"MUG,2\n{ROW}\n500003,1,",2\n'.encode(),
        "Line 2 opens a quotation mark that closes on line 4",
    ),
    "bare carriage returns": (f"{HEAD}\r{ROW}\r".encode(), "line end of an old kind"),
    "two files in one": ((SOUND + SOUND).encode(), "Line 5 is the header again"),
    "a damaged gzip": (gzip.compress(SOUND.encode())[:-12], "gzip file is damaged after line"),
    "one endless line": (b"x" * 1_100_000, "Line 1 has over 1,000,000 characters"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_with_its_line_and_nothing_lands(importer, content, message):
    importer.refused_path.write_text("of an earlier import")
    with pytest.raises(CannotImport) as told:
        importer(content)
    assert message in str(told.value)
    assert str(told.value).endswith(".")
    assert sum(rows_in(importer.company).values()) == 0
    assert importer.refused_path.read_text() == "of an earlier import"


SOUND_FORMS = {
    "as it is": SOUND.encode(),
    "gzipped": gzip.compress(SOUND.encode()),
    "with a byte order mark": b"\xef\xbb\xbf" + SOUND.encode(),
    "with Windows line ends": SOUND.replace("\n", "\r\n").encode(),
    "without a last line end": SOUND.rstrip("\n").encode(),
    "with blank lines": SOUND.replace("\n", "\n\n").encode() + b",,,,,,,\n\n",
    "with other columns in another order": as_csv(
        *[["x", *reversed(line(f"50000{number}"))] for number in (1, 2, 3)],
        header=["Note", *reversed([name.upper() for name in HEADER])],
    ).encode(),
    "with a description over two lines": SOUND.replace("MUG", '"MUG\nwith a lid"').encode(),
}


@pytest.mark.parametrize("content", SOUND_FORMS.values(), ids=SOUND_FORMS)
def test_a_sound_file_lands_in_whatever_form_it_comes(importer, content):
    report = importer(content)
    assert (report.invoices, report.lines_read, report.lines_refused) == (3, 3, 0)


def test_a_header_alone_is_an_import_of_nothing(importer):
    assert importer(as_csv()).lines_read == 0
    assert importer.refused() == []


def test_line_numbers_are_those_that_an_editor_shows(importer):
    importer(SOUND.replace("MUG", '"MUG\nwith a lid"', 1).replace("500003", ""))
    assert importer.reasons().keys() == {5}


def test_a_file_that_is_not_there(importer, tmp_path):
    with pytest.raises(CannotImport, match="No such file"):
        importer(tmp_path / "nowhere.csv")
    with pytest.raises(CannotImport, match="Is a directory"):
        importer(tmp_path)


def test_the_refused_file_never_replaces_the_file_that_is_imported(importer):
    importer.refused_path.write_text(SOUND)
    with pytest.raises(CannotImport, match="would be written over"):
        importer(importer.refused_path)
    assert importer.refused_path.read_text() == SOUND


def test_a_place_for_the_refused_file_that_cannot_be_written(importer, tmp_path):
    with pytest.raises(CannotImport, match="cannot be written"):
        importer(SLICE, refused_path=tmp_path / "nowhere" / "refused.csv")
    assert sum(rows_in(importer.company).values()) == 0


def test_a_file_in_which_no_line_fits_is_given_up_early(importer, monkeypatch):
    monkeypatch.setattr(spool, "_MOST_BROKEN", 20)
    with pytest.raises(CannotImport, match="this is not a file of one kind of line"):
        importer(as_csv(*[[f"{number}", "MUG"] for number in range(30)]))


def test_formulas_and_markup_are_text_like_any_other(importer):
    """Case 43."""
    hostile = [
        '=HYPERLINK("https://evil.example")',
        "<script>alert(1)</script>",
        "file:///etc/passwd",
    ]
    lines = [line(f"50000{n}", Description=text) for n, text in enumerate(hostile)]
    assert importer(as_csv(*lines)).invoices == 3
