"""What stands in each table of ``company_history``: an expression for every column, by invoice."""

from bench.company_columns import (
    AMOUNT,
    BY_HAND,
    COMPANY,
    CUSTOMER,
    DISPUTED,
    DRAFTED,
    FAILED,
    IN_FLIGHT,
    MONEY,
    NAMES,
    OF_A_VISIT,
    OPEN,
    PAID,
    PAID_AT,
    REFUNDED,
    THROUGH_STRIPE,
    TO_DO,
    UPCOMING,
    VOID,
    WHAT,
    WHOSE,
    at,
    called,
    day,
    one_of,
    the_id,
)

Columns = dict[str, str]
# Table, columns, of which of the numbers there is a row.
Table = tuple[str, Columns, str]

_INVOICE = {
    **COMPANY,
    **CUSTOMER,
    "currency": "'USD'",
    "issue_date": day(),
    "due_date": day("14"),
    "subtotal": AMOUNT,
    "tax": "0",
    "total": AMOUNT,
    "notes": "''",
    "created_at": at(),
}
_LINE = {
    **COMPANY,
    "position": "1",
    "description": "'Boiler service'",
    "detail": "''",
    "quantity": "'1'",
    "unit_price": AMOUNT,
    "amount": AMOUNT,
}
_GONE_BACK = "(100 + n * 31 % 5000)"
_DRAFT = the_id(":count + n")
_PAYMENT = {
    **COMPANY,
    **CUSTOMER,
    **MONEY,
    "id": the_id(),
    "received_at": PAID_AT,
    "recorded_at": PAID_AT,
}


def _entry(what: str, kind: str, debit: str, credit: str, **columns: str) -> Columns:
    """``what`` tells its id from those of other entries of the invoice."""
    return {
        **COMPANY,
        **CUSTOMER,
        **MONEY,
        "id": f"printf('{what}%031x', n)",
        "invoice_id": the_id(),
        "debit": f"'{debit}'",
        "credit": f"'{credit}'",
        "kind": f"'{kind}'",
        "source": the_id(),
        "part": "''",
        "occurred_at": at(),
        "recorded_at": at(),
        **columns,
    }


