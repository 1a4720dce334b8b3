"""A statement as a file: every movement in its place, however many there are."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fsm_portal.gateways.pdf import (
    StatementAccount,
    StatementDocument,
    StatementRow,
    render_statement,
)
from tests.gateways.pdf_boxes import boxes
from tests.gateways.pdf_documents import BRIGHT_HEATING, addresses, pages, plain


def rows(count: int) -> tuple[StatementRow, ...]:
    """Invoices of 280.00, every other one paid."""
    made, balance = [], 10_000
    for number in range(count):
        amount = 28_000 if number % 2 == 0 else -28_000
        balance += amount
        title = f"Invoice INV-{number:04}" if amount > 0 else "Payment by Visa ending 4242"
        day = date(2026, 1, 1) + timedelta(days=number % 300)
        made.append(StatementRow(day, title, "INV-0042" if amount < 0 else "", amount, balance))
    return tuple(made)


def statement(count: int = 4, **changes) -> StatementDocument:
    moved = rows(count)
    raised = sum(row.amount for row in moved if row.amount > 0)
    lowered = -sum(row.amount for row in moved if row.amount < 0)
    account = StatementAccount("USD", 10_000, raised, lowered, 10_000 + raised - lowered, moved)
    values = {
        "company": BRIGHT_HEATING,
        "customer": ("Harbor View Apartments", "Dana Reyes"),
        "first": date(2026, 8, 23),
        "last": date(2026, 11, 22),
        "accounts": (account,),
        "created_at": datetime(2026, 11, 22, tzinfo=UTC),
    }
    return StatementDocument(**values | changes)


def test_it_says_whose_it_is_what_moved_and_what_is_owed():
    (page,) = pages(render_statement(statement(terms="Payment is due within 30 days.")))
    for words in (
        "Statement",
        "Aug 23, 2026 – Nov 22, 2026",
        "Harbor View Apartments",
        "Owed on Nov 22, 2026",
        "Opening balance",
        "Invoice INV-0000",
        "Payment by Visa ending 4242",
        "Closing balance",
        "$100.00",
        "-$560.00",
        "Payment is due within 30 days.",
        "Page 1 of 1",
    ):
        assert words in page, words


def test_thousands_of_movements_have_the_headings_on_every_page(tmp_path):
    file = render_statement(statement(3_000))
    found = pages(file)
    assert len(found) > 80
    for number, page in enumerate(found, start=1):
        assert f"Page {number} of {len(found)}" in page
        assert "Balance" in page
    together = "\n".join(found)
    assert all(f"INV-{number:04}" in together for number in range(0, 3_000, 2))
    plain(file, tmp_path)


@pytest.mark.parametrize("count", [19, 20, 23, 24, 57])
def test_the_sums_never_stand_on_a_page_without_the_balance_above_them(count, tmp_path):
    """Nor below it, where the foot of the page stands."""
    file = render_statement(statement(count))
    found = pages(file)
    assert found[-1].count("Closing balance") == 2 and "Balance" in found[-1]
    assert sum(page.count("Closing balance") for page in found) == 2
    words = boxes(file, tmp_path)
    (foot,) = {round(top) for _, top, _, _, word in words if word == "Page"}
    beside = {word for _, top, _, bottom, word in words if round(top) != foot and bottom > foot}
    assert not beside


def test_credit_and_several_currencies_are_told_apart():
    euro = StatementAccount("EUR", 0, 0, 4_000, -4_000, (_credit(),))
    (page,) = pages(render_statement(statement(accounts=(*statement().accounts, euro))))
    for words in ("In USD", "In EUR", "Your credit on Nov 22, 2026", "€40.00", "-€40.00"):
        assert words in page, words
    empty = StatementAccount("USD", 0, 0, 0, 0)
    (page,) = pages(render_statement(statement(accounts=(empty,), first=None)))
    assert "Nothing owed on Nov 22, 2026" in page and "The beginning" in page


def _credit() -> StatementRow:
    return StatementRow(date(2026, 11, 2), "Credit note CN-0001", "INV-0042", -4_000, -4_000)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "file:///etc/passwd", "x" * 4_000])
def test_case_43_hostile_names_are_words(words, tmp_path):
    """Case 43: drawn as they are, or cut off."""
    row = StatementRow(date(2026, 11, 2), words, words, 100, 100)
    account = StatementAccount("USD", 0, 100, 0, 100, (row,))
    file = render_statement(statement(accounts=(account,), customer=(words,), terms=words))
    assert addresses(file) == []
    assert b"/JS" not in plain(file, tmp_path)


def test_equal_statements_make_equal_files():
    assert render_statement(statement()) == render_statement(statement())
