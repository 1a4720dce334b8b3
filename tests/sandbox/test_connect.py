"""How a company joins the platform, and how it leaves: OAuth, onboarding, deauthorisation."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import stripe

from tests.sandbox_process import PLAIN

CLIENT_ID = "ca_Bright"
BACK = "http://127.0.0.1:9/connected"


@pytest.fixture
def authorize(client):
    """Opens the consent page as the SDK addresses it, and presses a button."""

    def press(outcome="connect", state="s1", **fields):
        url = client.oauth.authorize_url(
            {"client_id": CLIENT_ID, "redirect_uri": BACK, "scope": "read_write", "state": state}
        )
        assert httpx.get(url, **PLAIN).status_code == 200
        answer = httpx.post(url, data={"outcome": outcome, **fields}, **PLAIN)
        leads = urlsplit(answer.headers["location"])
        assert answer.headers["location"].startswith(BACK)
        return {name: values[0] for name, values in parse_qs(leads.query).items()}

    return press


def test_a_new_company_connects(client, authorize):
    told = authorize(name="Bright Heating Co.", country="GB")
    assert told["state"] == "s1" and told["code"].startswith("ac_")
    wanted = {"grant_type": "authorization_code", "code": told["code"]}
    joined = client.oauth.token(wanted)
    account = client.v1.accounts.retrieve(joined.stripe_user_id)
    assert (account.country, account.charges_enabled) == ("GB", True)
    with pytest.raises(stripe.oauth_error.InvalidGrantError, match="already been used"):
        client.oauth.token(wanted)


def test_who_declines_is_not_connected(authorize):
    told = authorize("cancel")
    assert (told["error"], told["state"]) == ("access_denied", "s1")


def test_another_site_cannot_consent_for_the_company(client, bright):
    asked = {"client_id": CLIENT_ID, "redirect_uri": BACK, "scope": "read_write"}
    answer = httpx.post(
        client.oauth.authorize_url(asked),
        data={"outcome": "connect", "account": bright},
        headers={"Sec-Fetch-Site": "cross-site"},
        **PLAIN,
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("country", ["U", "12", "Ünited"])
def test_a_country_has_two_letters(client, country):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.accounts.create({"country": country})
    assert refused.value.code == "country_code_invalid"


def test_disconnected_the_platform_has_no_access(client, bright, open_session, receiver, authorize):
    """Case 27. The event's object is an application; the account is the event's own field."""
    session = open_session()
    client.oauth.deauthorize({"client_id": CLIENT_ID, "stripe_user_id": bright})
    [gone] = receiver.wait_for("account.application.deauthorized", bright)
    assert gone["data"]["object"]["object"] == "application"
    for ask in (
        lambda: client.v1.checkout.sessions.retrieve(session.id, {}, {"stripe_account": bright}),
        lambda: client.v1.accounts.retrieve(bright),
    ):
        with pytest.raises(stripe.PermissionError):
            ask()
    with pytest.raises(stripe.oauth_error.InvalidClientError):
        client.oauth.deauthorize({"client_id": CLIENT_ID, "stripe_user_id": bright})
    code = authorize(account=bright)["code"]
    client.oauth.token({"grant_type": "authorization_code", "code": code})
    assert client.v1.accounts.retrieve(bright).id == bright
    receiver.wait_for("account.application.authorized", bright)


def test_the_company_can_leave_by_itself(sandbox, client, bright, receiver):
    sandbox.disconnect(bright)
    receiver.wait_for("account.application.deauthorized", bright)
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(bright)


def test_onboarding_makes_an_account_able_to_charge(client, receiver):
    account = client.v1.accounts.create({"country": "DE", "email": "office@brightheating.example"})
    assert not account.charges_enabled
    link = client.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": "http://127.0.0.1:9/refresh",
            "return_url": "http://127.0.0.1:9/return",
        }
    )
    page = httpx.get(link.url, **PLAIN)
    assert "Germany" in page.text
    assert httpx.post(link.url, data={"name": "Bright"}, **PLAIN).status_code == 422
    filled = {"name": "Bright Heating", "vat": "DE123456789", "bank": "DE89370400440532013000"}
    done = httpx.post(link.url, data=filled, **PLAIN)
    assert done.headers["location"] == "http://127.0.0.1:9/return"
    after = client.v1.accounts.retrieve(account.id)
    assert after.charges_enabled and after.payouts_enabled and after.details_submitted
    assert (after.business_profile.name, after.requirements.currently_due) == ("Bright Heating", [])
    receiver.wait_for("account.updated", account.id)
    again = httpx.get(link.url, **PLAIN)
    assert again.headers["location"] == "http://127.0.0.1:9/refresh"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "client_id=ca_x&response_type=token&redirect_uri=http://127.0.0.1:9/x",
        "client_id=ca_x&response_type=code&redirect_uri=javascript:alert(1)",
        "client_id=<script>&response_type=code&redirect_uri=http://127.0.0.1:9/x",
        "client_id=ca_x&response_type=code&scope=all&redirect_uri=http://127.0.0.1:9/x",
    ],
)
def test_a_wrong_address_is_told_and_leads_nowhere(sandbox, query):
    for method in ("GET", "POST"):
        answer = httpx.request(method, f"{sandbox.base_url}/oauth/authorize?{query}", **PLAIN)
        assert answer.status_code == 400
        assert "<script>" not in answer.text


def test_a_code_nobody_gave(client):
    with pytest.raises(stripe.oauth_error.InvalidGrantError):
        client.oauth.token({"grant_type": "authorization_code", "code": "ac_none"})
