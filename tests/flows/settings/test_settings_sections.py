"""The sections of the settings: what is decided there holds, at Stripe, in mails, on papers."""

import io

import pytest
from PIL import Image
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.company import Company, Plan
from fsm_portal.domain.role import Role
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.access.invite_customer import CannotInvite, invite_customer
from fsm_portal.flows.paying.manage_cards import manage_cards
from fsm_portal.flows.settings.billing_portal import BILLING_PORTAL
from fsm_portal.flows.settings.branding import (
    BRANDING,
    CannotBrandHere,
    look_at_colour,
    show_branding,
    take_logo_off,
    upload_logo,
)
from fsm_portal.flows.settings.customer_portal import (
    CUSTOMER_PORTAL,
    preview_invitation,
    show_customer_portal,
)
from fsm_portal.flows.settings.invoices import INVOICES, show_invoice_settings
from fsm_portal.flows.settings.keep import CannotKeep, keep
from fsm_portal.flows.settings.plans import show_plans
from fsm_portal.flows.settings.section import Section
from fsm_portal.flows.settings.taxes import add_rate, archive_rate, show_taxes
from tests import cast
from tests.flows.conftest import staff_identity
from tests.flows.postbox import token_in, work_off_everything
from tests.invoices import write_invoice
from tests.portal.people import session_cookie


def kept(company: Company) -> Company:
    with reading() as session:
        return session.get_one(Company, company.id)


def typed(company: Company, section: Section, **changes: str) -> dict[str, str]:
    """The form of a section with something typed into it."""
    return section.texts(kept(company)) | changes


def save(who, company: Company, section: Section, **changes: str):
    before = section.texts(kept(company))
    return keep(who, section, before | changes, before)


def words(company: Company) -> list[str]:
    with reading() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.company_id == company.id))
        return [f"{row.deed}: {row.words}" for row in sorted(rows, key=lambda row: row.id)]


def problems_of(who, company: Company, section: Section, **changes: str) -> dict[str, str]:
    with pytest.raises(CannotKeep) as refused:
        save(who, company, section, **changes)
    return refused.value.problems


def test_the_switch_closes_the_portal_and_every_customers_tab_hears_of_it(owner, company, dana):
    session_cookie(dana)
    topics = save(owner, company, CUSTOMER_PORTAL, portal="").topics
    assert any(topic.startswith("session:") for topic in topics)
    assert not kept(company).offers_portal
    with pytest.raises(CannotInvite):
        invite_customer(owner, dana.id)
    assert words(company) == ["changed settings: Customer portal: Portal off"]


def test_the_invitation_says_what_the_company_wrote(clock, company, owner, dana, postbox):
    own = "Dear customer,\r\n\r\nwe have moved online. <b>Have a look!</b>"
    save(owner, company, CUSTOMER_PORTAL, portal="on", invitation=own)
    preview = preview_invitation(owner.scope, own)
    assert "we have moved online." in preview
    assert show_customer_portal(owner.scope).access_url.endswith("/access/bright-heating")
    invite_customer(owner, dana.id)
    work_off_everything()
    (letter,) = postbox.letters(dana.email)
    text, page = letter["text"].replace("\r\n", "\n"), letter["html"]
    assert "Dear customer,\n\nwe have moved online." in text
    # Read before it leaves it is the same, but for whom it is made up for and its link.
    text = text.replace(token_in(letter), "…").replace(dana.email, "dana@example.com")
    assert preview.strip() == f"{letter['subject']}\n\n{text}".strip()
    assert "<b>Have a look" not in page and "&lt;b&gt;Have a look!" in page  # case 43
    assert "invites you to its customer portal" not in text


def test_a_plan_without_a_portal_says_so_and_how_it_is_changed(owner, company):
    with unit_of_work() as session:
        session.get_one(Company, company.id).plan = Plan.STARTER
    view = show_customer_portal(owner.scope)
    assert not view.in_plan
    assert view.to_upgrade == "bin/portal company plan bright-heating pro"
    present = [row.plan for row in show_plans(owner.scope).plans if row.is_present]
    assert present == ["starter"]


def test_what_customers_may_do_at_stripe_is_what_the_company_decided(stripe, owner, payer, company):
    manage_cards(payer, "/portal/account/")
    first = kept(company).billing_portal_id
    save(
        owner,
        company,
        BILLING_PORTAL,
        cards="on",
        invoices="on",
        headline="Bright Heating and you",
        terms="https://brightheating.example/terms",
    )
    manage_cards(payer, "/portal/account/")
    made = kept(company).billing_portal_id
    assert made != first
    configuration = stripe.get(f"/v1/billing_portal/configurations/{made}")
    assert configuration["features"]["invoice_history"]["enabled"]
    assert configuration["business_profile"]["headline"] == "Bright Heating and you"
    assert configuration["business_profile"]["terms_of_service_url"].endswith("/terms")


def test_the_billing_portal_needs_a_use_and_honest_addresses(owner, company):
    assert "one of the two" in problems_of(owner, company, BILLING_PORTAL, cards="")["cards"]
    for odd in ("javascript:alert(1)", "http://a.example", "https://", "https://a@b.example", "x"):
        assert "privacy" in problems_of(owner, company, BILLING_PORTAL, privacy=odd), odd
    assert "headline" in problems_of(owner, company, BILLING_PORTAL, headline="x" * 61)


