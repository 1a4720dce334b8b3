"""The statement of a customer: read off the ledger, and it adds up on both databases."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.customer_credit import credit_of
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Account, Kind, Posting, post
from fsm_portal.domain.paper import PaperKind
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.crediting.use_credit import use_credit
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.papers.paper_of import paper_for
from fsm_portal.flows.statement.show_statement import StatementQuery, StatementView, show_statement
from fsm_portal.flows.statement.statement_period import period_of
from fsm_portal.flows.statement.statement_rows import (
    statement_movements,
    statement_sums,
)
from tests import cast
from tests.flows import books
from tests.flows.refunds import ask, paid, refunds_events, work_at_stripe
from tests.flows.stripe_side import deliver
from tests.house.plans import steps_of
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received

ALL = StatementQuery("all")


def eyes(customer: Customer) -> Scope:
    return Scope("customer", customer.company_id, customer.id, None)


def statement(customer: Customer, query: StatementQuery = ALL) -> StatementView:
    return show_statement(eyes(customer), query)


def told(view: StatementView) -> list[tuple[str, ...]]:
    """Day, title, note, amount and balance of every row."""
    return [
        (row.day, row.title, row.note, row.amount, row.balance)
        for currency in view.currencies
        for row in currency.rows
    ]


def post_for(customer: Customer, source: str, at: datetime, *postings: Posting, **more) -> None:
    with unit_of_work() as session:
        post(
            session,
            company_id=customer.company_id,
            currency="USD",
            source=source,
            occurred_at=at,
            customer_id=customer.id,
            postings=postings,
            **more,
        )


def test_it_begins_with_what_was_owed_and_ends_with_what_is(any_database, company, dana, clock):
    one = write_invoice(company, dana, number="INV-1", issue_date=date(2026, 9, 1))
    two = write_invoice(company, dana, number="INV-2", issue_date=date(2026, 11, 3))
    received(checkout(one, two, amount=10_000), at=datetime(2026, 11, 5, 15, tzinfo=UTC))
    view = statement(dana, StatementQuery("this-month"))
    assert view.period == "Nov 1, 2026 – Nov 16, 2026"
    assert told(view) == [
        ("Nov 1, 2026", "Opening balance", "", "", "$280.00"),
        ("Nov 3, 2026", "Invoice INV-2", "", "$280.00", "$560.00"),
        ("Nov 5, 2026", "Payment by Visa ending 4242", "INV-1, INV-2", "-$200.00", "$360.00"),
        ("Nov 16, 2026", "Closing balance", "", "", "$360.00"),
    ]
    (usd,) = view.currencies
    assert (usd.opening, usd.raised, usd.lowered) == ("$280.00", "$280.00", "$200.00")
    assert (usd.closing, usd.closing_words) == ("$360.00", "You owe")
    invoice, payment = usd.rows[1:3]
    assert invoice.page == f"/portal/invoices/{two.id}/"
    assert payment.document.startswith("/documents/receipts/") and payment.paper == "Receipt"
    assert (invoice.document, invoice.paper) == ("", "")


def test_days_are_those_of_the_company(any_database, company, dana, clock):
    """In New York November begins four hours after it does in UTC."""
    invoice = write_invoice(company, dana, number="INV-1", issue_date=date(2026, 10, 1))
    late_on_halloween = datetime(2026, 11, 1, 3, 59, tzinfo=UTC)
    received(checkout(invoice, amount=1_000), at=late_on_halloween)
    received(checkout(invoice, amount=2_000), at=late_on_halloween + timedelta(minutes=1))
    rows = told(statement(dana, StatementQuery("this-month")))
    assert [(day, amount) for day, _, _, amount, _ in rows if amount] == [
        ("Nov 1, 2026", "-$20.00")
    ]
    assert rows[0][4] == "$270.00"


def test_what_was_paid_too_much_and_used_later(any_database, company, dana, clock):
    """Credit lowers what is owed in all; putting it to an invoice changes nothing."""
    invoice = write_invoice(company, dana, number="INV-1", issue_date=date(2026, 11, 2))
    moment = clock.now
    post_for(
        dana,
        "pi_1",
        moment,
        Posting(Account.STRIPE, Account.RECEIVABLE, 28_000, Kind.PAYMENT, invoice.id, invoice.id),
        Posting(Account.STRIPE, Account.CUSTOMER_CREDIT, 2_000, Kind.OVERPAYMENT),
    )
    other = write_invoice(company, dana, number="INV-2", issue_date=date(2026, 11, 16))
    post_for(
        dana,
        "press",
        moment + timedelta(hours=2),
        Posting(
            Account.CUSTOMER_CREDIT,
            Account.RECEIVABLE,
            2_000,
            Kind.CREDIT_APPLIED,
            "",
            other.id,
        ),
    )
    rows = [row[1:] for row in told(statement(dana))]
    assert ("Payment", "INV-1", "-$300.00", "-$20.00") in rows
    assert ("$20.00 of your credit used", "INV-2", "", "$260.00") in rows
    assert statement(dana).currencies[0].closing == "$260.00"


@pytest.mark.breaks_the_books("entries of a refund and a dispute that nobody made")
def test_money_that_went_back_and_came_again(any_database, company, dana, clock):
    invoice = write_invoice(company, dana, number="INV-1", issue_date=date(2026, 11, 2))
    payment = received(checkout(invoice))

    def moved(source: str, kind: Kind, days: int, back: bool = False) -> None:
        accounts = (Account.RECEIVABLE, Account.STRIPE)
        debit, credit = reversed(accounts) if back else accounts
        post_for(
            dana,
            source,
            clock.now + timedelta(days=days),
            Posting(debit, credit, 28_000, kind, invoice.id, invoice.id),
            payment_id=payment.id,
        )

    moved("re_1", Kind.REFUND, 1)
    moved("re_1", Kind.REFUND_RETURNED, 2, back=True)
    moved("dp_1", Kind.DISPUTE, 3)
    moved("dp_1", Kind.DISPUTE_RETURNED, 4, back=True)
    clock.move(days=10)
    assert [row[1:] for row in told(statement(dana))][3:-1] == [
        ("Refund to Visa ending 4242", "INV-1", "$280.00", "$280.00"),
        ("Refund that did not arrive", "INV-1", "-$280.00", "$0.00"),
        ("Payment taken back by your bank", "INV-1", "$280.00", "$280.00"),
        ("Payment returned by your bank", "INV-1", "-$280.00", "$0.00"),
    ]
    assert statement(dana).currencies[0].closing_words == "Nothing to pay"


def test_what_a_bank_is_on_the_way_with_is_said_beside_the_balance(
    any_database, company, dana, clock
):
    """Case 18: it is owed until it is here, and nobody is asked for it twice."""
    one, two = (write_invoice(company, dana, number=f"INV-{number}") for number in (1, 2))
    debit_started(checkout(one, amount=10_000))
    view = statement(dana)
    (usd,) = view.currencies
    assert (usd.closing, usd.closing_words) == (
        "$560.00",
        "$460.00 to pay now; $100.00 on its way from your bank",
    )
    assert view.said == f"Closing balance $560.00: {usd.closing_words}"
    debit_started(checkout(two))
    debit_started(checkout(one, amount=18_000))
    (usd,) = statement(dana).currencies
    assert usd.closing_words == "Nothing to pay now; $560.00 on its way from your bank"


def test_what_is_only_laid_from_one_invoice_to_another_is_no_movement(
    any_database, company, dana, clock
):
    one = write_invoice(company, dana, number="INV-1", issue_date=date(2026, 11, 2))
    two = write_invoice(company, dana, number="INV-2", issue_date=date(2026, 11, 2))
    post_for(
        dana,
        "dp_1",
        clock.now,
        Posting(Account.RECEIVABLE, Account.STRIPE, 500, Kind.DISPUTE, one.id, one.id),
        Posting(Account.STRIPE, Account.RECEIVABLE, 500, Kind.DISPUTE_RETURNED, two.id, two.id),
    )
    assert len(told(statement(dana))) == 4


def test_currencies_are_never_added_up(any_database, company, dana, clock):
    write_invoice(company, dana, number="INV-1")
    write_invoice(company, dana, number="INV-2", currency="EUR")
    view = statement(dana)
    assert [(one.currency, one.closing) for one in view.currencies] == [
        ("EUR", "€280.00"),
        ("USD", "$280.00"),
    ]
    assert [row[1] for row in told(view)] == [
        "Opening balance",
        "Invoice INV-2",
        "Closing balance",
        "Opening balance",
        "Invoice INV-1",
        "Closing balance",
    ]


def test_a_long_one_goes_on_where_the_page_before_ended(any_database, company, dana, clock):
    for number in range(40):
        write_invoice(company, dana, number=f"INV-{number:02}", issue_date=date(2026, 11, 2))
    for number in range(20):
        write_invoice(company, dana, number=f"EUR-{number:02}", currency="EUR")
    first, last = (statement(dana, StatementQuery("all", page=page)) for page in ("1", "3"))
    assert (first.place, first.is_first, first.is_last) == ("1–25 of 60", True, False)
    assert (last.place, last.is_first, last.is_last) == ("51–60 of 60", False, True)
    assert [one.rows[0].title for one in first.currencies] == ["Opening balance"] * 2
    assert [one.rows[-1].title for one in first.currencies] == [
        "Closing balance",
        "Carried forward",
    ]
    euro, dollar = last.currencies
    assert euro.rows == () and euro.closing == "€5,600.00"
    assert (dollar.rows[0].title, dollar.rows[0].balance) == ("Brought forward", "$8,400.00")
    assert (dollar.rows[-1].title, dollar.rows[-1].balance) == ("Closing balance", "$11,200.00")
    assert statement(dana, StatementQuery("all", page="99")).place == "51–60 of 60"


def test_it_is_the_customers_own(any_database, company, other_company, dana, northwind, clock):
    """Case 35: neither a neighbour's nor another company's movements are in it."""
    write_invoice(company, northwind, number="INV-7")
    view = statement(dana)
    assert told(view) == []
    assert [one.closing for one in view.currencies] == ["$0.00"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (StatementQuery("next-week"), "There is no such period."),
        (StatementQuery("", "2026-11-02", ""), "Please choose the last day too."),
        (StatementQuery("", "", "2026-11-02"), "Please choose the first day too."),
        (StatementQuery("", "2026-02-30", "2026-03-01"), "The first day is not a day of the cal"),
        (StatementQuery("", "2026-11-02", "20261103"), "The last day is not a day of the cal"),
        (StatementQuery("", "2026-11-03", "2026-11-02"), "The first day is after the last one."),
        (StatementQuery("", "0001-01-01", "9999-12-31"), "Please choose days between 2000 and"),
    ],
)
def test_days_that_make_no_period_are_said_in_plain_words(company, dana, clock, query, problem):
    view = statement(dana, query)
    assert view.problem.startswith(problem)
    assert view.currencies == ()


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("this-month", date(2026, 5, 1), date(2026, 5, 31)),
        ("last-month", date(2026, 4, 1), date(2026, 4, 30)),
        # Three months before May 31 is the last of February.
        ("last-3-months", date(2026, 3, 1), date(2026, 5, 31)),
        ("this-year", date(2026, 1, 1), date(2026, 5, 31)),
        ("last-year", date(2025, 1, 1), date(2025, 12, 31)),
        ("all", None, date(2026, 5, 31)),
    ],
)
def test_periods_with_a_name(preset, first, last):
    period = period_of(preset, "", "", date(2026, 5, 31))
    assert (period.first, period.last) == (first, last)


def test_one_day_that_the_clocks_change_on_is_a_whole_day(company):
    since, until = period_of("", "2026-11-01", "2026-11-01", date(2026, 11, 16)).moments(
        company.time_zone
    )
    assert until - since == timedelta(hours=25)


def adds_up(customer: Customer, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Opening and closing balances by currency, once the movements lead from one to the other."""
    with reading() as session:
        sums = statement_sums(session, eyes(customer), since, until)
        movements = statement_movements(session, eyes(customer), since, until, sums)
        for cut in (0, 7, len(movements)):
            page = statement_movements(
                session, eyes(customer), since, until, sums, limit=5, offset=cut
            )
            assert page == movements[cut : cut + 5]
    for one in sums:
        mine = [each for each in movements if each.currency == one.currency]
        balance = one.opening
        for each in mine:
            balance += each.amount
            assert each.balance == balance
        assert balance == one.closing
        assert len(mine) == one.count
        assert [each.at for each in mine] == sorted(each.at for each in mine)
        assert all(since <= each.at < until for each in mine)
    return {one.currency: (one.opening, one.closing) for one in sums}


