"""The bare address, and the two that monitoring asks for."""

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.login_link import Purpose
from fsm_portal.flows.identity import cookie_name
from fsm_portal.flows.login_links import make_link


def test_the_bare_address_leads_everyone_where_they_belong(browsers, company, dana, maya):
    assert browsers().get("/").headers["location"] == "/sign-in"
    for person, home in (
        ({"customer_id": dana.id}, "/portal/"),
        ({"staff_id": maya.id}, "/dashboard/"),
    ):
        with unit_of_work() as session:
            address, _ = make_link(
                session, company_id=company.id, purpose=Purpose.OPERATOR, **person
            )
        browser = browsers()
        browser.post(address.removeprefix(settings().base_url))
        assert browser.get("/").headers["location"] == home


def test_a_forged_or_broken_cookie_is_no_cookie(browser):
    """Case 38."""
    for forged in ("x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "x" * 5_000):
        browser.cookies.set(cookie_name("customer"), forged)
        assert browser.get("/").headers["location"] == "/sign-in"


def test_a_healthy_process_says_so(browser):
    assert browser.get("/healthz").json() == {"status": "ok"}
    assert browser.get("/readyz").json() == {"status": "ok", "database": "ok"}


def test_without_its_tables_the_portal_is_alive_but_not_ready(
    environment, tmp_path, browsers, database
):
    environment.setenv("FSM_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    settings.cache_clear()
    db.engine.cache_clear()
    browser = browsers()
    assert browser.get("/healthz").status_code == 200
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "error")
    assert str(tmp_path) not in answer.text


def test_a_database_that_is_away_is_not_ready(postgres_database, postgres, browser):
    name = postgres_database.url.database
    assert browser.get("/readyz").status_code == 200
    with postgres.connect() as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        assert browser.get("/readyz").status_code == 503
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert browser.get("/readyz").status_code == 200
