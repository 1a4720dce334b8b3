"""What the screens say about a letter, from the press of Send to the mail server's answer.

Invariant K: the list, the activity and the invoice's page never claim more than is so.
"""

from collections.abc import Callable

import pytest

from fsm_portal.domain.staff import Role
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.list_invoices import InvoiceQuery, list_invoices
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.outbox import GiveUp, claim, work_off
from fsm_portal.flows.overview.show_overview import show_overview
from tests.flows.postbox import work_off_everything
from tests.invoices import write_invoice

Screens = Callable[[], tuple[str, str, str]]


@pytest.fixture
def draft(any_database, clock, company, dana):
    return write_invoice(company, dana, issued=False)


@pytest.fixture
def screens(company, draft) -> Screens:
    """What the three say now, with plain blanks."""
    eyes = Scope("staff", company.id, None, Role.OFFICE)

    def look() -> tuple[str, str, str]:
        (row,) = list_invoices(eyes, InvoiceQuery()).rows
        said = (
            row.letter.words,
            show_overview(eyes).happenings[0].title,
            show_staff_invoice(eyes, draft.id).letter.in_full,
        )
        return tuple(words.replace("\u202f", " ") for words in said)

    return look


@pytest.fixture
def badge(company, draft) -> Callable[[], tuple[str, str]]:
    """The last letter among the mail of the invoice's page: how far, and the line below."""
    eyes = Scope("staff", company.id, None, Role.OFFICE)

    def look() -> tuple[str, str]:
        newest = show_staff_invoice(eyes, draft.id).deliveries[0]
        return newest.progress, newest.note.replace("\u202f", " ")

    return look


def turned_away(_work) -> frozenset[str]:
    raise ConnectionRefusedError("no mail server there")


def given_up(_work) -> frozenset[str]:
    raise GiveUp("550 no such mailbox")


def test_a_letter_that_only_waits_is_not_called_sent(owner, draft, screens, badge):
    send_invoice(owner, draft.id)
    assert screens() == (
        "Waiting to be sent",
        "INV-0042 is waiting to be sent",
        "Waiting to be sent to dana@harborview.example",
    )
    assert badge() == ("waiting", "Asked for 9:00 AM by Maya Ortiz")


def test_while_the_mail_server_is_spoken_to_it_is_being_sent(owner, draft, screens, badge):
    send_invoice(owner, draft.id)
    assert claim() is not None
    assert screens() == (
        "Sending",
        "INV-0042 is being sent",
        "Sending to dana@harborview.example",
    )
    assert badge()[0] == "sending"


def test_a_worker_that_died_with_it_sends_nothing_any_more(clock, owner, draft, screens, badge):
    send_invoice(owner, draft.id)
    claim()
    clock.move(minutes=3)
    assert screens()[0] == "Waiting to be sent"


def test_turned_away_it_waits_for_the_next_try(owner, draft, screens, badge):
    """Case 42: and the pages are told, or they would go on saying that it is being sent."""
    send_invoice(owner, draft.id)
    rung = work_off(claim(), {"invoice_mail": turned_away})
    assert rung == {f"company:{draft.company_id}"}
    assert screens()[0] == "Waiting to be sent"
    assert badge() == ("retrying", "Asked for 9:00 AM by Maya Ortiz. Tried once so far")


def test_given_up_it_says_so_and_why(owner, draft, screens, badge):
    send_invoice(owner, draft.id)
    work_off(claim(), {"invoice_mail": given_up})
    assert screens() == (
        "Could not be delivered",
        "INV-0042 could not be delivered",
        "Could not be delivered: dana@harborview.example",
    )
    assert badge() == ("failed", "Asked for 9:00 AM by Maya Ortiz. 550 no such mailbox")


def test_once_the_mail_server_took_it_it_is_sent(clock, owner, draft, screens, badge, postbox):
    send_invoice(owner, draft.id)
    clock.move(minutes=4)
    work_off_everything()
    assert screens() == (
        "Sent 9:04 AM",
        "Maya Ortiz sent INV-0042",
        "Sent to dana@harborview.example, 9:04 AM",
    )
    assert badge() == ("sent", "9:04 AM by Maya Ortiz")


def test_the_last_letter_is_the_one_that_counts(clock, owner, draft, screens, postbox):
    """Sent once and now waiting to be sent again: the list says what is under way."""
    send_invoice(owner, draft.id)
    work_off_everything()
    clock.move(minutes=5)
    send_invoice(owner, draft.id)
    assert screens()[0] == "Waiting to be sent"


def test_without_a_letter_nothing_is_said(company, owner, draft):
    eyes = Scope("staff", company.id, None, Role.OFFICE)
    (row,) = list_invoices(eyes, InvoiceQuery()).rows
    assert (row.letter.progress, row.letter.words) == ("", "")