def owed(customer: Customer) -> dict[str, int]:
    """What is due on each invoice less what is held as credit, by the ledger's other readers."""
    with reading() as session:
        invoices = session.exec(select(Invoice).where(Invoice.customer_id == customer.id)).all()
        balances = invoice_balances(session, customer.company_id, [each.id for each in invoices])
        sums: dict[str, int] = {}
        for each in invoices:
            sums[each.currency] = sums.get(each.currency, 0) + balances[each.id].due
        return {
            currency: due - credit_of(session, customer.company_id, customer.id, currency)
            for currency, due in sums.items()
        }


BEGINNING, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_TAKES, _GIVES = (Kind.REFUND, Kind.DISPUTE), (Kind.REFUND_RETURNED, Kind.DISPUTE_RETURNED)


def any_fact(rng: random.Random, invoice: Invoice) -> list[Posting]:
    """What may happen to an invoice, in the entries that it is posted as."""
    of = {"part": invoice.id, "invoice_id": invoice.id}
    receivable, credit, stripe = Account.RECEIVABLE, Account.CUSTOMER_CREDIT, Account.STRIPE
    amount, more = rng.randint(1, 20_000), rng.randint(0, 1) * rng.randint(0, 5_000)
    return rng.choice(
        [
            [
                Posting(stripe, receivable, amount, Kind.PAYMENT, **of),
                Posting(stripe, credit, more, Kind.OVERPAYMENT),
            ],
            [Posting(receivable, stripe, amount, rng.choice(_TAKES), **of)],
            [
                Posting(stripe, receivable, amount, rng.choice(_GIVES), **of),
                Posting(stripe, credit, more, Kind.REFUND_RETURNED, "credit"),
            ],
            [Posting(Account.SALES_CREDITED, receivable, amount, Kind.CREDIT_NOTE, **of)],
            [Posting(Account.SALES_CREDITED, credit, amount, Kind.CREDIT_NOTE)],
            [
                Posting(receivable, Account.ON_HAND, amount, Kind.PAYMENT_REVERSED, **of),
                Posting(credit, Account.ON_HAND, more, Kind.PAYMENT_REVERSED),
            ],
        ]
    )


