"""A customer's name, contact and addresses are corrected, and what follows from a new address."""

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.flows.customers.edit_customer import CannotEdit, CustomerWords, edit_customer
from fsm_portal.flows.identity import who_is
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.login_links import SignedIn, use_link
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.postbox import token_in, work_off_everything

DANA = CustomerWords("Harbor View Apartments", "Dana Reyes", "dana@harborview.example", "")


def kept(customer: Customer) -> CustomerWords:
    with reading() as session:
        row = session.get_one(Customer, (customer.company_id, customer.id))
    return CustomerWords(row.name, row.contact, row.email or "", row.phone)


def changed(**words: str) -> CustomerWords:
    return CustomerWords(**{**vars(DANA), **words})


def refusal(who, customer_id: str, words: CustomerWords) -> CannotEdit:
    with pytest.raises(CannotEdit) as refused:
        edit_customer(who, customer_id, words)
    return refused.value


def test_what_was_typed_is_kept_without_its_odd_blanks(any_database, owner, dana):
    topics = edit_customer(
        owner,
        dana.id,
        CustomerWords(
            " Harbor  View ", "Ana\tDiaz", " ana@harborview.example\n", "+1 201 555 0199"
        ),
    )
    assert kept(dana) == CustomerWords(
        "Harbor View", "Ana Diaz", "ana@harborview.example", "+1 201 555 0199"
    )
    assert topics == {f"company:{dana.company_id}", f"customer:{dana.company_id}:{dana.id}"}


def test_how_a_customer_reads_money_and_days_is_chosen_from_a_list(any_database, owner, dana):
    """What is not in it is refused, what an import brought stays, no word changes nothing."""

    def locale() -> str:
        with reading() as session:
            return session.get_one(Customer, (dana.company_id, dana.id)).locale

    edit_customer(owner, dana.id, changed(locale="de_AT"))
    edit_customer(owner, dana.id, changed())
    assert locale() == "de_AT"
    for odd in ("xx_XX", "de", "../../etc", "de_AT' --", "DE_AT"):
        refused = refusal(owner, dana.id, changed(locale=odd))
        assert refused.field == "locale"
    with unit_of_work() as session:
        session.get_one(Customer, (dana.company_id, dana.id)).locale = "gsw_CH"
    edit_customer(owner, dana.id, changed(locale="gsw_CH"))
    assert locale() == "gsw_CH"
    edit_customer(owner, dana.id, changed(locale=""))
    assert locale() == ""


def test_a_new_address_ends_what_was_opened_through_the_old_one(owner, dana, invoice, postbox):
    """Case 34: sessions at once, links before they are used."""
    for _ in range(2):
        send_invoice(owner, invoice.id)
        work_off_everything()
    first, _ = postbox.letters()
    assert not isinstance(use_link(token_in(first), None, ""), SignedIn), "a newer one was sent"
    opened = use_link(token_in(postbox.letters()[-1]), None, "")
    send_invoice(owner, invoice.id)
    work_off_everything()
    unused = token_in(postbox.letters()[-1])
    session_id = who_is(opened.cookie).session_id

    topics = edit_customer(owner, dana.id, changed(email="ap@harborview.example"))

    assert f"session:{session_id}" in topics
    assert who_is(opened.cookie) is None
    assert not isinstance(use_link(unused, None, ""), SignedIn)


def test_the_next_letter_goes_to_the_new_address(owner, dana, invoice, postbox):
    send_invoice(owner, invoice.id)
    edit_customer(owner, dana.id, changed(email="ap@harborview.example"))
    assert send_invoice(owner, invoice.id)[0] == "ap@harborview.example"
    work_off_everything()
    letter = postbox.only_letter(to="ap@harborview.example")
    old_address = postbox.letters("dana@harborview.example")
    assert old_address == [], "the one that still waited is not sent"
    assert isinstance(use_link(token_in(letter), None, ""), SignedIn)


@pytest.mark.parametrize("email", ["dana@harborview.example", "Dana@HarborView.example"])
def test_the_same_mailbox_ends_nothing(owner, dana, invoice, postbox, email):
    send_invoice(owner, invoice.id)
    work_off_everything()
    opened = use_link(token_in(postbox.only_letter()), None, "")
    edit_customer(owner, dana.id, changed(email=email, contact="Ana Diaz"))
    assert who_is(opened.cookie) is not None
    assert kept(dana).email == email


def test_without_an_address_nobody_gets_in_through_the_old_one(owner, dana, invoice, postbox):
    """Case 34: it was a stranger's, and nobody knows the right one yet."""
    send_invoice(owner, invoice.id)
    work_off_everything()
    edit_customer(owner, dana.id, changed(email=""))
    assert kept(dana).email == ""
    assert not isinstance(use_link(token_in(postbox.only_letter()), None, ""), SignedIn)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Harbor\x00View"}, "name"),
        ({"contact": "x" * 201}, "contact"),
        ({"phone": "1" * 41}, "phone"),
        ({"email": "dana"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@x.example, b@x.example"}, "email"),
        ({"email": "x" * 250 + "@x.example"}, "email"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(owner, dana, words, field):
    assert refusal(owner, dana.id, changed(**words)).field == field
    assert kept(dana) == DANA


def test_a_technician_and_a_customer_change_nothing(tom, payer, dana):
    for who in (staff_identity(tom), payer):
        words = changed(email="mine@evil.example")
        assert str(refusal(who, dana.id, words)).startswith("Your role cannot change customers.")
    assert kept(dana) == DANA


def test_another_companys_customer_is_no_different_from_a_missing_one(owner, other_company):
    """Case 35."""
    theirs = cast.save(cast.harbor_view(other_company))
    for customer_id in (theirs.id, "0" * 32, "", "..", "\x00"):
        refused = refusal(owner, customer_id, changed(name="Mine"))
        assert str(refused) == "This customer does not exist."
    assert kept(theirs) == DANA


def test_correcting_somebody_sends_nothing(owner, dana):
    edit_customer(owner, dana.id, changed(email="ap@harborview.example"))
    assert books.rows(OutboxMessage) == []
