"""Every state of a refund in words for the office, and where it asks for somebody."""

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.overview.attention import alerts
from fsm_portal.flows.refunding.refund_words import refund_words
from tests.flows.refunds import ask, paid, work_at_stripe


@pytest.mark.parametrize(
    ("status", "reason", "unanswered", "label", "note"),
    [
        ("asked", "", False, "On its way to Stripe", ""),
        ("asked", "", True, "Not confirmed yet", "Please do not refund it a second time"),
        ("refused", "Too much.", False, "Refused", "Nothing was refunded. Stripe says: Too much."),
        ("pending", "", False, "Pending", "not confirmed it yet"),
        ("succeeded", "", False, "Refunded", ""),
        ("failed", "declined", False, "Came back", "The customer’s bank declined it."),
        ("failed", "new_in_2027", False, "Came back", "gave no reason"),
        ("canceled", "", False, "Canceled", "in your Stripe balance again"),
    ],
)
def test_each_state_says_what_it_means(status, reason, unanswered, label, note):
    words = refund_words(RefundStatus(status), reason, unanswered)
    assert words.label == label and note in words.note
    assert bool(words.note) == bool(note)


def titles(company) -> list[str]:
    with reading() as session:
        return [each.title for each in alerts(session, session.get_one(Company, company.id))]


def test_what_has_no_answer_or_was_refused_stands_in_the_attention_list_until_made_good(
    unreachable, stripe, owner, payer, company, invoice
):
    """Case 8's "staff told", and case 26's: the list is read off the refunds themselves."""
    payment = paid(stripe, payer, invoice)
    asked = ask(owner, payment, "80.00")
    assert titles(company) == []
    with unreachable():
        work_at_stripe()
    about = "Refund of $80.00 to Harbor View Apartments"
    assert titles(company) == [f"{about}: not confirmed yet"]
    with unit_of_work() as session:
        row = session.get_one(Refund, (company.id, asked))
        row.status, row.failure_reason, row.unanswered_at = RefundStatus.REFUSED, "No.", None
    assert titles(company) == [f"{about}: refused"]
    ask(owner, payment, "80.00")
    work_at_stripe()
    assert titles(company) == []