def test_whatever_happens_it_adds_up(any_database, company, clock):
    """Opening and movements are the closing balance, and that is what invoices and credit say."""
    for seed in range(8):
        rng = random.Random(seed)
        customer = cast.save(cast.harbor_view(company))
        days = [date(2026, 1, 1) + timedelta(days=rng.randint(0, 300)) for _ in range(6)]
        invoices = [
            write_invoice(
                company,
                customer,
                number=f"{seed}-{number}",
                issue_date=day,
                currency=rng.choice(("USD", "USD", "JPY")),
            )
            for number, day in enumerate(days)
        ]
        with unit_of_work() as session:
            for number in range(30):
                invoice = rng.choice(invoices)
                post(
                    session,
                    company_id=company.id,
                    currency=invoice.currency,
                    source=f"{seed}-{number}",
                    occurred_at=datetime(2026, 1, 1, tzinfo=UTC)
                    + timedelta(hours=rng.randint(0, 24 * 320)),
                    customer_id=customer.id,
                    postings=any_fact(rng, invoice),
                )
        whole = adds_up(customer, BEGINNING, END)
        assert {currency: closing for currency, (_, closing) in whole.items()} == owed(customer)
        for _ in range(4):
            cut = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=rng.randint(0, 24 * 330))
            before, after = adds_up(customer, BEGINNING, cut), adds_up(customer, cut, END)
            for currency, (opening, closing) in after.items():
                assert opening == before.get(currency, (0, 0))[1]
                assert closing == whole[currency][1]


