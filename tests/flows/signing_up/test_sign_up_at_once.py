"""Companies that sign up at once: one for each owner, each with an address of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from fsm_portal.domain.company import Company
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.login_links import Asking
from fsm_portal.flows.signing_up.sign_up import NewCompany, sign_up
from tests.flows import books

_AT_ONCE = 6


def together(emails: list[str]) -> None:
    gate = Barrier(len(emails))

    def run(email: str) -> None:
        gate.wait(30)
        sign_up(NewCompany("Ana Silva", email, "Silver Oak", "US"), Asking("b" * 64, "Firefox"))

    with ThreadPoolExecutor(len(emails)) as threads:
        list(threads.map(run, emails))


@pytest.mark.parametrize("written", ["ana@silveroak.example", "Ana@SilverOak.example"])
def test_one_owner_has_one_company_however_often_it_is_pressed(any_database, clock, written):
    together([written, "ana@silveroak.example"] * (_AT_ONCE // 2))
    assert [one.name for one in books.rows(Company)] == ["Silver Oak"]
    assert len(books.rows(Staff)) == 1


def test_companies_of_one_name_have_addresses_of_their_own(any_database, clock):
    together([f"ana{at}@silveroak.example" for at in range(_AT_ONCE)])
    slugs = {one.slug for one in books.rows(Company)}
    assert len(slugs) == _AT_ONCE and "silver-oak" in slugs
