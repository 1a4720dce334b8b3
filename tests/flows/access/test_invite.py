"""The office lets a customer in: by an invitation, or by a link because they asked for one."""

import re

import pytest

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.flows.access.invite_customer import (
    CannotInvite,
    invite_by_address,
    invite_customer,
    portal_letter,
    send_sign_in_link,
)
from fsm_portal.flows.access.offer_portal import switch_portal
from fsm_portal.flows.customers.edit_customer import change_address
from fsm_portal.flows.invoices.invoice_document import invoice_document
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.login_links import SignedIn, use_link
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.postbox import token_in, work_off_everything

LETTERS = (invite_customer, send_sign_in_link)


def portal_of(customer):
    with reading() as session:
        company = session.get_one(Company, customer.company_id)
        return portal_letter(session, company, session.get_one(Customer, (company.id, customer.id)))


def test_the_invitation_leads_home_and_lives_as_long_as_an_invoices_link(
    clock, owner, dana, postbox
):
    assert portal_of(dana) == "invite"
    assert invite_customer(owner, dana.id) == "dana@harborview.example"
    work_off_everything()
    letter = postbox.only_letter()
    assert letter["subject"] == "Your customer portal at Bright Heating Co."
    text = letter["text"]
    assert f"{settings().base_url}/access/bright-heating" in text
    assert not re.search(r"\b\d{6}\b", text), "a code is for the browser that asked"
    clock.move(hours=71)
    opened = use_link(token_in(letter), None, "any browser")
    assert isinstance(opened, SignedIn) and opened.path == "/portal/"
    assert portal_of(dana) == "link"


def test_a_link_on_request_is_short_and_works_in_any_browser(clock, owner, dana, postbox):
    send_sign_in_link(owner, dana.id)
    work_off_everything()
    letter = postbox.only_letter()
    assert "has sent you this link to sign in" in letter["text"]
    (link,) = books.rows(LoginLink)
    assert (link.purpose, link.browser_hash, link.code_hash) == (Purpose.REQUESTED, None, None)
    clock.move(minutes=9)
    assert isinstance(use_link(token_in(letter), None, ""), SignedIn)


@pytest.mark.parametrize("letter", LETTERS)
def test_the_second_press_is_no_second_letter(clock, owner, dana, letter):
    letter(owner, dana.id)
    with pytest.raises(CannotInvite, match="a moment ago"):
        letter(owner, dana.id)
    clock.move(minutes=6)
    letter(owner, dana.id)
    assert len(books.rows(OutboxMessage)) == 2


@pytest.mark.parametrize("letter", LETTERS)
def test_a_technician_invites_nobody(tom, dana, letter):
    with pytest.raises(CannotInvite, match="role"):
        letter(staff_identity(tom), dana.id)
    assert books.rows(OutboxMessage) == []


@pytest.mark.parametrize("letter", LETTERS)
def test_a_customer_of_another_company_is_no_different_from_none(
    any_database, owner, other_company, letter
):
    """Tenancy."""
    theirs = cast.save(cast.harbor_view(other_company))
    for customer_id in (theirs.id, "0" * 32, "", "x", "\x00"):
        with pytest.raises(CannotInvite, match=r"^This customer does not exist\.$"):
            letter(owner, customer_id)
    assert books.rows(OutboxMessage) == []


def test_a_customer_invites_nobody(payer, dana):
    with pytest.raises(CannotInvite):
        invite_customer(payer, dana.id)


@pytest.mark.parametrize("letter", LETTERS)
def test_without_an_address_or_a_portal_there_is_no_letter(owner, company, dana, letter):
    switch_portal("bright-heating", False)
    with pytest.raises(CannotInvite, match="offers no customer portal"):
        letter(owner, dana.id)
    assert portal_of(dana) == ""
    switch_portal("bright-heating", True)
    with unit_of_work() as session:
        change_address(session, session.get_one(Customer, (company.id, dana.id)), None)
    with pytest.raises(CannotInvite, match="no email address"):
        letter(owner, dana.id)
    assert portal_of(dana) == ""


def test_an_invitation_that_waited_goes_to_the_address_of_now(owner, company, dana, postbox):
    invite_customer(owner, dana.id)
    with unit_of_work() as session:
        row = session.get_one(Customer, (company.id, dana.id))
        change_address(session, row, "ap@harborview.example")
    work_off_everything()
    assert postbox.only_letter()["to"] == "ap@harborview.example"


def test_none_leaves_once_the_portal_is_closed(owner, dana, postbox):
    invite_customer(owner, dana.id)
    switch_portal("bright-heating", False)
    work_off_everything()
    assert postbox.letters(dana.email) == []
    (work,) = [each for each in books.rows(OutboxMessage) if each.dead_reason]
    assert "switched off" in work.dead_reason


def test_an_invoice_of_a_closed_portal_leaves_without_a_link(owner, dana, invoice, postbox):
    """Whoever pays is told how, and meets no closed door."""
    switch_portal("bright-heating", False)
    send_invoice(owner, invoice.id)
    work_off_everything()
    letter = postbox.only_letter()
    assert "/sign-in/" not in letter["text"] and "/sign-in/" not in str(letter["links"])
    assert "How would you like to pay? Reply to this email" in " ".join(letter["text"].split())
    assert books.rows(LoginLink) == []


def test_nor_does_its_paper_lead_there(owner, dana, invoice):
    with reading() as session:
        assert invoice_document(session, invoice).pay_url.endswith(f"/invoices/{invoice.id}/")
    switch_portal("bright-heating", False)
    with reading() as session:
        assert invoice_document(session, invoice).pay_url == ""


# ── By the operator ─────────────────────────────────────────────────────────────────────────


def test_the_operator_invites_whoever_has_the_address(dana, other_company, postbox):
    cast.save(cast.harbor_view(other_company))
    assert invite_by_address("Dana@HarborView.example") == [
        "Bright Heating Co.",
        "Clearwater Plumbing",
    ]
    work_off_everything()
    assert len(postbox.letters()) == 2


def test_or_at_one_company(dana, other_company):
    cast.save(cast.harbor_view(other_company))
    assert invite_by_address("dana@harborview.example", "clearwater-plumbing") == [
        "Clearwater Plumbing"
    ]


def test_nobody_has_that_address(maya):
    with pytest.raises(CannotInvite, match="No customer has the address"):
        invite_by_address(maya.email)
