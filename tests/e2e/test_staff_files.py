"""In and out, as people see it: files that are exported, imported, refused in part and mended."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, MakePerson, Picture

SIZES = [
    pytest.param(DESK, "light", "desk", id="desk"),
    pytest.param(PHONE, "dark", "phone", id="phone"),
]
HEAD = "id,Email,Name,Created (UTC),Delinquent,Phone,Address Country\n"


@pytest.mark.parametrize(("size", "scheme", "of"), SIZES)
def test_customers_come_in_from_stripes_export(
    demo: Demo,
    person: MakePerson,
    picture: Picture,
    tmp_path: Path,
    size: dict[str, int],
    scheme: str,
    of: str,
) -> None:
    maya = person(size, color_scheme=scheme)
    office = maya.comes_in(demo.link_for("maya@brightheating.example"), "/dashboard/customers/")
    office.get_by_role("link", name="Import").click()
    expect(office.get_by_role("heading", name="Import")).to_be_visible()
    wrong = faults(office)

    # What is no CSV is told beside the button.
    workbook = tmp_path / "customers.xlsx"
    workbook.write_bytes(b"PK\x03\x04 and so on")
    office.set_input_files("#field-file", str(workbook))
    expect(office.get_by_text("This is an Excel workbook")).to_be_visible()
    # A refusal is a 422, which the console reports as a failed resource.
    maya.complaints[:] = [each for each in maya.complaints if "422" not in each]

    file = tmp_path / "customers.csv"
    file.write_text(
        f"{HEAD}cus_{of}1,{of}@ash.example,Ash & Lee {of},2026-01-02 10:00,false,,US\n"
        f"cus_{of}2,not an address,Bo {of},2026-01-02 10:00,false,,US\n"
    )
    office.set_input_files("#field-file", str(file))
    expect(office.get_by_text("As exported by Stripe")).to_be_visible()
    expect(office.get_by_text(f"{of}@ash.example")).to_be_visible()
    expect(office.get_by_text("is not one address")).to_be_visible()
    # Another column for a field shows at once what that does.
    office.get_by_label("Name (needed)").select_option("Email")
    expect(office.get_by_text(f"Ash & Lee {of}")).not_to_be_visible()
    office.get_by_label("Name (needed)").select_option("Name")
    expect(office.get_by_text(f"Ash & Lee {of}")).to_be_visible()
    wrong += faults(office)
    picture(office, f"import-{of}")

    office.get_by_role("button", name="Import").click()
    expect(office.get_by_text("1 customer landed")).to_be_visible()
    with office.expect_download() as refused:
        office.get_by_role("link", name="Download refused.csv").click()
    (line,) = csv.DictReader(io.StringIO(Path(refused.value.path()).read_text()))
    assert line["refused_line"] == "3" and "not one address" in line["refused_reason"]
    wrong += faults(office)
    office.get_by_role("link", name="See the customers").click()
    expect(office.get_by_text(f"Ash & Lee {of}").first).to_be_visible()
    assert not wrong


@pytest.mark.parametrize(("size", "scheme", "of"), SIZES)
def test_payments_are_looked_for_and_go_out_as_csv(
    demo: Demo,
    person: MakePerson,
    picture: Picture,
    size: dict[str, int],
    scheme: str,
    of: str,
) -> None:
    maya = person(size, color_scheme=scheme)
    office = maya.comes_in(demo.link_for("maya@brightheating.example"), "/dashboard/payments/")
    wrong: list[str] = []
    search = office.get_by_role("searchbox")
    search.fill("Atlas Gym")
    expect(office).to_have_url(re.compile(r"q=Atlas"))
    rows = office.get_by_role("table", name="Payments").get_by_role("row")
    expect(rows.filter(has_text="Atlas Gym").first).to_be_visible()
    expect(rows.filter(has_text="Harbor View")).to_have_count(0)
    search.fill("nobody of that name")
    expect(office.get_by_text("Nothing fits")).to_be_visible()
    wrong += faults(office)
    picture(office, f"payments-{of}")

    office.get_by_role("link", name="Export").click()
    what = office.get_by_label("What")
    expect(what).to_have_value("payments")
    office.get_by_label("Period").select_option("days")
    office.get_by_label("From").fill("2026-11-16")
    office.get_by_label("To").fill("2026-11-01")
    expect(office.get_by_text("The first day is after the last one")).to_be_visible()
    # Nothing typed is lost by it.
    expect(office.get_by_label("From")).to_have_value("2026-11-16")
    office.get_by_label("Period").select_option("all")
    wrong += faults(office)
    for kind, column in (("invoices", "number"), ("refunds", "state"), ("ledger", "debit")):
        what.select_option(kind)
        link = office.locator(f"a[href*='/export/{kind}.csv']")
        answer = office.request.get(f"{demo.base_url}{link.get_attribute('href')}")
        assert answer.ok and column in answer.text().splitlines()[0].split(",")
    what.select_option("payments")
    expect(office.locator("a[href*='/export/payments.csv']")).to_be_visible()
    with office.expect_download() as file:
        office.get_by_role("link", name="Download CSV").click()
    lines = list(csv.DictReader(io.StringIO(Path(file.value.path()).read_text())))
    assert lines and {"received_at", "currency", "amount", "net", "source"} <= set(lines[0])
    assert file.value.suggested_filename.endswith(".csv")
    assert not wrong
