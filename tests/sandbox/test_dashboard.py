"""The dashboard of an account: what starts at Stripe is started there, by hand."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.sandbox.browsing import in_every_look, needs_browser, too_wide, window
from tests.sandbox_process import PLAIN

TABS = ("payments", "disputes", "payouts", "events", "clock")


@pytest.fixture
def press(sandbox, bright):
    """Sends the form of a button, as the page does."""

    def send(tab, act, account=bright, headers=None, **fields):
        url = f"{sandbox.base_url}/dashboard/{account}/{tab}"
        return httpx.post(url, data={"act": act, **fields}, headers=headers, **PLAIN)

    return send


def test_a_refund_of_part_of_a_payment(client, options, paid_charge, press):
    charge = paid_charge()
    done = press("payments", "refund", charge=charge.id, amount="12.50", reason="duplicate")
    assert done.status_code == 303
    [refund] = client.v1.refunds.list({"charge": charge.id}, options).data
    assert (refund.amount, refund.reason) == (1_250, "duplicate")
    refused = press("payments", "refund", charge=charge.id, amount="87.51")
    assert refused.status_code == 400
    assert "is greater than unrefunded amount" in refused.text


@pytest.mark.parametrize("amount", ["-1", "0", "1.005", "NaN", "1e9", "ten", "99999999999999"])
def test_what_is_no_amount_is_refused(client, options, paid_charge, press, amount):
    """Case 2."""
    charge = paid_charge()
    assert press("payments", "refund", charge=charge.id, amount=amount).status_code == 400
    assert client.v1.refunds.list({"charge": charge.id}, options).data == []


def test_a_dispute_opened_and_won(client, options, paid_charge, press):
    charge = paid_charge()
    assert press("payments", "dispute", charge=charge.id, reason="unrecognized").status_code == 303
    [dispute] = client.v1.disputes.list({}, options).data
    press("disputes", "dispute", dispute=dispute.id, outcome="won")
    assert client.v1.disputes.retrieve(dispute.id, {}, options).status == "won"
    assert "is already closed" in press(
        "disputes", "dispute", dispute=dispute.id, outcome="lost"
    ).text.replace("&#39;", "'")


def test_faults_and_their_healing(sandbox, bright, press):
    press("clock", "fault", kind="duplicate", percent="25", times="3", seconds="0", seed="7")
    [fault] = sandbox.faults()
    assert (fault["account"], fault["rate"], fault["times"]) == (bright, 0.25, 3)
    press("clock", "heal", id=str(fault["id"]))
    assert sandbox.faults() == []


def test_an_event_is_sent_again(client, bright, options, press, receiver):
    client.v1.customers.create({"name": "Dana"}, options)
    [event] = client.v1.events.list({}, options).data
    press("events", "send_again", event=event.id)
    assert len(receiver.wait_for("customer.created", bright, count=2)) == 2


def test_objects_of_other_accounts_cannot_be_touched(paid_charge, press, clearwater):
    charge = paid_charge()
    for tab, act in (("payments", "dispute"), ("payments", "refund")):
        assert press(tab, act, account=clearwater, charge=charge.id).status_code == 400
    assert press("payments", "refund", account="acct_none").status_code == 404
    assert press("payments", "self_destruct").status_code == 400
    assert press("vault", "refund").status_code == 404


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_other_sites_cannot_press_the_buttons(client, options, paid_charge, press, headers):
    charge = paid_charge()
    assert press("payments", "refund", headers=headers, charge=charge.id).status_code == 403
    assert client.v1.refunds.list({}, options).data == []


@needs_browser
def test_every_tab_fits(browser, sandbox, bright, paid_charge):
    charge = paid_charge("4000 0000 0000 0077")
    sandbox.refund(bright, charge.id, 2_000, refund_application_fee=True)
    sandbox.pay_out(bright)
    sandbox.open_dispute(paid_charge().id)
    with window(browser) as tab:
        for name in TABS:
            tab.goto(f"{sandbox.base_url}/dashboard/{bright}/{name}")
            for width in in_every_look(tab):
                assert too_wide(tab) <= 0, (name, width)
            for field in tab.locator("input:not([type=hidden]), select").all():
                assert field.evaluate("field => field.labels.length") == 1


@needs_browser
def test_a_refund_by_hand(browser, sandbox, bright, paid_charge):
    paid_charge()
    with window(browser) as tab:
        tab.goto(f"{sandbox.base_url}/dashboard/{bright}")
        tab.get_by_text("Dana Reyes").first.click()
        tab.get_by_label("Amount").fill("40")
        tab.get_by_role("button", name="Refund").click()
        expect(tab.get_by_text("Partly refunded")).to_be_visible()
        expect(tab.get_by_text(re.compile(r"Refund \$40\.00"))).to_be_visible()