def test_numbers_never_go_back_onto_used_ones(owner, company, dana):
    write_invoice(company, dana, number="INV-0042")
    write_invoice(company, dana, number="OLD-7")
    assert "INV-0042 is used already" in problems_of(owner, company, INVOICES, next="42")["next"]
    assert "43 or more" in problems_of(owner, company, INVOICES, next="7")["next"]
    save(owner, company, INVOICES, next="43")
    assert show_invoice_settings(owner.scope).example == "INV-0043"
    # Under another prefix they begin anew, and back under the first they do not.
    assert "next" in problems_of(owner, company, INVOICES, prefix="OLD-", next="7")
    save(owner, company, INVOICES, prefix="2027/", next="1")
    assert "next" in problems_of(owner, company, INVOICES, prefix="INV-", next="1")


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        *(("next", odd) for odd in ("0", "-1", "1.5", "１", "9" * 12, "")),
        *(("days", odd) for odd in ("366", "", "NaN")),
        *(("prefix", odd) for odd in ("INV #", "x" * 13)),
        ("terms", "x" * 2001),
        ("partial", "maybe"),
    ],
)
def test_odd_numbers_are_refused_beside_their_field(owner, company, field, odd):
    """Case 2's kind of input, in the settings."""
    assert set(problems_of(owner, company, INVOICES, **{field: odd})) == {field}


def test_a_tax_rate_is_added_archived_and_used_again(owner, company, other_company):
    add_rate(owner, " Sales  tax ", "8,25 %")
    (row,) = show_taxes(owner.scope).rates
    assert (row.name, row.rate) == ("Sales tax", "8.25%")
    archive_rate(owner, row.id)
    view = show_taxes(owner.scope)
    assert (view.rates, [each.id for each in view.archived]) == ((), [row.id])
    archive_rate(owner, row.id, archived=False)
    assert [each.id for each in show_taxes(owner.scope).rates] == [row.id]
    assert words(company) == [
        "added tax rate: Sales tax 8.25%",
        "archived tax rate: Sales tax 8.25%",
        "restored tax rate: Sales tax 8.25%",
    ]
    # Of another company it is no different from none.
    stranger = staff_identity(cast.save(cast.priya(other_company)))
    for other in (row.id, "", "../x", None):
        with pytest.raises(CannotKeep, match="does not exist"):
            archive_rate(stranger, other)


@pytest.mark.parametrize(
    ("name", "rate", "field"),
    [
        ("", "8", "name"),
        ("x" * 61, "8", "name"),
        *(("VAT", odd, "rate") for odd in ("", "-1", "101", "8.12345", "٨", "NaN")),
    ],
)
def test_odd_tax_rates_are_refused(owner, company, name, rate, field):
    with pytest.raises(CannotKeep) as refused:
        add_rate(owner, name, rate)
    assert field in refused.value.problems
    with reading() as session:
        assert session.exec(select(TaxRate)).all() == []


def picture(size=(200, 80), kind="PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0f766e").save(out, kind)
    return out.getvalue()


def test_a_logo_is_drawn_anew_and_taken_off(owner, company):
    upload_logo(owner, picture(kind="JPEG"))
    assert show_branding(owner.scope).logo.startswith("/logos/")
    take_logo_off(owner)
    assert show_branding(owner.scope).logo == ""
    assert words(company) == ["set the logo: 200 × 80 pixels", "removed the logo: "]


@pytest.mark.parametrize("odd", [b"", b"<svg xmlns='x'/>", b"\x89PNG\r\n\x1a\n", picture((9, 9))])
def test_what_is_no_picture_is_no_logo(owner, company, odd):
    """Case 40."""
    with pytest.raises(CannotBrandHere):
        upload_logo(owner, odd)
    assert show_branding(owner.scope).logo == ""


def test_a_colour_is_told_how_it_reads(owner, company):
    assert "Easy to read" in look_at_colour("#0f766e").note
    pale = look_at_colour("#ffe08a")
    assert "Too light for white text" in pale.note and pale.light.ink != "#ffffff"
    save(owner, company, BRANDING, color="#0F766E")
    assert kept(company).brand_color == "#0f766e"
    assert "color" in problems_of(owner, company, BRANDING, color="teal")


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TECHNICIAN])
def test_nobody_else_decides_any_of_it(environment, owner, company, role):
    """Case 35."""
    settings.cache_clear()
    who = staff_identity(cast.save(cast.tom(company, role=role)))
    for section in (CUSTOMER_PORTAL, BILLING_PORTAL, BRANDING, INVOICES):
        with pytest.raises(CannotKeep, match="Your role"):
            keep(who, section, typed(company, section), {})
    for act in (
        lambda: add_rate(who, "VAT", "20"),
        lambda: archive_rate(who, "x"),
    ):
        with pytest.raises(CannotKeep, match="Your role"):
            act()
    for act in (lambda: upload_logo(who, picture()), lambda: take_logo_off(who)):
        with pytest.raises(CannotBrandHere, match="Your role"):
            act()
    for show in (show_branding, show_taxes, show_plans, show_customer_portal):
        assert not show(who.scope).allowed