# Of a customer each, their numbers as ``n``.
OF_CUSTOMERS: tuple[Table, ...] = (
    (
        "customer",
        {
            **COMPANY,
            "id": the_id(),
            "name": called("n"),
            "contact": "'Dana ' || n",
            "email": "'dana' || n || '@harborview.example'",
            "phone": "printf('212 555 %06d', n)",
            "address": "''",
            "country": "'US'",
            "locale": "''",
            "created_at": ":first || '.000000'",
        },
        "",
    ),
    # As domain/customer_word.py takes them apart.
    *(
        (
            "customer_word",
            {
                **COMPANY,
                "word": word,
                "called": f"lower({called('n')} || '  dana ' || n)",
                "customer_id": the_id(),
            },
            "",
        )
        for word in (
            "''",
            f"lower({one_of(NAMES)})",
            *("'house'", "n || 'x'", "'dana'", "'' || n", "'dana' || n", "'harborview'"),
            *("'example'", "'212'", "'555'", "printf('%06d', n)", "printf('212555%06d', n)"),
        )
    ),
)
OF_INVOICES: tuple[Table, ...] = (
    (
        "job",
        {
            **COMPANY,
            **CUSTOMER,
            "id": the_id(),
            "title": f"{one_of(WHAT, OF_A_VISIT)} || ' ' || {one_of(TO_DO)} || ' ' || n || 'v'",
            "description": "''",
            "report": "''",
            # What is to come is as near as what was is long ago.
            "starts_at": f"CASE WHEN {UPCOMING} THEN {at('3655 - 2 * 3650.0 * n / :count')}"
            f" ELSE {at()} END",
            "completed_at": f"CASE WHEN {UPCOMING} THEN NULL ELSE {at()} END",
            "technician_id": f"CASE WHEN {UPCOMING} THEN :staff END",
            "created_at": at(),
        },
        "",
    ),
    # As domain/job_word.py does.
    *(
        ("job_word", {**COMPANY, "word": word, "job_id": the_id()}, "")
        for word in (f"lower({one_of(WHAT, OF_A_VISIT)})", one_of(TO_DO), "n || 'v'")
    ),
    (
        "invoice",
        _INVOICE
        | {
            "id": the_id(),
            "number": "printf('INV-%07d', n)",
            "job_id": the_id(),
            "issued_at": at(),
            "voided_at": f"CASE WHEN {VOID} THEN {at('1')} END",
        },
        "",
    ),
    ("invoice", _INVOICE | {"id": _DRAFT, "number": "printf('NEW-%07d', n)"}, DRAFTED),
    (
        "invoice_due",
        {
            **COMPANY,
            **CUSTOMER,
            "invoice_id": the_id(),
            "currency": "'USD'",
            "number": "printf('INV-%07d', n)",
            "issue_date": day(),
            "due_date": day("14"),
            "due": f"CASE WHEN {OPEN} OR {DISPUTED} THEN {AMOUNT} ELSE 0 END",
            "refunded": f"CASE WHEN {REFUNDED} THEN {_GONE_BACK} ELSE 0 END",
            "voided": VOID,
            "total": AMOUNT,
            "customer_name": f"lower({called(WHOSE)})",
        },
        "",
    ),
    ("invoice_line", _LINE | {"invoice_id": the_id()}, ""),
    ("invoice_line", _LINE | {"invoice_id": _DRAFT}, DRAFTED),
    ("ledger_entry", _entry("a", "sale", "receivable", "sales"), ""),
    ("ledger_entry", _entry("b", "void", "sales", "receivable"), VOID),
    (
        "invoice_delivery",
        {
            **COMPANY,
            "id": the_id(),
            "invoice_id": the_id(),
            "email": "'dana@harborview.example'",
            "queued_at": at(),
            "sent_at": at(),
        },
        "",
    ),
    (
        "invoice_open",
        {
            **COMPANY,
            "invoice_id": the_id(),
            "by": the_id(),
            "how": "'link'",
            "first_at": at("0.1"),
            "last_at": at("0.1"),
            "times": "1",
        },
        "",
    ),
    (
        "checkout_attempt",
        {
            **COMPANY,
            **CUSTOMER,
            **MONEY,
            "id": the_id(),
            "application_fee": "0",
            "stripe_account_id": ":account",
            "stripe_session_id": "'cs_' || n",
            "created_at": PAID_AT,
            "processing_at": f"CASE WHEN {IN_FLIGHT} THEN {PAID_AT} END",
            "completed_at": f"CASE WHEN {PAID} THEN {PAID_AT} END",
        },
        "",
    ),
    (
        "checkout_attempt_invoice",
        {**COMPANY, "attempt_id": the_id(), "invoice_id": the_id(), "amount": AMOUNT},
        "",
    ),
    (
        "payment",
        _PAYMENT
        | {
            "attempt_id": the_id(),
            "stripe_account_id": ":account",
            "payment_intent_id": "'pi_' || n",
            "charge_id": "'ch_' || n",
            "stripe_fee": f"{AMOUNT} * 29 / 1000 + 30",
            "platform_fee": f"{AMOUNT} * 15 / 1000",
            "method": "'visa'",
            "last4": "'4242'",
            "note": "''",
            "brought_by": "'webhook'",
        },
        THROUGH_STRIPE,
    ),
    (
        "payment",
        _PAYMENT
        | {
            "method": "'cheque'",
            "last4": "''",
            "taken_by": ":staff",
            "note": "'no. ' || n",
            "brought_by": "'staff'",
        },
        BY_HAND,
    ),
    (
        "payment_allocation",
        {**COMPANY, "payment_id": the_id(), "invoice_id": the_id(), "amount": AMOUNT},
        PAID,
    ),
    (
        "ledger_entry",
        _entry(
            *("c", "payment", "stripe", "receivable"),
            source="'pi_' || n",
            payment_id=the_id(),
            occurred_at=PAID_AT,
        ),
        THROUGH_STRIPE,
    ),
    (
        "ledger_entry",
        _entry(
            *("d", "payment", "on_hand", "receivable"), payment_id=the_id(), occurred_at=PAID_AT
        ),
        BY_HAND,
    ),
    (
        "failed_payment",
        {
            **COMPANY,
            **MONEY,
            "id": the_id(),
            "attempt_id": the_id(),
            "source_id": "'chf_' || n",
            "payment_intent_id": "'pi_' || n",
            "code": "'card_declined'",
            "message": "''",
            "method": "'visa'",
            "last4": "'0002'",
            "failed_at": at("0.2"),
            "recorded_at": at("0.2"),
        },
        FAILED,
    ),
    (
        "refund",
        {
            **COMPANY,
            "id": the_id(),
            "payment_id": the_id(),
            "stripe_refund_id": "'re_' || n",
            "currency": "'USD'",
            "amount": _GONE_BACK,
            "reason": "''",
            "still_owed": "0",
            "status": "'succeeded'",
            "failure_reason": "''",
            "brought_by": "'webhook'",
            "happened_at": at("1"),
            "recorded_at": at("1"),
        },
        REFUNDED,
    ),
    (
        "ledger_entry",
        _entry(
            *("e", "refund", "receivable", "stripe"),
            amount=_GONE_BACK,
            source="'re_' || n",
            payment_id=the_id(),
            occurred_at=at("1"),
        ),
        REFUNDED,
    ),
    (
        "ledger_entry",
        _entry(
            *("f", "credit_note", "sales_credited", "receivable"),
            amount=_GONE_BACK,
            source="'re_' || n",
            occurred_at=at("1"),
        ),
        REFUNDED,
    ),
    (
        "dispute",
        {
            **COMPANY,
            **MONEY,
            "id": the_id(),
            "payment_id": the_id(),
            "stripe_dispute_id": "'dp_' || n",
            "reason": "'fraudulent'",
            "status": "'under_review'",
            "opened_at": at("2"),
            "brought_by": "'webhook'",
            "recorded_at": at("2"),
        },
        DISPUTED,
    ),
    (
        "ledger_entry",
        _entry(
            *("9", "dispute", "receivable", "stripe"),
            source="'dp_' || n",
            payment_id=the_id(),
            occurred_at=at("2"),
        ),
        DISPUTED,
    ),
)
