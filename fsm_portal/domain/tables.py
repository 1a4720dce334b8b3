"""Every table, for the migrations: importing this module fills ``SQLModel.metadata``."""

from sqlmodel import SQLModel

from fsm_portal.domain import (  # noqa: F401
    audit_entry,
    balance_transaction,
    bulk_send,
    checkout_attempt,
    company,
    company_logo,
    credit_note,
    credit_use,
    customer,
    customer_note,
    customer_word,
    dispute,
    import_run,
    invoice,
    invoice_due,
    invoice_open,
    invoice_sheet,
    job,
    ledger,
    login_link,
    mail_address,
    mail_text,
    notice,
    outbox,
    paper,
    payment,
    payout,
    refund,
    reminder,
    sent_letter,
    session,
    setup_step,
    staff,
    stripe_event,
    stripe_sweep,
    tax_rate,
)

metadata = SQLModel.metadata
