"""What each movement of a statement is called, and which papers it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session

from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.refund import Refund
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.flows.statement.statement_rows import INVOICE, PAYMENT, Movement, family
from fsm_portal.gateways import formats, pdf

_entry = table_of(LedgerEntry)
_invoice = table_of(Invoice)
_payment = table_of(Payment)
_note = table_of(CreditNote)
_refund = table_of(Refund)

# Names in one statement: SQLite admits 32,766 parameters.
_AT_ONCE = 1000
# Numbers that are named; one payment may be for thousands of invoices.
_NAMED = 3

_INVOICES = (
    select(_entry.c.source, _entry.c.kind, _invoice.c.number)
    .join(
        _invoice,
        (_invoice.c.company_id == _entry.c.company_id) & (_invoice.c.id == _entry.c.invoice_id),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.customer_id == bindparam("customer_id"),
        _entry.c.source.in_(bindparam("names", expanding=True)),
    )
    .distinct()
    .order_by(_invoice.c.number)
)
_PAYMENTS = select(_payment.c.id, _payment.c.method, _payment.c.last4).where(
    _payment.c.company_id == bindparam("company_id"),
    _payment.c.customer_id == bindparam("customer_id"),
    _payment.c.id.in_(bindparam("names", expanding=True)),
)
_NOTES = select(_note.c.id, _note.c.number).where(
    _note.c.company_id == bindparam("company_id"),
    _note.c.customer_id == bindparam("customer_id"),
    _note.c.id.in_(bindparam("names", expanding=True)),
)
_REFUNDS = select(_refund.c.stripe_refund_id, _refund.c.id).where(
    _refund.c.company_id == bindparam("company_id"),
    _refund.c.stripe_refund_id.in_(bindparam("names", expanding=True)),
    exists().where(
        _payment.c.company_id == _refund.c.company_id,
        _payment.c.id == _refund.c.payment_id,
        _payment.c.customer_id == bindparam("customer_id"),
    ),
)


@dataclass(frozen=True)
class Words:
    """``title`` says what happened; ``note`` on which invoices, empty where that is said.

    ``refund_id`` is of which refund it tells, empty for anything else: the ledger knows those by
    Stripe's names.
    """

    title: str
    note: str
    refund_id: str = ""


def movement_words(
    session: Session,
    scope: Scope,
    movements: Sequence[Movement],
    locale: str,
    language: pdf.Wording | None = None,
) -> list[Words]:
    """The words of each of ``movements``, in their order; in English unless told otherwise."""
    say = language or pdf.wording("en_US")
    words: list[Words] = []
    for start in range(0, len(movements), _AT_ONCE):
        some = movements[start : start + _AT_ONCE]
        names = _Names(session, scope, some, say)
        words += [_words(movement, names, locale, say) for movement in some]
    return words


class _Names:
    """What people call the objects that movements come from."""

    def __init__(
        self, session: Session, scope: Scope, movements: Sequence[Movement], say: pdf.Wording
    ) -> None:
        self._say = say

        def ask(statement: Any, names: set[str]) -> Any:
            key = {"company_id": scope.company_id, "customer_id": scope.customer_id}
            return session.connection().execute(statement, key | {"names": list(names)})

        self._invoices: dict[tuple[str, str], list[str]] = {}
        for source, kind, number in ask(_INVOICES, {each.source for each in movements}):
            numbers = self._invoices.setdefault((source, family(kind)), [])
            if number not in numbers:
                numbers.append(number)
        payments = {each.payment_id for each in movements if each.payment_id is not None}
        self._methods: dict[str, str] = {
            row.id: method_words(row.method, row.last4, say) for row in ask(_PAYMENTS, payments)
        }
        notes = {each.source for each in movements if each.family in _OF_NOTES}
        self._notes: dict[str, str] = {row.id: row.number for row in ask(_NOTES, notes)}
        refunds = {each.source for each in movements if each.family in _OF_REFUNDS}
        self._refunds: dict[str, str] = {
            row.stripe_refund_id: row.id for row in (ask(_REFUNDS, refunds) if refunds else ())
        }

    def invoices(self, movement: Movement) -> str:
        """``INV-0042, INV-0043``."""
        numbers = self._invoices.get((movement.source, movement.family), [])
        more = len(numbers) - _NAMED
        named = self._say.joined(*numbers[:_NAMED], by=", ") if numbers else ""
        return self._say("movement.and_more", numbers=named, count=more) if more > 0 else named

    def method(self, movement: Movement) -> str:
        return self._methods.get(movement.payment_id or "", "")

    def note(self, movement: Movement) -> str:
        return self._notes.get(movement.source, "")

    def refund(self, movement: Movement) -> str:
        return self._refunds.get(movement.source, "")


_OF_NOTES = (Kind.CREDIT_NOTE, Kind.CREDIT_NOTE_UNDONE)
_OF_REFUNDS = (Kind.REFUND, Kind.REFUND_RETURNED)


def _words(movement: Movement, names: _Names, locale: str, say: pdf.Wording) -> Words:
    about, method = names.invoices(movement), names.method(movement)

    def by(name: str, with_method: str) -> Words:
        key = with_method if method else name
        return Words(say(f"movement.{key}", method=method), about)

    def used(name: str, amount: int) -> Words:
        money = formats.money(amount, movement.currency, locale)
        return Words(say(f"movement.{name}", amount=money), about)

    def note(name: str) -> Words:
        return Words(say(f"movement.{name}", number=names.note(movement)), about)

    match movement.family:
        case "invoice":
            return Words(say("movement.invoice", numbers=about), "")
        case Kind.VOID:
            return Words(say("movement.withdrawn", numbers=about), "")
        case "payment":
            return by("payment", "payment_by")
        case Kind.PAYMENT_REVERSED:
            return by("reversed", "reversed_by")
        case Kind.REFUND:
            return replace(by("refund", "refund_to"), refund_id=names.refund(movement))
        case Kind.REFUND_RETURNED:
            return Words(say("movement.refund_returned"), about, names.refund(movement))
        case "dispute":
            taken = movement.amount > 0
            return Words(say(f"movement.{'taken' if taken else 'returned'}_by_bank"), about)
        case Kind.CREDIT_NOTE:
            return note("credit_note")
        case Kind.CREDIT_NOTE_UNDONE:
            return note("credit_note_undone")
        case Kind.CREDIT_APPLIED:
            return used("credit_used", movement.used)
        case Kind.CREDIT_RETURNED:
            return used("credit_freed", -movement.used)
    return Words(movement.family.replace("_", " ").capitalize(), about)


def paper_of(movement: Movement, words: Words, face: str = "portal") -> tuple[str, str]:
    """A movement's own page on this ``face``, and its document; empty where it has none."""
    if words.refund_id:
        return "", f"/documents/refunds/{words.refund_id}.pdf"
    if movement.family in (INVOICE, Kind.VOID):
        return f"/{face}/invoices/{movement.source}/", ""
    if movement.family == PAYMENT and movement.payment_id is not None:
        return "", f"/documents/receipts/{movement.payment_id}.pdf"
    if movement.family == Kind.CREDIT_NOTE:
        return "", f"/documents/credit-notes/{movement.source}.pdf"
    return "", ""
