"""A PostgreSQL whose database was made with a language's own order of letters, as most are."""

from collections.abc import Iterator

import pytest

from fsm_portal import db
from fsm_portal.config import settings
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices import list_invoices as listing
from fsm_portal.flows.invoices.list_invoices import InvoiceQuery, list_invoices
from tests import cast
from tests.flows.invoices.test_show_invoice_list import asked
from tests.invoices import write_invoice

# In English: AshLee, Ash-Lee, Ash Lee, Éclair, _under, Zeta in some other order than by code point.
NAMES = ("Zeta", "Éclair", "eclair", "Ash-Lee", "Ash Lee", "AshLee", "ash", "_under", "Żeta")


@pytest.fixture
def in_english(environment, postgres) -> Iterator[None]:
    """Every table in a database of the locale English (ICU)."""
    name = f"{postgres.create_database()}_en"
    with postgres.connect() as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8'"
        )
    postgres.made.append(name)
    environment.setenv("FSM_DATABASE_URL", postgres.url(name))
    settings.cache_clear()
    db.engine.cache_clear()
    metadata.create_all(db.engine())
    yield
    db.engine().dispose()
    db.engine.cache_clear()
    settings.cache_clear()


def test_drafts_by_customer_follow_each_other_without_gaps(in_english, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    company = cast.save(cast.bright_heating())
    for number, name in enumerate(NAMES):
        theirs = cast.harbor_view(company, name=name, email=f"{number}@ash.example")
        write_invoice(company, cast.save(theirs), number=f"INV-{number}", issued=False)
    view = list_invoices(
        Scope("staff", company.id, None, cast.maya(company).role),
        InvoiceQuery(show="draft", sort="customer"),
    )
    found = [row.customer for row in view.rows]
    while view.older:
        view = list_invoices(
            Scope("staff", company.id, None, cast.maya(company).role), asked(view.older)
        )
        found += [row.customer for row in view.rows]
    assert found == sorted(NAMES, key=str.lower)
