"""The portal served, people signed in to it by real links, and Stripe beside it."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.gateways import stripe_client
from tests import cast
from tests.fake_browser import FakeBrowser, Server, serve
from tests.flows.stripe_side import CONNECT_SECRET, PLATFORM_SECRET, StripeSide
from tests.invoices import write_invoice
from tests.portal.people import session_cookie
from tests.portal_app import the_portal
from tests.proof import pytest_configure, pytest_runtest_call  # noqa: F401
from tests.sandbox_process import SECRET_KEY, SandboxProcess, start_sandbox

OpenTab = Callable[..., FakeBrowser]
_numbers = itertools.count(1)


@pytest.fixture
def server(_a_database, environment) -> Iterator[Server]:
    """The whole portal on this test's database. Its webhook endpoints have secrets."""
    environment.setenv("FSM_SECRET_KEY", "a key of the tests that outlives new settings")
    environment.setenv("FSM_STRIPE_WEBHOOK_SECRET", PLATFORM_SECRET)
    environment.setenv("FSM_STRIPE_CONNECT_WEBHOOK_SECRET", CONNECT_SECRET)
    settings.cache_clear()
    with serve(the_portal()) as served:
        yield served


@pytest.fixture
def tab(server) -> Iterator[OpenTab]:
    """``tab(dana, "/portal/")`` opens a page in a browser of its own; None is nobody."""
    opened: list[FakeBrowser] = []

    def open_tab(person: Customer | Staff | None, path: str, cookie: str = "") -> FakeBrowser:
        cookie = cookie or (session_cookie(person) if person else "")
        opened.append(FakeBrowser(server, cookie=cookie))
        return opened[-1].open(path)

    yield open_tab
    for browser in opened:
        browser.close()


@pytest.fixture
def northwind(company) -> Customer:
    """Another customer of Bright Heating."""
    return cast.save(cast.northwind_dental(company))


@pytest.fixture
def invoice(company, dana) -> Invoice:
    """INV-0042 for Dana: 280.00 and 8.25 % sales tax, 303.10 USD, unpaid."""
    tax = TaxRate(company_id=company.id, name="Sales tax", rate_ppm=82_500)
    return write_invoice(company, dana, tax_rate=tax, due_in_days=365)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory) -> Iterator[SandboxProcess]:
    """A running Stripe sandbox. It delivers nothing by itself: tests deliver its events."""
    running = start_sandbox(tmp_path_factory.mktemp("stripe"), settle_delay=0)
    yield running
    running.stop()


@pytest.fixture
def stripe(environment, sandbox, company) -> Iterator[StripeSide]:
    """Bright Heating's own account at Stripe; the portal's settings point there."""
    environment.setenv("FSM_STRIPE_SECRET_KEY", SECRET_KEY)
    environment.setenv("FSM_STRIPE_API_BASE", sandbox.base_url)
    settings.cache_clear()
    stripe_client.client.cache_clear()
    company.stripe_account_id = sandbox.make_account(f"acct_portal{next(_numbers)}", company.name)
    with unit_of_work() as session:
        session.merge(company)
    yield StripeSide(sandbox, company.stripe_account_id)
    stripe_client.client.cache_clear()


@pytest.fixture
def other_companys_customer(other_company) -> Customer:
    """A customer of Clearwater Plumbing who has the same address as Dana."""
    return cast.save(cast.harbor_view(other_company))
