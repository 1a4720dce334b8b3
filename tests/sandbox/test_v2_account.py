"""Accounts v2: a company is made with JSON, onboarded on the hosted page, and charges."""

import re

import httpx
import pytest
import stripe
from playwright.sync_api import expect
from stripe.v2.core import Account, AccountLink

from tests.e2e.axe import faults_in_both_schemes
from tests.sandbox.browsing import WIDTHS, needs_browser, window
from tests.sandbox.conftest import order
from tests.sandbox_process import SECRET_KEY, pay
from tests.sdk_shapes import shape_faults, v2_faults

EVERYTHING = ["configuration.merchant", "defaults", "future_requirements", "identity",
              "requirements"]  # fmt: skip
CARDS = {"merchant": {"capabilities": {"card_payments": {"requested": True}}}}
BRIGHT = {
    "display_name": "Bright Heating Co.",
    "contact_email": "office@brightheating.example",
    "dashboard": "full",
    "identity": {"country": "us", "entity_type": "company"},
    "configuration": CARDS,
    "defaults": {
        "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"},
        "profile": {"doing_business_as": "Bright Heating"},
    },
    "metadata": {"company": "bright-heating"},
}


@pytest.fixture
def accounts(client):
    return client.v2.core.accounts


@pytest.fixture
def onboarding(client):
    """Makes a link for an account; returns it."""

    def make(account: str, **changes):
        use = {"refresh_url": "http://127.0.0.1:9/again", "return_url": "http://127.0.0.1:9/back"}
        return client.v2.core.account_links.create(
            {
                "account": account,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {**use, **changes},
                },
            }
        )

    return make


def agrees(found, wanted=Account) -> None:
    """The SDK's own class describes every field, nested ones too."""
    assert shape_faults(wanted, found.to_dict()) == []


def test_the_judge_does_find_faults(accounts):
    """The control: without it, silence would prove nothing."""
    good = accounts.create({**BRIGHT, "include": EVERYTHING}).to_dict()
    assert shape_faults(Account, good) == []
    assert shape_faults(Account, {**good, "invented": 1})
    assert shape_faults(Account, {**good, "created": 1})
    assert shape_faults(Account, {k: v for k, v in good.items() if k != "livemode"})
    assert v2_faults("/v2/core/accounts", {"data": [good], "next_page_url": None})
    worse = {**good["defaults"], "responsibilities": {"fees_collector": "nobody"}}
    assert shape_faults(Account, {**good, "defaults": worse})


def test_a_company_is_made_and_cannot_charge_before_its_onboarding(client, accounts):
    made = accounts.create({**BRIGHT, "include": EVERYTHING})
    agrees(made)
    assert made.id.startswith("acct_") and made.object == "v2.core.account"
    assert made.configuration.merchant.capabilities.card_payments.status == "restricted"
    assert [entry.awaiting_action_from for entry in made.requirements.entries]
    assert made.identity.country == "us" and made.metadata["company"] == "bright-heating"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made.created)
    # v1 shows the same account.
    old = client.v1.accounts.retrieve(made.id)
    assert (old.email, old.charges_enabled) == ("office@brightheating.example", False)
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make charges"):
        client.v1.checkout.sessions.create(order(), {"stripe_account": made.id})


def test_what_is_not_asked_for_is_null(accounts):
    made = accounts.create(BRIGHT)
    agrees(made)
    assert made.configuration is None and made.identity is None and made.requirements is None
    found = accounts.retrieve(made.id, {"include": ["identity"]})
    agrees(found)
    assert found.identity.entity_type == "company" and found.defaults is None


def test_the_onboarding_leads_to_an_account_that_charges(client, accounts, onboarding, receiver):
    made = accounts.create(BRIGHT)
    link = onboarding(made.id)
    agrees(link, AccountLink)
    filled = {"name": "Bright Heating Co.", "vat": "US1", "bank": "000123456789"}
    done = httpx.post(link.url, data=filled)
    assert (done.status_code, done.headers["location"]) == (303, "http://127.0.0.1:9/back")
    receiver.wait_for("account.updated", made.id)
    found = accounts.retrieve(made.id, {"include": EVERYTHING})
    agrees(found)
    assert found.configuration.merchant.capabilities.card_payments.status == "active"
    assert found.requirements.entries == []
    session = client.v1.checkout.sessions.create(order(), {"stripe_account": made.id})
    assert pay(session.url).paid
    # The link was good once.
    assert httpx.get(link.url).headers["location"] == "http://127.0.0.1:9/again"


