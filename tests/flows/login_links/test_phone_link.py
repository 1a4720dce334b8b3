"""From the desk to the phone: one link, for one customer, once."""

from fsm_portal.db import unit_of_work
from fsm_portal.domain.login_link import LoginLink
from fsm_portal.flows.login_links import SignedIn, look_at_link, use_link
from fsm_portal.flows.paying.phone_link import end_phone_link, make_phone_link, phone_link_state
from tests.flows import books
from tests.flows.conftest import customer_identity
from tests.invoices import write_invoice


def token(link) -> str:
    return link.address.rpartition("/")[2]


def test_case_g_it_signs_in_once_at_that_invoice(any_database, payer, invoice, clock):
    """Invariant G and case 32: one session, and only a hash of it on our books."""
    link = make_phone_link(payer, invoice.id)
    assert phone_link_state(link.token_hash) == "ready"
    view = look_at_link(token(link), None)
    assert (view.person_name, view.path) == (payer.name, f"/portal/invoices/{invoice.id}/")
    signed_in = use_link(token(link), None, "a phone")
    assert isinstance(signed_in, SignedIn)
    assert signed_in.path == f"/portal/invoices/{invoice.id}/"
    assert phone_link_state(link.token_hash) == "used"
    assert not isinstance(use_link(token(link), None, "another phone"), SignedIn)
    (row,) = books.rows(LoginLink)
    assert token(link) not in str(row.model_dump())


def test_case_30_ten_minutes_and_the_newest_only(any_database, payer, invoice, clock):
    """Case 30."""
    first, newer = (make_phone_link(payer, invoice.id) for _ in range(2))
    assert phone_link_state(first.token_hash) == "over"
    clock.move(seconds=599)
    assert phone_link_state(newer.token_hash) == "ready"
    clock.move(seconds=2)
    assert phone_link_state(newer.token_hash) == "over"
    assert not isinstance(use_link(token(newer), None, "a phone"), SignedIn)


def test_case_35_only_for_ones_own_invoices(
    any_database, company, dana, payer, owner, northwind, invoice
):
    """Case 35: a stranger's invoice, a draft, a missing one and staff are all the same."""
    theirs = write_invoice(company, northwind, number="INV-7")
    draft = write_invoice(company, dana, number="INV-8", issued=False)
    for who, wanted in (
        (payer, theirs.id),
        (payer, draft.id),
        (payer, "0" * 32),
        (payer, "../x"),
        (owner, invoice.id),
        (customer_identity(northwind), invoice.id),
    ):
        assert make_phone_link(who, wanted) is None


def test_not_where_there_is_no_portal(company, payer, invoice):
    with unit_of_work() as session:
        company.portal_enabled = False
        session.merge(company)
    assert make_phone_link(payer, invoice.id) is None


def test_who_asks_without_end_gets_no_more(payer, invoice, clock):
    made = [make_phone_link(payer, invoice.id) for _ in range(25)]
    assert sum(link is not None for link in made) == 20
    clock.move(minutes=11)
    assert make_phone_link(payer, invoice.id) is not None


def test_who_signs_out_takes_it_along(any_database, payer, invoice):
    link = make_phone_link(payer, invoice.id)
    end_phone_link(link.token_hash)
    assert phone_link_state(link.token_hash) == "over"
    assert not isinstance(use_link(token(link), None, "a phone"), SignedIn)
