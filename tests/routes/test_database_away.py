"""While the database is away: a page with a sentence and a way on, never a bare error."""

import pytest

from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.session import LoginSession
from tests.flows import books
from tests.outage import outage
from tests.routes.test_sign_in import DANA, link_for, sign_in_as


def says_so(answer) -> str:
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"].startswith("text/html")
    assert "We cannot get at our records" in answer.text and "Try again" in answer.text
    return answer.text


def test_asking_for_a_link_keeps_what_was_typed_for_the_next_try(browser, dana):
    with outage():
        page = says_so(browser.post("/sign-in", data={"email": DANA}))
        assert 'method="post" action="/sign-in"' in page
        assert f'type="hidden" name="email" value="{DANA}"' in page
    assert browser.post("/sign-in", data={"email": DANA}).status_code == 200
    assert len(books.rows(OutboxMessage)) == 1


def test_a_link_is_not_used_up_by_a_press_that_came_to_nothing(browser, dana):
    path = link_for(dana)
    with outage():
        assert f'href="{path}"' in says_so(browser.get(path))
        assert f'method="post" action="{path}"' in says_so(browser.post(path))
    assert browser.post(path).status_code == 303
    assert len(books.rows(LoginSession)) == 1


@pytest.mark.parametrize("path", ["/", "/documents/invoices/" + "0" * 32 + ".pdf"])
def test_other_pages_can_be_opened_again(browser, maya, path):
    sign_in_as(browser, maya)
    with outage():
        assert f'href="{path}"' in says_so(browser.get(path))
    assert browser.get(path).status_code in (303, 404)


def test_what_was_typed_is_only_text(browser, dana):
    """Case 43."""
    with outage():
        page = says_so(browser.post("/sign-in", data={"email": '"><script>@x.example'}))
    assert "<script>" not in page


def test_the_health_page_says_it_too(browser):
    with outage():
        assert browser.get("/readyz").status_code == 503
        assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").status_code == 200
