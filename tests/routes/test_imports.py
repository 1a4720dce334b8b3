"""A file to import on its way in, and the lines that were refused on their way out."""

from fsm_portal.domain.company_scope import within
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.importing.run_import import begin_import, run_import
from fsm_portal.routes.imports import UPLOAD
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.routes.test_sign_in import sign_in_as

CUSTOMERS = "Name,Email\nAsh & Lee,office@ash.example\nCedar House,nobody\n"


def test_a_file_is_taken_and_what_was_refused_of_it_handed_back(
    any_database, browsers, company, other_company, maya, tom
):
    """Cases 35 and 40: as the office does it, and as nobody else may."""
    office, technician, neighbour = browsers(), browsers(), browsers()
    sign_in_as(office, maya)
    sign_in_as(technician, tom)
    sign_in_as(neighbour, cast.save(cast.priya(other_company)))
    address = f"{UPLOAD}?what=customers"
    assert technician.post(address, content=CUSTOMERS).status_code == 403
    taken = office.post(address, content=CUSTOMERS, headers={"x-file-name": "customers.csv"})
    assert taken.status_code == 200, taken.text
    who = staff_identity(maya)
    with within(company.id):
        assert begin_import(who, taken.text)
        run_import(who, taken.text, lambda _: None)
    assert [each.name for each in books.rows(Customer)] == ["Ash & Lee"]
    refused = f"/dashboard/import/{taken.text}/refused.csv"
    assert "Cedar House" in office.get(refused).text
    assert [each.get(refused).status_code for each in (technician, neighbour)] == [404, 404]
    assert office.post(f"{UPLOAD}?what=secrets", content=CUSTOMERS).status_code == 422
