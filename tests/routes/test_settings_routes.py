"""The plain routes of the settings: back from Stripe, and a picture on its way in."""

import io

import pytest
from PIL import Image

from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import Role
from fsm_portal.flows.settings.connect_stripe import PAGE
from fsm_portal.routes import logo_upload
from fsm_portal.routes.gate import LARGER_BODIES
from fsm_portal.routes.logo_upload import LOGO_UPLOAD
from fsm_portal.routes.rate_limit import Allowance
from tests import cast
from tests.routes.test_sign_in import sign_in_as

WAYS_BACK = ("/stripe/connect/return", "/stripe/connect/refresh", "/stripe/connect/consent")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 60), "#0f766e").save(out, "PNG")
    return out.getvalue()


def logo_of(company: Company) -> str | None:
    with reading() as session:
        return session.get_one(Company, company.id).logo_sha256


def test_the_logo_is_taken_from_whoever_may_set_it(any_database, browser, company, maya, rung):
    sign_in_as(browser, maya)
    answer = browser.post(LOGO_UPLOAD, content=picture())
    assert (answer.status_code, answer.text) == (200, "The logo is set.")
    assert logo_of(company) and {f"company:{company.id}"} in rung


@pytest.mark.parametrize("who", ["nobody", "customer", Role.OFFICE, Role.TECHNICIAN])
def test_nobody_else_sends_one(browser, company, dana, who):
    """Cases 35 and 40."""
    if who == "customer":
        sign_in_as(browser, dana)
    elif who != "nobody":
        sign_in_as(browser, cast.save(cast.tom(company, role=who)))
    assert browser.post(LOGO_UPLOAD, content=picture()).status_code == 403
    assert logo_of(company) is None


def test_what_is_no_picture_or_too_large_is_refused_in_a_sentence(browser, company, maya):
    """Case 40."""
    sign_in_as(browser, maya)
    answer = browser.post(LOGO_UPLOAD, content=b"<svg/>")
    assert answer.status_code == 422 and "SVG has to be exported as PNG" in answer.text
    assert browser.post(LOGO_UPLOAD, content=b"").status_code == 422
    too_large = b"x" * (LARGER_BODIES[LOGO_UPLOAD] + 1)
    assert browser.post(LOGO_UPLOAD, content=too_large).status_code == 413
    assert browser.post("/sign-in", content=b"x" * 2_000_000).status_code == 413
    forged = browser.post(LOGO_UPLOAD, content=picture(), headers={"sec-fetch-site": "cross-site"})
    assert forged.status_code == 403 and logo_of(company) is None


def test_pictures_without_end_are_slowed_down(browser, company, maya, monkeypatch):
    """Case 41: drawing one anew costs the house something."""
    monkeypatch.setattr(logo_upload, "_drawing", Allowance(burst=2, per_minute=1))
    sign_in_as(browser, maya)
    answers = [browser.post(LOGO_UPLOAD, content=b"x").status_code for _ in range(3)]
    assert answers == [422, 422, 429]


@pytest.mark.parametrize("path", WAYS_BACK)
@pytest.mark.parametrize("who", ["nobody", "customer", Role.TECHNICIAN])
def test_the_ways_back_from_stripe_lead_strangers_to_the_door(browser, company, dana, path, who):
    """Case 35."""
    if who == "customer":
        sign_in_as(browser, dana)
    elif who != "nobody":
        sign_in_as(browser, cast.save(cast.tom(company, role=who)))
    answer = browser.get(path, params={"code": "ac_x", "state": "1.x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_forged_consent_is_refused_and_one_that_was_denied_leads_back(
    any_database, browser, company, maya, secrets
):
    """Case 33."""
    secrets.setenv("FSM_STRIPE_SECRET_KEY", "sk_test_x")
    sign_in_as(browser, maya)
    with reading() as session:
        before = session.get_one(Company, company.id).stripe_account_id
    answer = browser.get(WAYS_BACK[2], params={"code": "ac_evil", "state": "9999999999.00"})
    assert answer.status_code == 409
    denied = browser.get(WAYS_BACK[2], params={"error": "access_denied"})
    assert (denied.status_code, denied.headers["location"]) == (303, PAGE)
    with reading() as session:
        assert session.get_one(Company, company.id).stripe_account_id == before