def test_what_really_happens_to_payments_adds_up(
    any_database, stripe, sandbox, company, dana, owner, payer, invoice, clock_ahead
):
    """Paid, refunded, disputed, taken by hand, used and reversed, by the product's own flows."""

    def holds() -> None:
        (closing,) = [each[1] for each in adds_up(dana, BEGINNING, END).values()]
        assert closing == owed(dana)["USD"]

    other = write_invoice(company, dana, number="INV-0043")
    payment = paid(stripe, payer, invoice)
    holds()
    ask(owner, payment, "80.00")
    work_at_stripe()
    ask(owner, payment, "20.00", still_owed=True)
    work_at_stripe()
    deliver(*refunds_events(stripe))
    holds()
    dispute = sandbox.open_dispute(payment.charge_id)
    deliver(*stripe.events("charge.dispute.created", "charge.dispute.funds_withdrawn"))
    holds()
    sandbox.decide_dispute(dispute["id"], "won")
    deliver(*stripe.events("charge.dispute.funds_reinstated", "charge.dispute.closed"))
    holds()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    cash = Taken(new_id(), "cash", "300.00", yesterday, keep=True)
    take_payment(owner, other.id, cash)
    holds()
    use_credit(owner, invoice.id, new_id(), "15")
    holds()
    by_hand = next(each for each in books.rows(Payment) if each.taken_by is not None)
    reverse_payment(owner, by_hand.id)
    holds()
    clock_ahead(hours=1)
    view = statement(dana)
    (note,) = books.rows(CreditNote)
    rows = view.currencies[0].rows
    papers = {row.paper: row.document for row in rows if row.document}
    assert papers["PDF"] == f"/documents/credit-notes/{note.id}.pdf"
    # Each refund leads to its own receipt, as a payment does.
    leads = [row.document for row in rows if row.title.startswith("Refund")]
    refunds = [each.id for each in books.rows(Refund)]
    assert sorted(leads) == sorted(f"/documents/refunds/{each}.pdf" for each in refunds)
    assert len(leads) == 2 and paper_for(payer.scope, PaperKind.REFUND, refunds[0]) is not None
    titles = {title for _, title, *_ in told(view)}
    assert titles == {
        "Opening balance",
        "Invoice INV-0042",
        "Invoice INV-0043",
        "Payment by Visa ending 4242",
        "Refund to Visa ending 4242",
        "Credit note CN-0001",
        "Payment taken back by your bank",
        "Payment returned by your bank",
        "Payment by Cash",
        "$15.00 of your credit used",
        "Payment by Cash reversed",
        "Closing balance",
    }


@pytest.mark.sqlite
def test_of_the_movements_only_the_days_that_are_asked_for_are_read(database, company, dana):
    """Not all of a customer's, however many there are."""
    write_invoice(company, dana)
    reads = [
        step
        for step in steps_of(database, lambda: statement(dana, StatementQuery("all", page="2")))
        if "customer_movement" in step.partition("   in   ")[0]
    ]
    assert len(reads) == 3 and all("AND at>? AND at<?)" in step for step in reads)
