"""The ledger always balances, says each fact once, and every balance is read off it."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.balances import InvoiceBalance, account_balance, invoice_balances
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_posting import postings_for_credit_note, postings_for_invoice
from fsm_portal.domain.ledger import Account, Kind, LedgerEntry, Posting, post
from tests.invoices import write_invoice

MOMENT = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)

amounts = st.integers(0, 10**12)
taxes = st.dictionaries(st.sampled_from(["vat", "reduced", "city"]), st.integers(-(10**9), 10**9))
pairs = st.lists(st.sampled_from(Account), min_size=2, max_size=2, unique=True)
postings = st.builds(
    lambda pair, amount, kind, part: Posting(pair[0], pair[1], amount, kind, part),
    pairs,
    amounts,
    st.sampled_from(Kind),
    st.sampled_from(["", "a", "b"]),
)
# Every example works in a transaction of its own that is rolled back.
on_one_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def books(company, dana):
    """Post to Bright Heating's books, in a session that is never committed."""
    with unit_of_work() as session:
        yield Books(session, company.id, dana.id)
        session.rollback()


class Books:
    def __init__(self, session: Session, company_id: str, customer_id: str) -> None:
        self.session, self.company_id, self.customer_id = session, company_id, customer_id

    def post(self, postings: Iterable[Posting], source: str = "", currency: str = "USD") -> int:
        return post(
            self.session,
            company_id=self.company_id,
            currency=currency,
            source=source or new_id(),
            occurred_at=MOMENT,
            customer_id=self.customer_id,
            postings=postings,
        )

    def balance(self, account: Account, currency: str = "USD") -> int:
        return account_balance(self.session, self.company_id, account, currency)

    def trial_balance(self, currency: str = "USD") -> int:
        return sum(self.balance(account, currency) for account in Account)

    def entries(self) -> int:
        return len(self.session.exec(select(LedgerEntry)).all())


@on_one_database
@given(st.lists(postings, max_size=12))
def test_debits_equal_credits_whatever_is_posted(books, fact):
    books.post(fact)
    assert books.trial_balance() == 0
    books.session.rollback()


@on_one_database
@given(st.lists(postings, max_size=8))
def test_a_fact_that_comes_twice_posts_once(books, fact):
    """Case 13: the same event any number of times."""
    source = new_id()
    first = books.post(fact, source)
    standing = {account: books.balance(account) for account in Account}
    assert books.post(fact, source) == 0
    assert books.entries() == first
    assert {account: books.balance(account) for account in Account} == standing
    books.session.rollback()


@on_one_database
@given(st.lists(postings, min_size=1, max_size=8))
def test_the_balance_of_an_account_is_its_debits_less_its_credits(books, fact):
    by_key = {(item.kind, item.part): item for item in reversed(fact) if item.amount}
    expected: Counter[Account] = Counter()
    for item in by_key.values():
        expected[item.debit] += item.amount
        expected[item.credit] -= item.amount
    books.post(fact)
    assert {account: books.balance(account) for account in Account if books.balance(account)} == {
        account: amount for account, amount in expected.items() if amount
    }
    books.session.rollback()


@on_one_database
@given(st.integers(-(10**9), 10**9), taxes)
def test_an_invoice_charges_its_subtotal_and_each_tax(books, subtotal, taxes):
    """Discounts may turn the sign of a part; what is charged stays the invoice's total."""
    books.session.rollback()
    invoice_id = _invoice_id(books)
    books.post(postings_for_invoice(invoice_id, subtotal=subtotal, taxes=taxes.items()), invoice_id)
    total = subtotal + sum(taxes.values())
    assert books.balance(Account.RECEIVABLE) == total
    assert books.balance(Account.SALES) == -subtotal
    assert books.balance(Account.TAX) == -sum(taxes.values())
    balance = invoice_balances(books.session, books.company_id, [invoice_id])[invoice_id]
    assert balance == InvoiceBalance(charged=total)
    books.session.rollback()


def _invoice_id(books: Books) -> str:
    """A bare invoice row for entries to point at, in the session that is rolled back."""
    invoice = Invoice(
        company_id=books.company_id,
        number=new_id(),
        customer_id=books.customer_id,
        currency="USD",
        issue_date=MOMENT.date(),
        due_date=MOMENT.date(),
        subtotal=0,
        tax=0,
        total=0,
    )
    books.session.add(invoice)
    books.session.flush()
    return invoice.id


