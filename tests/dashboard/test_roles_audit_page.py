"""The audit log as owners and admins read it."""

import pytest

from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.sending import Sending
from fsm_portal.dashboard.settings.audit_page import PATH, AuditPage
from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.staff import Role, Staff
from fsm_portal.flows.auditing import log_rows
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from tests import cast


def identity(member: Staff) -> Identity:
    return Identity(
        "staff", member.company_id, member.id, "s" * 32, member.name, member.email, member.role
    )


@pytest.fixture
def busy(clock, maya, company) -> list[str]:
    """Forty deeds of Maya's, one a minute; every tenth is a void."""
    words = []
    for number in range(40):
        deed = Deed.VOIDED_INVOICE if number % 10 == 0 else Deed.SENT_INVOICE
        words.append(f"INV-{number:04d} to dana@harborview.example")
        with unit_of_work() as session:
            write_down(session, identity(maya), deed, words=words[-1])
        clock.move(minutes=1)
    return words


def words_of(view) -> list[str]:
    return [row.words for row in view.rows]


def test_what_was_done_stands_there_with_who_and_where(tab, maya, invoice):
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    page.call(Sending.send, {"invoice_id": invoice.id})
    signing_in, row, *_ = tab(maya, PATH).view(AuditPage).rows
    assert (signing_in.name, signing_in.deed) == ("Maya Ortiz", "Signed in")
    assert (row.name, row.deed) == ("Maya Ortiz", "Sent invoice")
    assert row.words == "INV-0042 to dana@harborview.example"
    assert row.url == f"/dashboard/invoices/{invoice.id}/"
    assert page.view(StaffInvoicePage).loaded


def test_a_long_log_is_turned_page_by_page(tab, maya, busy):
    page = tab(maya, PATH)
    pages = [words_of(page.view(AuditPage))]
    while page.view(AuditPage).older:
        page.navigate(page.view(AuditPage).older)
        pages.append(words_of(page.view(AuditPage)))
    assert [words for each in pages for words in each if words in busy] == busy[::-1]
    page.navigate(page.view(AuditPage).newer)
    assert words_of(page.view(AuditPage)) == pages[-2]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=0007", 1), ("q=maya+inv-0012", 1), ("q=%25", 0), ("q=_", 0),
        ("deed=voided+invoice", 4), ("deed=nonsense", 15), ("who=operator", 0),
        ("since=2026-11-16&until=2026-11-16", 15), ("since=2026-11-17", 0),
        ("until=2026-11-15", 0), ("q=0007&deed=voided+invoice", 0),
        ("before=x&after=y&since=2026-99-99", 15),
    ],
)  # fmt: skip
def test_it_is_asked_for_words_people_deeds_and_days(tab, maya, busy, query, expected):
    assert len(tab(maya, f"{PATH}?{query}").view(AuditPage).rows) == expected


def test_asked_for_one_person(tab, company, maya, busy):
    tom = cast.save(cast.tom(company, role=Role.OFFICE))
    with unit_of_work() as session:
        write_down(session, identity(tom), Deed.TOOK_PAYMENT, words="$20.00")
    view = tab(maya, f"{PATH}?who={tom.id}").view(AuditPage)
    assert [(row.name, row.words) for row in view.rows] == [("Tom Becker", "$20.00")]
    view = tab(maya, f"{PATH}?who={maya.id}&deed=voided+invoice").view(AuditPage)
    assert len(view.rows) == 4
    assert {"Maya Ortiz", "Tom Becker", "Operator"} == {one.name for one in view.people}


def test_a_search_says_how_far_it_has_looked_and_goes_on(tab, maya, busy, monkeypatch):
    """In a log of a million nobody waits for a word that is not there."""
    monkeypatch.setattr(log_rows, "READ", (4, 16))
    page = tab(maya, f"{PATH}?q=inv-0005")
    assert not page.view(AuditPage).rows
    assert page.view(AuditPage).searched.startswith("Searched back to Nov 16, 2026")
    page.navigate(page.view(AuditPage).older)
    assert words_of(page.view(AuditPage)) == [busy[5]]
    page = tab(maya, f"{PATH}?q=inv-003")
    assert words_of(page.view(AuditPage)) == busy[:29:-1]


def test_another_part_of_the_question_leaves_the_others(tab, maya, busy):
    page = tab(maya, f"{PATH}?q=inv")
    page.call(AuditPage.event_handlers["ask"], {"part": "deed", "value": "voided invoice"})
    assert page.redirected_to == f"{PATH}?q=inv&deed=voided+invoice"
    page.call(AuditPage.event_handlers["ask"], {"part": "since", "value": "0002-01-01"})
    assert page.redirected_to == f"{PATH}?q=inv"


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TECHNICIAN])
def test_whoever_may_not_see_it_is_shown_nothing_of_it(tab, company, busy, role):
    view = tab(cast.save(cast.tom(company, role=role)), PATH).view(AuditPage)
    assert view.loaded and not view.allowed
    assert not view.rows and not view.people


def test_another_companys_deeds_are_not_in_it(tab, busy, other_company):
    priya = cast.save(cast.priya(other_company))
    assert {row.name for row in tab(priya, PATH).view(AuditPage).rows} == {"Priya Nair"}


def test_days_are_the_companys_own(tab, maya, clock):
    """Half past eleven in New York is the next day already in UTC."""
    page = tab(maya, PATH)
    clock.now = now().replace(day=17, hour=4, minute=30)
    with unit_of_work() as session:
        write_down(session, identity(maya), Deed.SENT_INVOICE, words="late")
    for query, found in (("until=2026-11-16", True), ("since=2026-11-17", False)):
        page.navigate(f"{PATH}?deed=sent+invoice&{query}")
        assert words_of(page.view(AuditPage)) == (["late"] if found else [])
