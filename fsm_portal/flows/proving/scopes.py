"""F: every reference stays within its company, and money with the customer who paid it."""

from collections.abc import Iterator

from sqlalchemy import ForeignKeyConstraint, Table, and_, exists, not_, or_, select

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.proving.rule import Rule

_attempt = table_of(CheckoutAttempt)
_meant = table_of(CheckoutAttemptInvoice)
_note = table_of(CreditNote)
_invoice = table_of(Invoice)
_entry = table_of(LedgerEntry)
_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_refund = table_of(Refund)
_staff = table_of(Staff)
_delivery = table_of(InvoiceDelivery)


_OF_THE_ACCOUNT = (
    Kind.CONVERSION,
    Kind.STRIPE_FEE,
    Kind.PLATFORM_FEE,
    Kind.PLATFORM_FEE_RETURNED,
    Kind.DISPUTE_FEE,
)


def _refers(table: Table, column: str, target: Table, named: str = "id") -> Rule:
    """What ``column`` names is there, in the same company."""
    there = exists().where(
        target.c.company_id == table.c.company_id, target.c[named] == table.c[column]
    )
    key = [each for each in table.primary_key.columns if each.name != "company_id"]
    return Rule(
        "F",
        f"the {column} of {table.name} is one of its company's",
        table,
        select(
            table.c.company_id, *[each.label(f"the_{each.name}") for each in key], table.c[column]
        ).where(table.c[column].is_not(None), not_(there)),
    )


def _foreign_keys() -> Iterator[tuple[Table, str, Table, str]]:
    """Every reference the tables declare to a row of a company's, whichever tables come."""
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint) and len(constraint.elements) == 2:
                (of_a_row,) = [
                    each for each in constraint.elements if each.parent.name != "company_id"
                ]
                named = of_a_row.column
                yield table, of_a_row.parent.name, named.table, named.name


def _same_customer(says: str, about: Table, one: Table, other: Table, *on: object) -> Rule:
    key = [each for each in about.primary_key.columns if each.name != "company_id"]
    return Rule(
        "F",
        says,
        about,
        select(
            about.c.company_id,
            *[each.label(f"the_{each.name}") for each in key],
            one.c.customer_id.label("customer"),
            other.c.customer_id.label("other_customer"),
        ).where(*on, one.c.customer_id != other.c.customer_id),  # type: ignore[arg-type]
    )


def _of(table: Table, column: str, target: Table) -> object:
    return and_(target.c.company_id == table.c.company_id, target.c.id == table.c[column])


RULES = (
    *(_refers(*each) for each in _foreign_keys()),
    # What the tables cannot declare: references that may outlive what they name.
    _refers(_payment, "attempt_id", _attempt),
    _refers(_payment, "taken_by", _staff),
    _refers(_payment, "reversed_by", _staff),
    _refers(_refund, "asked_by", _staff),
    _refers(_note, "refund_id", _refund),
    _refers(_delivery, "staff_id", _staff),
    _same_customer(
        "a payment goes to invoices of who paid it",
        _allocation,
        _payment,
        _invoice,
        _of(_allocation, "payment_id", _payment),
        _of(_allocation, "invoice_id", _invoice),
    ),
    _same_customer(
        "a checkout is for invoices of who opened it",
        _meant,
        _attempt,
        _invoice,
        _of(_meant, "attempt_id", _attempt),
        _of(_meant, "invoice_id", _invoice),
    ),
    _same_customer(
        "an entry on an invoice is of its customer",
        _entry,
        _entry,
        _invoice,
        _of(_entry, "invoice_id", _invoice),
    ),
    _same_customer(
        "an entry of a payment is of who paid it",
        _entry,
        _entry,
        _payment,
        _of(_entry, "payment_id", _payment),
    ),
    Rule(
        "F",
        "an entry is in the currency of its invoice and its payment",
        _entry,
        select(
            _entry.c.company_id,
            _entry.c.id.label("entry"),
            _entry.c.currency,
            _invoice.c.currency.label("of_the_invoice"),
            _payment.c.currency.label("of_the_payment"),
        )
        .select_from(
            _entry.outerjoin(
                _invoice,
                and_(
                    _invoice.c.company_id == _entry.c.company_id,
                    _invoice.c.id == _entry.c.invoice_id,
                ),
            ).outerjoin(
                _payment,
                and_(
                    _payment.c.company_id == _entry.c.company_id,
                    _payment.c.id == _entry.c.payment_id,
                ),
            )
        )
        .where(
            or_(
                _invoice.c.currency != _entry.c.currency,
                # Stripe may settle a payment in the account's own currency.
                and_(
                    _payment.c.currency != _entry.c.currency,
                    _entry.c.kind.not_in(_OF_THE_ACCOUNT),
                ),
            )
        ),
    ),
)
