"""The settings of a company: what is typed is kept, nobody is overwritten silently."""

import json

import pytest
from sqlmodel import select

from fsm_portal.dashboard.settings.company_page import CompanySettings
from fsm_portal.db import reading
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import Role
from fsm_portal.ui.toast import Toast
from tests import cast

PATH = "/dashboard/settings/company/"


@pytest.fixture
def office(company):
    return cast.save(
        cast.maya(company, name="Lena Park", email="lena@brightheating.example", role=Role.OFFICE)
    )


def kept(company: Company) -> Company:
    with reading() as session:
        return session.get_one(Company, company.id)


def problems_of(page) -> dict[str, str]:
    return dict(vars(page.var(CompanySettings, "problems")))


def form(page, **typed: str) -> dict[str, str]:
    """The form as it stands on ``page``, with something typed into it."""
    view = page.view(CompanySettings)
    values = dict(vars(view.texts))
    return values | typed | {"before": page.var(CompanySettings, "basis") or view.basis}


def test_what_is_typed_is_kept_and_written_down(tab, maya, company):
    page = tab(maya, PATH)
    assert page.view(CompanySettings).texts.name == "Bright Heating Co."

    page.call(
        CompanySettings.save,
        {"form": form(page, name=" Bright Heating & Air ", phone="+1 212 555 0199")},
    )

    assert problems_of(page) == {}
    assert page.var(Toast, "text") == "Company saved"
    assert kept(company).name == "Bright Heating & Air"
    page.wait_until(CompanySettings, lambda view: view.desk.company.name == "Bright Heating & Air")
    with reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.deed == "changed settings")).one()
    assert entry.name == "Maya Ortiz"
    assert "Name “Bright Heating Co.” to “Bright Heating & Air”" in entry.words


def test_every_mistake_is_said_beside_its_field_and_nothing_is_kept(tab, maya, company):
    page = tab(maya, PATH)
    typed = form(page, name="", mail="office@", phone="call me?!", currency="XXY", time_zone="../x")
    page.call(CompanySettings.save, {"form": typed})
    problems = problems_of(page)
    assert set(problems) == {"name", "mail", "phone", "currency", "time_zone"}
    assert "is not an email address" in problems["mail"]
    assert kept(company).email == "office@brightheating.example"
    assert not page.var(CompanySettings, "busy")


def test_two_who_edit_different_fields_both_have_theirs(tab, maya, company):
    one, other = tab(maya, PATH), tab(maya, PATH)
    of_one, of_other = form(one, phone="+1 212 555 0100"), form(other, tax_id="99-1234567")
    one.call(CompanySettings.save, {"form": of_one})
    other.call(CompanySettings.save, {"form": of_other})
    assert problems_of(other) == {}
    assert (kept(company).phone, kept(company).tax_id) == ("+1 212 555 0100", "99-1234567")


def test_two_who_edit_the_same_field_are_told_and_the_second_press_is_meant(tab, maya, company):
    one, other = tab(maya, PATH), tab(maya, PATH)
    of_one, of_other = form(one, phone="+1 212 555 0100"), form(other, phone="+1 212 555 0200")
    one.call(CompanySettings.save, {"form": of_one})
    other.call(CompanySettings.save, {"form": of_other})
    assert "+1 212 555 0100" in problems_of(other)["phone"]
    assert kept(company).phone == "+1 212 555 0100"

    # The page brings back what it was just told, with the same words still in the field.
    again = of_other | {"before": other.var(CompanySettings, "basis")}
    other.call(CompanySettings.save, {"form": again})
    assert problems_of(other) == {}
    assert kept(company).phone == "+1 212 555 0200"


def test_only_owners_and_admins_see_and_change_settings(tab, tom, office, company):
    """Case 35: the role decides, at the event and not at the button."""
    for person in (tom, office):
        page = tab(person, PATH)
        view = page.view(CompanySettings)
        assert view.loaded and not view.allowed
        assert vars(view.texts) == {} and view.basis == ""
        page.call(CompanySettings.save, {"form": {"name": "Mine now", "before": "{}"}})
        assert "Your role cannot" in problems_of(page)[""]
    assert kept(company).name == "Bright Heating Co."


@pytest.mark.parametrize("odd", [None, [], 7, {"before": "[[["}, {"before": 5, "name": {"a": 1}}])
def test_whatever_a_client_sends_changes_nothing(tab, maya, company, odd):
    """Case 38."""
    page = tab(maya, PATH)
    page.call(CompanySettings.save, {"form": odd})
    assert kept(company).name == "Bright Heating Co."
    assert not page.var(CompanySettings, "busy")


def test_a_form_of_another_company_is_not_reached(tab, maya, company, other_company):
    page = tab(maya, PATH)
    typed = form(page, name="Renamed", company_id=other_company.id, id=other_company.id)
    page.call(CompanySettings.save, {"form": typed})
    assert kept(other_company).name == "Clearwater Plumbing"
    assert json.loads(page.var(CompanySettings, "basis"))["name"] == "Renamed"
