"""The real parts around a flow: the Stripe sandbox over HTTP, and a mail server over SMTP.

One process of each serves the whole room. Every test has Stripe accounts of its own, and sees
only the letters that were sent since it began.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import stripe as stripe_sdk
from sqlalchemy import Engine
from stripe._http_client import HTTPClient

from fsm_portal.config import settings
from fsm_portal.db import unit_of_work
from fsm_portal.domain import clock
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways import stripe_client
from tests import cast
from tests.contract import JudgedClient
from tests.flows.postbox import Postbox
from tests.flows.serving import plain_routes, served
from tests.flows.stripe_side import (
    CONNECT_SECRET,
    PLATFORM_SECRET,
    StripeSide,
    events_sent_to,
)
from tests.invoices import write_invoice
from tests.mail_process import MailCatcher, start_mail_catcher
from tests.proof import pytest_configure, pytest_runtest_call  # noqa: F401
from tests.sandbox_process import SECRET_KEY, SandboxProcess, free_port, start_sandbox

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A running Stripe sandbox that delivers nothing by itself: see ``live_webhooks``."""
    running = start_sandbox(tmp_path_factory.mktemp("stripe"), settle_delay=0)
    yield running
    running.stop()


@pytest.fixture
def at_stripe(environment: pytest.MonkeyPatch, sandbox: SandboxProcess) -> Iterator[None]:
    """The portal's settings point at the sandbox, its webhook endpoints have secrets.

    Whatever the portal says to Stripe is held against Stripe's own description, where that is.
    """
    environment.setattr(stripe_sdk, "RequestsClient", JudgedClient)
    environment.setenv("FSM_STRIPE_SECRET_KEY", SECRET_KEY)
    environment.setenv("FSM_STRIPE_API_BASE", sandbox.base_url)
    environment.setenv("FSM_STRIPE_WEBHOOK_SECRET", PLATFORM_SECRET)
    environment.setenv("FSM_STRIPE_CONNECT_WEBHOOK_SECRET", CONNECT_SECRET)
    settings.cache_clear()
    stripe_client.client.cache_clear()
    yield
    stripe_client.client.cache_clear()


def _connected(company: Company, sandbox: SandboxProcess) -> StripeSide:
    """Give ``company`` a Stripe account that no other test has touched."""
    account = f"acct_{company.slug.replace('-', '')}{next(_numbers)}"
    sandbox.make_account(
        account,
        company.name,
        country=company.country,
        default_currency=company.currency.lower(),
    )
    company.stripe_account_id = account
    with unit_of_work() as session:
        session.merge(company)
    return StripeSide(sandbox, account)


@pytest.fixture
def stripe(at_stripe: None, company: Company, sandbox: SandboxProcess) -> StripeSide:
    """Bright Heating's account at Stripe."""
    return _connected(company, sandbox)


@pytest.fixture
def other_stripe(at_stripe: None, other_company: Company, sandbox: SandboxProcess) -> StripeSide:
    """Clearwater Plumbing's account at Stripe."""
    return _connected(other_company, sandbox)


@pytest.fixture
def invoice(company: Company, dana: Customer) -> Invoice:
    """INV-0042 of Bright Heating for Harbor View: 280.00 USD, unpaid."""
    return write_invoice(company, dana, due_in_days=365)


@pytest.fixture
def payer(dana: Customer) -> Identity:
    """Dana, signed in."""
    return customer_identity(dana)


@pytest.fixture
def owner(maya: Staff) -> Identity:
    """Maya, signed in."""
    return staff_identity(maya)


def customer_identity(customer: Customer) -> Identity:
    return Identity(
        "customer",
        customer.company_id,
        customer.id,
        "session-of-the-test",
        customer.name,
        customer.email or "",
        None,
    )


def staff_identity(member: Staff) -> Identity:
    return Identity(
        "staff",
        member.company_id,
        member.id,
        "session-of-the-test",
        member.name,
        member.email,
        member.role,
    )


@pytest.fixture
def northwind(company: Company) -> Customer:
    """Another customer of Bright Heating."""
    return cast.save(cast.northwind_dental(company))


@pytest.fixture(scope="session")
def mail_catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailCatcher]:
    """A running mail server that delivers to nobody."""
    running = start_mail_catcher(tmp_path_factory.mktemp("mail"))
    yield running
    running.stop()


@pytest.fixture
def postbox(environment: pytest.MonkeyPatch, mail_catcher: MailCatcher) -> Postbox:
    """Mail goes to the catcher by real SMTP; here is what arrives from now on."""
    environment.setenv("FSM_SMTP_HOST", "127.0.0.1")
    environment.setenv("FSM_SMTP_PORT", str(mail_catcher.smtp_port))
    environment.setenv("FSM_MAIL_FROM", "billing@portal.example")
    settings.cache_clear()
    return Postbox(mail_catcher)


@pytest.fixture
def part_payment() -> Callable[[Invoice, int], None]:
    """Money that came in earlier, in minor units: ``part_payment(invoice, 10_000)``."""

    def received(invoice: Invoice, amount: int) -> None:
        with unit_of_work() as session:
            post(
                session,
                company_id=invoice.company_id,
                currency=invoice.currency,
                source=f"earlier-{next(_numbers)}",
                occurred_at=now(),
                customer_id=invoice.customer_id,
                postings=[
                    Posting(
                        Account.STRIPE,
                        Account.RECEIVABLE,
                        amount,
                        Kind.PAYMENT,
                        part=invoice.id,
                        invoice_id=invoice.id,
                    )
                ],
            )

    return received


@pytest.fixture
def unreachable(
    environment: pytest.MonkeyPatch, sandbox: SandboxProcess, at_stripe: None
) -> Callable[[], AbstractContextManager[None]]:
    """``with unreachable(): ...``: nobody answers where Stripe was; its own retries are quick."""

    @contextmanager
    def away() -> Iterator[None]:
        environment.setattr(HTTPClient, "INITIAL_DELAY", 0.01)
        _point_at(environment, f"http://127.0.0.1:{free_port()}")
        try:
            yield
        finally:
            _point_at(environment, sandbox.base_url)

    return away


def _point_at(environment: pytest.MonkeyPatch, address: str) -> None:
    environment.setenv("FSM_STRIPE_API_BASE", address)
    settings.cache_clear()
    stripe_client.client.cache_clear()


@pytest.fixture
def live_webhooks(
    environment: pytest.MonkeyPatch, at_stripe: None, sandbox: SandboxProcess, _a_database: Engine
) -> Iterator[None]:
    """The portal's plain routes, really served; the sandbox delivers to them while this lasts."""
    with (
        served(plain_routes()) as address,
        events_sent_to(sandbox, f"{address}/stripe/webhooks", connect=False) as platform_secret,
        events_sent_to(sandbox, f"{address}/stripe/webhooks/connect", connect=True) as secret,
    ):
        environment.setenv("FSM_STRIPE_WEBHOOK_SECRET", platform_secret)
        environment.setenv("FSM_STRIPE_CONNECT_WEBHOOK_SECRET", secret)
        settings.cache_clear()
        yield


@pytest.fixture
def clock_ahead(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``clock_ahead(seconds=6)``: the portal's clock runs so far ahead of the real one."""

    def ahead(**by: float) -> None:
        difference = timedelta(**by)
        monkeypatch.setattr(clock, "_source", lambda: datetime.now(UTC) + difference)

    return ahead
