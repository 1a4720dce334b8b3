"""A mapping is a small file that an office can write for its own system."""

import pytest
from sqlmodel import select

from fsm_portal.db import reading
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.importing.cannot_import import CannotImport
from fsm_portal.flows.importing.mapping import load_mapping, mapping_names
from tests import cast
from tests.imports import Importer

OWN = """
delimiter = ";"
encoding = "cp1252"

[columns]
number = "Nummer"
customer = "Kunde"
customer_name = "Name"
email = "Mail"
description = "Text"
quantity = "Menge"
date = "Datum"
unit_price = "Preis"

[dates]
format = "%d.%m.%Y"
time_zone = "Europe/Berlin"

[money]
currency = "JPY"
"""

LINES = """Nummer;Kunde;Name;Mail;Text;Menge;Datum;Preis
R-1;k7;Café Müller;post@mueller.example;Wartung;1.5;01.07.2026;9000
R-2;k8;;;Anfahrt;1;02.07.2026;1200
R-3;k9;Bäcker;not an address;Anfahrt;1;02.07.2026;1200
"""


def test_it_comes_with_one_for_the_retail_file():
    assert mapping_names() == [
        "online-retail-ii",
        "quickbooks-invoices",
        "quickbooks-open-invoices",
        "stripe-invoices",
    ]
    assert load_mapping("online-retail-ii").money.currency == "GBP"


def test_an_office_writes_its_own(any_database, company, tmp_path):
    (tmp_path / "berlin.toml").write_text(OWN)
    mapping = load_mapping(str(tmp_path / "berlin.toml"))
    importer = Importer(company, tmp_path)
    report = importer(LINES.encode("cp1252"), mapping)
    assert (report.currency, report.invoices, report.invoiced) == ("JPY", 2, 13500 + 1200)
    assert "'not an address' is not one address" in importer.reasons()[4]
    with reading() as session:
        customers = {row.reference: row for row in session.exec(select(Customer))}
        first = session.exec(select(Invoice).where(Invoice.number == "R-1")).one()
    assert customers["k7"].name == "Café Müller"
    assert customers["k7"].email == "post@mueller.example"
    assert (customers["k8"].name, customers["k8"].email) == ("Customer k8", None)
    assert first.issued_at and first.issued_at.isoformat() == "2026-06-30T22:00:00+00:00"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[dates]", "[dates"), "is not TOML"),
        (('number = "Nummer"\n', ""), "is wrong at columns.number: Field required"),
        (("delimiter", "delimeter"), "is wrong at delimeter: Extra inputs are not permitted"),
        (("Europe/Berlin", "Berlin"), "is wrong at dates.time_zone: 'Berlin' is not an IANA"),
        (("JPY", "YEN"), "is wrong at money.currency: 'YEN' is not an ISO 4217"),
        (("cp1252", "ansi-ish"), "is wrong at encoding: 'ansi-ish' is not an encoding"),
        (("[dates]", "[numbers]\ninvoice = '('\n[dates]"), "is wrong at numbers.invoice: '(' is"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_at_its_place(tmp_path, change, message):
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(*change))
    with pytest.raises(CannotImport) as told:
        load_mapping(str(path))
    assert message in str(told.value)


def test_a_mapping_that_is_not_there(tmp_path):
    with pytest.raises(CannotImport, match="There is: online-retail-ii"):
        load_mapping("online-retail")
    with pytest.raises(CannotImport, match="No such file"):
        load_mapping(str(tmp_path / "own.toml"))
    with pytest.raises(CannotImport, match="There is no mapping"):
        load_mapping("../import_mappings/online-retail-ii")


def test_a_tax_rate_that_the_company_does_not_have(database, company, tmp_path):
    (tmp_path / "own.toml").write_text(OWN + 'tax_rate = "MwSt"\n')
    with pytest.raises(CannotImport, match="no tax rate named 'MwSt'; it has: none"):
        Importer(company, tmp_path)(LINES, load_mapping(str(tmp_path / "own.toml")))


def test_a_tax_rate_of_a_name_that_two_have(database, company, tmp_path):
    """Which of them is meant the file cannot tell, and no money is guessed."""
    for ppm in (50_000, 200_000):
        cast.save(TaxRate(company_id=company.id, name="VAT", rate_ppm=ppm))
    (tmp_path / "own.toml").write_text(OWN + 'tax_rate = "VAT"\n')
    with pytest.raises(CannotImport, match="several tax rates named 'VAT': give an id, 5% is "):
        Importer(company, tmp_path)(LINES, load_mapping(str(tmp_path / "own.toml")))
