"""A company with years behind it, up to a million invoices, written by the database itself.

One statement a table: rows are put together where they are kept. On SQLite, without indexes and
triggers meanwhile; both are made at the end, from what is there.
"""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from fsm_portal.db import refresh_statistics, unit_of_work
from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.invoice_due import keep_due, let_go_of_due

# Ten years, however many invoices: a larger company, not an older one.
_DAYS = 3650
_A_CUSTOMERS = 20
# One in a hundred is still to be paid: the newest, and some at any time before.
_OPEN = "(n % 150 = 0 OR (n >= :count - :count / 300))"
_EVERY = {"failed": 40, "refunded": 100}


def write_company(engine: Engine, company: Company, count: int) -> None:
    """``count`` issued invoices of ``company`` in an SQLite database with empty tables."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # Outside of a transaction, where SQLAlchemy would have begun one.
        driver.execute("PRAGMA synchronous=OFF")
        driver.execute("PRAGMA cache_size=-400000")
        let_go_of_due(connection)
        indexes = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).all()
        for name, _ in indexes:
            connection.exec_driver_sql(f"DROP INDEX {name}")
        connection.commit()
        _fill(connection, company, count)
        for _, sql in indexes:
            connection.exec_driver_sql(sql)
        keep_due(connection)
        connection.commit()
    with unit_of_work() as session:
        # As an installation does every night.
        refresh_statistics(session)


def _fill(connection: Connection, company: Company, count: int) -> None:
    last = today(company.time_zone) - timedelta(days=1)
    driver: Any = connection.connection.driver_connection
    values = {
        "count": count,
        "company": company.id,
        "account": company.stripe_account_id,
        # Noon, so that it is the same day wherever the company is.
        "first": f"{last - timedelta(days=_DAYS)} 17:00:00",
    }
    for table, columns, among in _TABLES:
        if among == "customers":
            source = f"SELECT n FROM numbers WHERE n < max(1, :count / {_A_CUSTOMERS})"
        else:
            source = f"SELECT n FROM numbers WHERE {among or '1'}"
        named, expressions = zip(*columns.items(), strict=True)
        statement = (
            "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers"
            " WHERE n < :count - 1)"
            f" INSERT INTO {table} ({', '.join(named)})"
            f" SELECT {', '.join(expressions)} FROM ({source})"
        )
        used = {
            name: value for name, value in values.items() if re.search(rf":{name}\b", statement)
        }
        driver.execute(statement, used)
    connection.commit()


def _id(number: str = "n") -> str:
    return f"printf('%032x', {number})"


def _at(days: str = "0") -> str:
    """The moment of invoice n, and some days later; microseconds as our columns have them."""
    seconds = f"cast(n * {_DAYS}.0 * 86400 / :count as integer)"
    later = f"'+' || ({seconds} + {days} * 86400) || ' seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', :first, {later})"


def _day(days: str = "0") -> str:
    return f"substr({_at(days)}, 1, 10)"


_COMPANY = {"company_id": ":company"}
_CUSTOMER = {"customer_id": _id(f"n % max(1, :count / {_A_CUSTOMERS})")}
_AMOUNT = "(8000 + n * 7919 % 90000)"
_PAID = f"NOT {_OPEN}"
_MONEY = {"currency": "'USD'", "amount": _AMOUNT}
_PAID_AT = _at("(n % 3) * 0.2 + 0.3")
_ENTRY = _COMPANY | _CUSTOMER | _MONEY | {"invoice_id": _id(), "part": "''", "recorded_at": _at()}

# Table, columns, of which of the numbers there is a row.
_TABLES: tuple[tuple[str, dict[str, str], str], ...] = (
    (
        "customer",
        _COMPANY
        | {
            "id": _id(),
            "name": "'Customer ' || n",
            # One word of it is nobody else's.
            "contact": "'Dana ' || n || 'x'",
            "email": "'customer' || n || '@harborview.example'",
            "phone": "''",
            "address": "''",
            "country": "'US'",
            "locale": "''",
            "created_at": ":first || '.000000'",
        },
        "customers",
    ),
    # As domain/customer_word.py takes them apart.
    *(
        (
            "customer_word",
            _COMPANY | {"word": word, "customer_id": _id()},
            "customers",
        )
        for word in (
            *("'customer'", "n", "'dana'", "n || 'x'"),
            *("'customer' || n", "'harborview'", "'example'"),
        )
    ),
    (
        "invoice",
        _COMPANY
        | _CUSTOMER
        | {
            "id": _id(),
            "number": "printf('INV-%07d', n)",
            "currency": "'USD'",
            "issue_date": _day(),
            "due_date": _day("14"),
            "subtotal": _AMOUNT,
            "tax": "0",
            "total": _AMOUNT,
            "notes": "''",
            "created_at": _at(),
            "issued_at": _at(),
        },
        "",
    ),
    (
        "invoice_due",
        _COMPANY
        | _CUSTOMER
        | {
            "invoice_id": _id(),
            "currency": "'USD'",
            "number": "printf('INV-%07d', n)",
            "issue_date": _day(),
            "due_date": _day("14"),
            "due": f"CASE WHEN {_OPEN} THEN {_AMOUNT} ELSE 0 END",
            "voided": "0",
            "total": _AMOUNT,
            "customer_name": f"'customer ' || (n % max(1, :count / {_A_CUSTOMERS}))",
        },
        "",
    ),
    (
        "invoice_line",
        _COMPANY
        | {
            "invoice_id": _id(),
            "position": "1",
            "description": "'Boiler service'",
            "detail": "''",
            "quantity": "'1'",
            "unit_price": _AMOUNT,
            "amount": _AMOUNT,
        },
        "",
    ),
    (
        "ledger_entry",
        _ENTRY
        | {
            "id": _id("2 * n"),
            "debit": "'receivable'",
            "credit": "'sales'",
            "kind": "'sale'",
            "source": _id(),
            "occurred_at": _at(),
        },
        "",
    ),
    (
        "invoice_delivery",
        _COMPANY
        | {
            "id": _id(),
            "invoice_id": _id(),
            "email": "'dana@harborview.example'",
            "queued_at": _at(),
            "sent_at": _at(),
        },
        "",
    ),
    (
        "invoice_open",
        _COMPANY
        | {
            "invoice_id": _id(),
            "by": _id(),
            "how": "'link'",
            "first_at": _at("0.1"),
            "last_at": _at("0.1"),
            "times": "1",
        },
        "",
    ),
    (
        "checkout_attempt",
        _COMPANY
        | _CUSTOMER
        | _MONEY
        | {
            "id": _id(),
            "application_fee": "0",
            "stripe_account_id": ":account",
            "stripe_session_id": "'cs_' || n",
            "created_at": _PAID_AT,
            "completed_at": f"CASE WHEN {_PAID} THEN {_PAID_AT} END",
        },
        "",
    ),
    (
        "checkout_attempt_invoice",
        _COMPANY | {"attempt_id": _id(), "invoice_id": _id(), "amount": _AMOUNT},
        "",
    ),
    (
        "payment",
        _COMPANY
        | _CUSTOMER
        | _MONEY
        | {
            "id": _id(),
            "attempt_id": _id(),
            "stripe_account_id": ":account",
            "payment_intent_id": "'pi_' || n",
            "charge_id": "'ch_' || n",
            "stripe_fee": f"{_AMOUNT} * 29 / 1000 + 30",
            "platform_fee": f"{_AMOUNT} * 15 / 1000",
            "method": "'visa'",
            "last4": "'4242'",
            "note": "''",
            "brought_by": "'webhook'",
            "received_at": _PAID_AT,
            "recorded_at": _PAID_AT,
        },
        _PAID,
    ),
    (
        "payment_allocation",
        _COMPANY | {"payment_id": _id(), "invoice_id": _id(), "amount": _AMOUNT},
        _PAID,
    ),
    (
        "ledger_entry",
        _ENTRY
        | {
            "id": _id("2 * n + 1"),
            "debit": "'stripe'",
            "credit": "'receivable'",
            "kind": "'payment'",
            "source": "'pi_' || n",
            "payment_id": _id(),
            "occurred_at": _PAID_AT,
        },
        _PAID,
    ),
    (
        "failed_payment",
        _COMPANY
        | _MONEY
        | {
            "id": _id(),
            "attempt_id": _id(),
            "source_id": "'chf_' || n",
            "payment_intent_id": "'pi_' || n",
            "code": "'card_declined'",
            "message": "''",
            "method": "'visa'",
            "last4": "'0002'",
            "failed_at": _at("0.2"),
            "recorded_at": _at("0.2"),
        },
        f"n % {_EVERY['failed']} = 0",
    ),
    (
        "refund",
        _COMPANY
        | {
            "id": _id(),
            "payment_id": _id(),
            "stripe_refund_id": "'re_' || n",
            "currency": "'USD'",
            "amount": "1000",
            "reason": "''",
            "still_owed": "0",
            "status": "'succeeded'",
            "failure_reason": "''",
            "brought_by": "'webhook'",
            "happened_at": _at("1"),
            "recorded_at": _at("1"),
        },
        f"n % {_EVERY['refunded']} = 0 AND {_PAID}",
    ),
)