@needs_browser
def test_who_told_no_country_is_asked_for_it(browser, accounts, onboarding):
    made = accounts.create({"configuration": CARDS, "display_name": "Clearwater Plumbing"})
    with window(browser, WIDTHS["phone"]) as tab:
        tab.goto(onboarding(made.id, return_url=None).url)
        assert faults_in_both_schemes(tab) == []
        expect(tab.get_by_label("Business name")).to_have_value("Clearwater Plumbing")
        tab.get_by_label("Country").select_option("United Kingdom")
        tab.get_by_label("VAT or tax number").fill("GB123456789")
        tab.get_by_label("Bank account or IBAN").fill("00012345")
        tab.get_by_role("button", name="Finish").click()
        expect(tab.get_by_role("heading", name="Payments are set up")).to_be_visible()
    found = accounts.retrieve(made.id, {"include": ["identity", "defaults"]})
    assert (found.identity.country, found.defaults.currency) == ("gb", "gbp")


def test_an_account_is_changed_and_closed(client, accounts):
    made = accounts.create(BRIGHT)
    changed = accounts.update(
        made.id,
        {
            "contact_email": "maya@brightheating.example",
            "metadata": {"company": "", "plan": "pro"},
            "configuration": {"merchant": {"support": {"email": "help@brightheating.example"}}},
            "include": ["configuration.merchant"],
        },
    )
    agrees(changed)
    assert changed.contact_email == "maya@brightheating.example"
    assert changed.metadata.to_dict() == {"plan": "pro"}
    assert changed.configuration.merchant.support.email == "help@brightheating.example"
    assert changed.display_name == "Bright Heating Co."
    closed = accounts.close(made.id)
    agrees(closed)
    assert closed.closed and not client.v1.accounts.retrieve(made.id).charges_enabled
    assert made.id in [each.id for each in accounts.list({"closed": True, "limit": 100})]


def test_accounts_are_listed_page_by_page(accounts):
    made = [accounts.create(BRIGHT).id for _ in range(5)]
    page = accounts.list({"limit": 2})
    for each in page.data:
        agrees(each)
    seen = [each.id for each, _ in zip(page.auto_paging_iter(), range(5), strict=False)]
    assert seen == made[::-1]
    assert accounts.list({"applied_configurations": ["customer"]}).data == []


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b'{"display_name": 1', 400, "decoding"),
        (b"[]", 400, "decoding"),
        (b"[" * 100_000, 400, "decoding"),
        (b'{"invented": true}', 400, "invented"),
        (b'{"configuration": {"customer": {}}}', 400, "does not support"),
        (b"{}", 400, "configuration.merchant"),
    ],
)
def test_bad_input_gets_the_envelope_of_v2(sandbox, body, status, says):
    answer = httpx.post(
        f"{sandbox.base_url}/v2/core/accounts",
        content=body,
        headers={"Authorization": f"Bearer {SECRET_KEY}", "Content-Type": "application/json"},
    )
    assert answer.status_code == status
    error = answer.json()["error"]
    assert says in error["message"]
    assert set(error) == {"code", "message", "request_log_url", "type"}


def test_what_is_not_there_is_a_404_in_v2_too(client, accounts, onboarding):
    for ask in (
        lambda: accounts.retrieve("acct_nobody"),
        lambda: onboarding("acct_nobody"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            ask()
        assert (refused.value.http_status, refused.value.code) == (404, "not_found")


def test_the_same_key_makes_one_account_and_another_wish_is_refused(accounts):
    key = {"idempotency_key": "onboard-bright"}
    first, again = accounts.create(BRIGHT, key), accounts.create(BRIGHT, key)
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        accounts.create({**BRIGHT, "display_name": "Another"}, key)
