"""Breaches planted in the books by hand, each with the rule that must name it.

The tables stand without their keys and constraints by then: most of this the database itself would
refuse, and the proof may not lean on that.
"""

PLANTED: list[tuple[str, str, str]] = [
    # A
    (
        "A",
        "a payment is posted in full, once",
        "UPDATE ledger_entry SET amount = amount - 1 WHERE kind = 'payment'",
    ),
    (
        "A",
        "a payment by hand is reversed in full, or not at all",
        "UPDATE payment SET reversed_at = received_at",
    ),
    (
        "A",
        "an allocation is posted to its invoice",
        "UPDATE payment_allocation SET amount = amount - 1",
    ),
    (
        "A",
        "an invoice is paid by its allocations and nothing else",
        "DELETE FROM payment_allocation",
    ),
    (
        "A",
        "debits equal credits in every currency",
        "UPDATE ledger_entry SET debit = 'nowhere' WHERE kind = 'payout'",
    ),
    (
        "A",
        "an entry moves a positive amount between two accounts",
        "UPDATE ledger_entry SET amount = 0 WHERE kind = 'stripe_fee'",
    ),
    (
        "A",
        "an issued invoice is charged as it is written, a draft not at all",
        "UPDATE invoice SET total = total + 1, subtotal = subtotal + 1",
    ),
    (
        "A",
        "credit that was used is posted as it is written, and undone whole",
        "UPDATE credit_use SET undone_at = NULL",
    ),
    (
        "A",
        "a credit note is posted as it is written, and undone whole",
        "UPDATE credit_note SET undone_at = NULL",
    ),
    (
        "A",
        "a refund left the balance once it is made, and is back once it failed",
        "UPDATE refund SET status = 'succeeded' WHERE status = 'failed'",
    ),
    ("A", "a payment's fees are posted as they are known", "UPDATE payment SET stripe_fee = 1"),
    (
        "A",
        "what came back of the platform's fee is posted as it is known",
        "UPDATE refund SET platform_fee = platform_fee + 1",
    ),
    (
        "A",
        "a dispute that is lost took its amount, one that is won or an inquiry took nothing",
        "UPDATE dispute SET status = 'won'",
    ),
    (
        "A",
        "a payout left the balance, and is back only if the bank refused it",
        "DELETE FROM ledger_entry WHERE kind = 'payout'",
    ),
    # B
    (
        "B",
        "what no invoice took of a payment is credit",
        "UPDATE payment_allocation SET amount = amount - 1",
    ),
    (
        "B",
        "neither the company nor banks gave more of a payment back than it was",
        "UPDATE ledger_entry SET amount = 28001 WHERE kind = 'refund'",
    ),
    (
        "B",
        "neither the company nor banks gave more of a payment back than it was",
        "UPDATE ledger_entry SET amount = amount + 1 WHERE kind = 'dispute'",
    ),
    (
        "B",
        "neither refunds that were asked for here nor those made are more than the payment",
        "UPDATE refund SET amount = 28001",
    ),
    (
        "B",
        "no invoice gives back more of a payment than it got",
        "UPDATE ledger_entry SET amount = 28001 WHERE kind = 'refund'",
    ),
    (
        "B",
        "what is due on an invoice is never below zero",
        "UPDATE ledger_entry SET amount = amount * 2 WHERE kind = 'payment'",
    ),
    (
        "B",
        "credit is below zero only by what went back twice: refunded, and taken by a bank",
        "UPDATE ledger_entry SET debit = 'customer_credit' WHERE kind = 'refund'",
    ),
    # C
    ("C", "an entry of a payment has its payment", "DELETE FROM payment"),
    (
        "C",
        "an entry of fees has its payment or refund",
        "UPDATE ledger_entry SET source = 'pi_nobodys' WHERE kind = 'stripe_fee'",
    ),
    ("C", "an entry of a refund has its refund, of the same payment", "DELETE FROM refund"),
    ("C", "an entry of a dispute has its dispute, of the same payment", "DELETE FROM dispute"),
    ("C", "an entry of a payout has its payout", "DELETE FROM payout"),
    (
        "C",
        "an entry of a credit note has its note, of the same invoice",
        "DELETE FROM credit_note",
    ),
    (
        "C",
        "an entry of credit that was undone has its use, of the same invoice",
        "DELETE FROM credit_use",
    ),
    ("C", "an entry of an invoice has its invoice", "DELETE FROM invoice"),
    (
        "C",
        "money of elsewhere has its balance transaction",
        "UPDATE ledger_entry SET kind = 'elsewhere' WHERE kind = 'payout'",
    ),
    (
        "C",
        "an entry moves money the way its kind does",
        "UPDATE ledger_entry SET debit = credit, credit = debit WHERE kind = 'payment'",
    ),
    ("C", "an entry stands once", "INSERT INTO ledger_entry SELECT * FROM ledger_entry"),
    ("C", "a payment of Stripe's stands once", "INSERT INTO payment SELECT * FROM payment"),
    ("C", "a checkout is paid once", "INSERT INTO payment SELECT * FROM payment"),
    ("C", "a charge is of one payment", "UPDATE payment SET charge_id = 'ch_1'"),
    ("C", "a refund of Stripe's stands once", "INSERT INTO refund SELECT * FROM refund"),
    ("C", "a dispute of Stripe's stands once", "INSERT INTO dispute SELECT * FROM dispute"),
    # D
    ("D", "an event is kept once", "INSERT INTO stripe_event SELECT * FROM stripe_event"),
    ("D", "a press takes one payment", "UPDATE payment SET press_id = 'one'"),
    ("D", "a press makes one refund", "UPDATE refund SET press_id = 'one'"),
    ("D", "work is queued once", "INSERT INTO outbox SELECT * FROM outbox"),
    *(
        (
            "D",
            f"work of the kind {kind} is queued once for its row",
            f"UPDATE outbox SET key = 'again-' || key, kind = '{kind}'",
        )
        for kind in (
            "receipt_mail",
            "fees",
            "refund",
            "refund_mail",
            "credit_note_mail",
            "failed_mail",
            "refund_fees",
            "invoice_mail",
        )
    ),
    # E
    (
        "E",
        "a checkout is completed when its payment is here, and only then",
        "UPDATE checkout_attempt SET completed_at = NULL",
    ),
    *(
        ("E", "what an event told is on the books", statement)
        for statement in (
            "UPDATE stripe_event SET payload = 'cut off in the mid'",
            "UPDATE refund SET status = 'pending'",
            "UPDATE payment SET balance_transaction_id = NULL",
            "UPDATE payment SET amount = amount + 1",
            "DELETE FROM payment",
            "DELETE FROM failed_payment",
            "UPDATE checkout_attempt SET closed_at = NULL",
            "UPDATE dispute SET status = 'needs_response'",
            "DELETE FROM ledger_entry WHERE kind LIKE 'dispute%'",
            "UPDATE payout SET status = 'pending'",
        )
    ),
    # F: references have a test of their own.
    (
        "F",
        "a payment goes to invoices of who paid it",
        "UPDATE payment SET customer_id = 'somebody else'",
    ),
    (
        "F",
        "a checkout is for invoices of who opened it",
        "UPDATE checkout_attempt SET customer_id = 'somebody else'",
    ),
    (
        "F",
        "an entry on an invoice is of its customer",
        "UPDATE ledger_entry SET customer_id = 'somebody else'",
    ),
    (
        "F",
        "an entry of a payment is of who paid it",
        "UPDATE ledger_entry SET customer_id = 'somebody else'",
    ),
    (
        "F",
        "an entry is in the currency of its invoice and its payment",
        "UPDATE ledger_entry SET currency = 'EUR' WHERE kind = 'payment'",
    ),
    # G
    ("G", "a link opens one session", "INSERT INTO session SELECT * FROM session"),
    (
        "G",
        "a session is of a link that was used, by the person it is for, while it was valid",
        "UPDATE login_link SET used_at = NULL",
    ),
    # H
    (
        "H",
        "a checkout asks for what its invoices are to get",
        "UPDATE checkout_attempt SET amount = amount + 1",
    ),
    (
        "H",
        "a checkout is in the currency of its invoices",
        "UPDATE checkout_attempt SET currency = 'EUR'",
    ),
    (
        "H",
        "a payment is what its checkout asked for, on the same account",
        "UPDATE payment SET stripe_account_id = 'acct_another'",
    ),
    ("H", "a refund is in the currency of its payment", "UPDATE refund SET currency = 'EUR'"),
    (
        "H",
        "an invoice comes to its lines, less its discount, and its taxes",
        "UPDATE invoice_tax SET amount = 1",
    ),
    # I
    ("I", "of a link only the hash is kept", "UPDATE login_link SET token_hash = 'the token'"),
    (
        "I",
        "of a code only the hash is kept, beside a link that a browser asked for",
        "UPDATE login_link SET code_hash = '123456'",
    ),
    *(
        ("I", "no secret is in a text", statement)
        for statement in (
            "UPDATE invoice SET notes = 'Card 4242 4242 4242 4242, thank you'",
            "UPDATE invoice SET notes = '4242424242424242'",
            "UPDATE stripe_event SET payload = replace(payload, 'visa', 'sk_live_1234abcd')",
            "UPDATE stripe_event SET payload = 'sk_live_1234abcd'",
            "UPDATE stripe_event SET payload = replace(payload, 'pi_', '5555-5555-5555-4444 ')",
            "UPDATE outbox SET payload = 'whsec_abcdef123456'",
            "UPDATE customer SET name = 'rk_test_51abcdef'",
            "UPDATE customer SET address = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.c2lnbmF0dXJlIQ'",
            "UPDATE payment SET note = '/sign-in/abcdefghijklmnopqrstuvwxyz0123456789abcdefg'",
        )
    ),
    # J
    (
        "J",
        "a fact waits only for a payment that is not here",
        "UPDATE stripe_event SET parked_for = (SELECT max(payment_intent_id) FROM payment)",
    ),
    (
        "J",
        "a parked fact says what it waits for, and no other waits",
        "UPDATE stripe_event SET parked_for = NULL",
    ),
    (
        "J",
        "work that is due is done, and whoever has it in hand ends",
        "UPDATE outbox SET settled_at = NULL, available_at = '2026-01-01 00:00:00'",
    ),
    (
        "J",
        "a refund that was asked for is worked on",
        "UPDATE refund SET status = 'asked', id = 'ours'",
    ),
    (
        "J",
        "the fees of a payment are known, or asked for",
        "UPDATE payment SET stripe_fee = NULL",
    ),
    (
        "J",
        "what came back of the fees with a refund is known, or asked for",
        "UPDATE refund SET platform_fee = NULL",
    ),
    ("J", "a payment has its receipt in the post", "DELETE FROM outbox"),
    # K
    (
        "K",
        "what is owed is owed on an invoice: no list leaves any of it out",
        "UPDATE ledger_entry SET invoice_id = NULL WHERE kind = 'payment'",
    ),
    (
        "K",
        "the index of what is due has every issued invoice as it stands in the ledger",
        "UPDATE invoice_due SET due = due + 1 WHERE due > 0",
    ),
    (
        "K",
        "the index of what is due has every issued invoice as it stands in the ledger",
        "DELETE FROM invoice_due",
    ),
    (
        "K",
        "the index of what is due has every issued invoice as it stands in the ledger",
        "UPDATE invoice_due SET refunded = refunded + 1",
    ),
    (
        "K",
        "the index of who owes has what is due on each customer's open invoices",
        "UPDATE customer_owing SET owed = owed + 1",
    ),
    (
        "K",
        "the index of who owes has what is due on each customer's open invoices",
        "DELETE FROM customer_owing WHERE owed > 0",
    ),
    (
        "K",
        "the index of movements has every fact of a customer as it stands in the ledger",
        "UPDATE customer_movement SET amount = amount + 1 WHERE family = 'refund'",
    ),
    (
        "K",
        "the index of movements has every fact of a customer as it stands in the ledger",
        "DELETE FROM customer_movement WHERE family = 'payment'",
    ),
    (
        "K",
        "the index of movements has every fact of a customer as it stands in the ledger",
        "UPDATE customer_movement SET id = source WHERE family = 'invoice'",
    ),
    (
        "K",
        "the sums of a customer's months are what their movements come to",
        "UPDATE customer_month SET movements = movements + 1",
    ),
    (
        "K",
        "the sums of a customer's months are what their movements come to",
        "DELETE FROM customer_month",
    ),
]
