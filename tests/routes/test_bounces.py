"""The endpoint for mail providers: off without a secret, closed without the right one."""

import base64
import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from fsm_portal.config import settings
from fsm_portal.routes import bounces

SECRET = "a-secret-of-the-tests"
BODY = json.dumps({"message_id": f"<{'0' * 40}@portal.example>", "kind": "bounce"})


@pytest.fixture
def client(environment):
    environment.setenv("FSM_BOUNCE_SECRET", SECRET)
    settings.cache_clear()
    return TestClient(Starlette(routes=bounces.routes))


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"any:{password}".encode()).decode()}


def test_it_is_off_without_a_secret(environment):
    environment.delenv("FSM_BOUNCE_SECRET", raising=False)
    settings.cache_clear()
    answer = TestClient(Starlette(routes=bounces.routes)).post("/mail/bounces", content=BODY)
    assert answer.status_code == 503


@pytest.mark.parametrize("headers", [{"Authorization": f"Bearer {SECRET}"}, basic(SECRET)])
def test_whoever_knows_the_secret_is_listened_to(client, company, headers):
    assert client.post("/mail/bounces", content=BODY, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("wrong"),
        basic(""),
        {"Authorization": "Bearer "},
        {"Authorization": "Basic %%%"},
        {"Authorization": f"Bearer {SECRET}é".encode()},
    ],
)
def test_nobody_else_is(client, headers):
    """Case 20."""
    assert client.post("/mail/bounces", content=BODY, headers=headers).status_code == 401


def test_what_cannot_be_read_is_said_so(client):
    answer = client.post("/mail/bounces", content=b"{", headers=basic(SECRET))
    assert answer.status_code == 400