@on_one_database
@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 10**6), max_size=4),
    st.lists(st.integers(1, 10**6), max_size=4),
    st.lists(st.integers(1, 10**6), max_size=4),
)
def test_what_is_due_is_charged_less_credited_less_paid(books, total, credits, paid, returned):
    books.session.rollback()
    invoice_id = _invoice_id(books)
    books.post(postings_for_invoice(invoice_id, subtotal=total, taxes=[]))
    for amount in credits:
        books.post(postings_for_credit_note(amount, invoice_id=invoice_id))
    for amount in paid:
        books.post([_payment(Account.STRIPE, Account.RECEIVABLE, amount, invoice_id)])
    for amount in returned:
        books.post([_payment(Account.RECEIVABLE, Account.STRIPE, amount, invoice_id)])
    balance = invoice_balances(books.session, books.company_id, [invoice_id])[invoice_id]
    assert balance == InvoiceBalance(total, sum(credits), sum(paid) - sum(returned))
    assert balance.due == total - sum(credits) - sum(paid) + sum(returned)
    assert balance.due == books.balance(Account.RECEIVABLE)
    assert books.trial_balance() == 0
    books.session.rollback()


def _payment(debit: Account, credit: Account, amount: int, invoice_id: str) -> Posting:
    return Posting(debit, credit, amount, Kind.PAYMENT, invoice_id, invoice_id)


def test_a_credit_note_for_no_invoice_is_the_customers_credit(books):
    books.post(postings_for_credit_note(2500))
    assert books.balance(Account.CUSTOMER_CREDIT) == -2500
    assert books.balance(Account.SALES_CREDITED) == 2500
    assert books.balance(Account.RECEIVABLE) == 0


def test_a_negative_amount_is_refused_and_nothing_of_its_fact_is_posted(books):
    good = Posting(Account.RECEIVABLE, Account.SALES, 100, Kind.SALE)
    bad = Posting(Account.RECEIVABLE, Account.TAX, -1, Kind.TAX)
    with pytest.raises(ValueError, match="swap its accounts"):
        books.post([good, bad])
    assert books.entries() == 0


def test_currencies_are_books_of_their_own(books):
    books.post([Posting(Account.RECEIVABLE, Account.SALES, 100, Kind.SALE)], currency="USD")
    books.post([Posting(Account.RECEIVABLE, Account.SALES, 7, Kind.SALE)], currency="JPY")
    assert books.balance(Account.RECEIVABLE, "USD") == 100
    assert books.balance(Account.RECEIVABLE, "JPY") == 7


def test_companies_see_their_own_books_only(any_database, company, dana, other_company):
    """Case 35: the same source id at another company is another fact."""
    with unit_of_work() as session:
        mine = Books(session, company.id, dana.id)
        mine.post([Posting(Account.RECEIVABLE, Account.SALES, 100, Kind.SALE)], source="evt_1")
        for account in Account:
            assert account_balance(session, other_company.id, account, "USD") == 0
        theirs = Books(session, other_company.id, dana.id)
        theirs.customer_id = None
        assert theirs.post([Posting(Account.STRIPE, Account.SALES, 5, Kind.SALE)], "evt_1") == 1
        assert mine.balance(Account.SALES) == -100


def test_an_invoice_of_another_company_has_an_empty_balance(company, dana, other_company):
    invoice = write_invoice(company, dana)
    with reading() as session:
        assert invoice_balances(session, company.id, [invoice.id])[invoice.id].due == invoice.total
        theirs = invoice_balances(session, other_company.id, [invoice.id])
    assert theirs == {invoice.id: InvoiceBalance()}


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": -5}, {"credit": "receivable"}, {"kind": "gift"}]
)
def test_the_database_itself_refuses_a_wrong_entry(any_database, company, wrong):
    entry = {
        "company_id": company.id,
        "id": new_id(),
        "debit": "receivable",
        "credit": "sales",
        "amount": 100,
        "currency": "USD",
        "kind": "sale",
        "source": "evt_1",
        "part": "",
        "occurred_at": MOMENT.isoformat(),
        "recorded_at": MOMENT.isoformat(),
        **wrong,
    }
    marks = ", ".join(f":{name}" for name in entry)
    insert = text(f"INSERT INTO ledger_entry ({', '.join(entry)}) VALUES ({marks})")
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.connection().execute(insert, entry)
