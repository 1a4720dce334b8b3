"""A credit note on an issued invoice: all that is still owed on it, or a part of that, is not."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine, CreditNoteTax
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_posting import postings_for_credit_note
from fsm_portal.domain.ledger import post
from fsm_portal.domain.money import parse_amount
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.role import May
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.crediting.open_due import open_due
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.credited_tax import StillCharged
from fsm_portal.flows.invoicing.lines_left import LineLeft, lines_left
from fsm_portal.flows.invoicing.read_line import parse_quantity
from fsm_portal.flows.invoicing.taxes_of_notes import Part
from fsm_portal.flows.paying.open_pages import close_all_pages
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.flows.recorder.credit_note import issue_note
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.flows.recorder.turn_at_invoices import lock_invoices
from fsm_portal.gateways import formats, pdf

_LONGEST_REASON = 500


class CannotCredit(Exception):
    """Why it cannot be credited, in words for staff; ``field`` is the one it is about, ``topics``
    are to be rung."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        self.topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Asked:
    """What was asked for: ``amount`` in major units as typed, empty for all that is owed; or
    ``lines``, by position in the invoice how much of each is taken back, as typed.

    ``mail``: its customer is sent it, where there is an address.
    """

    press_id: str
    amount: str = ""
    reason: str = ""
    lines: Mapping[int, str] | None = None
    mail: bool = False


@dataclass(frozen=True)
class CreditedLine:
    """How much of a line is taken back: ``net`` is its price before tax, minor units."""

    line: LineLeft
    quantity: Decimal
    net: int


def credit_invoice(who: Identity, invoice_id: object, asked: Asked) -> frozenset[str]:
    """Write a credit note on an invoice that was sent, once for each press; topics to ring.

    Never more than is owed: money that came in goes back by a refund, which brings a credit note
    of its own. Tax is taken back with the price: for an amount in the proportion in which both are
    still charged, for lines by their own rates (docs/decisions/0015). Raises CannotCredit; an
    invoice of another company is no different from none.
    """
    if not who.may(May.VOID):
        raise CannotCredit("Your role cannot credit invoices. Ask the office to do it.")
    if not is_id(asked.press_id):
        raise CannotCredit("Please open this dialog once more.")
    if len(asked.reason) > _LONGEST_REASON:
        raise CannotCredit(f"At most {_LONGEST_REASON} characters.", "reason")
    with reading() as session:
        invoice = issued_invoice(session, who, invoice_id)
    typed = _parsed(asked.amount, invoice.currency) if asked.lines is None else None
    # A page that was paid a moment ago is recorded by this, and then less is owed.
    topics = close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    try:
        with unit_of_work() as session:
            _credit(session, who, invoice, asked, typed)
    except CannotCredit as error:
        error.topics = topics
        raise
    topics |= close_all_pages(who.company_id, invoice.customer_id, invoice.id)
    return topics | topics_of(who.company_id, invoice.customer_id, [invoice.id])


def issued_invoice(session: Session, who: Identity, invoice_id: object) -> Invoice:
    """An invoice of theirs that can be credited. Raises CannotCredit."""
    invoice = None
    if isinstance(invoice_id, str) and is_id(invoice_id):
        invoice = session.get(Invoice, (who.company_id, invoice_id))
    if invoice is None:
        raise CannotCredit("This invoice does not exist.")
    if invoice.issued_at is None or invoice.voided_at is not None:
        raise CannotCredit("Only an invoice that was sent and is not void can be credited.")
    return invoice


def _parsed(typed: str, currency: str) -> int | None:
    if not typed.strip():
        return None
    try:
        return parse_amount(typed, currency)
    except ValueError as error:
        raise CannotCredit(str(error), "amount") from error


def _credit(
    session: Session, who: Identity, invoice: Invoice, asked: Asked, typed: int | None
) -> None:
    connection = session.connection()
    lock_invoices(connection, who.company_id, [invoice.id])
    if session.get(CreditNote, (who.company_id, asked.press_id)) is not None:
        return
    company = session.get_one(Company, who.company_id)
    due = open_due(session, who.company_id, invoice.id)

    def words(minor: int) -> str:
        return formats.money(minor, invoice.currency, company.locale)

    if due.amount == 0:
        raise CannotCredit(
            due.why
            or "Nothing is owed on this invoice. What was paid goes back by a refund, and a credit "
            "note goes with that."
        )
    charged = StillCharged(connection, invoice)
    lines = [] if asked.lines is None else lines_asked(connection, invoice, asked.lines)
    if lines:
        amount, taxes = of_lines(charged, lines)
        comes_to = f"This comes to {words(amount)} with tax. "
    else:
        amount, taxes, comes_to = due.amount if typed is None else typed, [], ""
    if amount > due.amount:
        raise CannotCredit(
            f"{comes_to}Only {words(due.amount)} is still owed on this invoice. {due.why}".strip(),
            "" if lines else "amount",
        )
    if not lines:
        taxes = charged.of_amount(amount)
    moment = now()
    number = issue_note(
        connection,
        {
            "company_id": who.company_id,
            "id": asked.press_id,
            "customer_id": invoice.customer_id,
            "invoice_id": invoice.id,
            "currency": invoice.currency,
            "total": amount,
            "reason": asked.reason.strip(),
            "refund_id": None,
            "undone_at": None,
            "written_by": who.person_id,
            "created_at": moment,
        },
        moment,
    )
    _write_lines(session, invoice, asked.press_id, amount, taxes, lines)
    post(
        session,
        company_id=who.company_id,
        currency=invoice.currency,
        source=asked.press_id,
        occurred_at=moment,
        customer_id=invoice.customer_id,
        postings=postings_for_credit_note(
            amount, invoice_id=invoice.id, taxes=[(tax.tax_rate_id, tax.amount) for tax in taxes]
        ),
    )
    write_down(
        session,
        who,
        Deed.CREDITED_INVOICE,
        about="invoice",
        about_id=invoice.id,
        words=f"{number} of {words(amount)} on {invoice.number}",
    )
    if asked.mail:
        _mail(session, invoice, asked.press_id)


def _mail(session: Session, invoice: Invoice, note_id: str) -> None:
    customer = session.get_one(Customer, (invoice.company_id, invoice.customer_id))
    if customer.email:
        enqueue(
            session,
            invoice.company_id,
            WorkKind.CREDIT_NOTE_MAIL,
            key=f"credit_note_mail:{note_id}",
            payload={"credit_note_id": note_id},
        )


def lines_asked(
    connection: Connection, invoice: Invoice, typed: Mapping[int, str]
) -> list[CreditedLine]:
    """What was asked for of each line. Raises CannotCredit beside the line that has no more."""
    left = {line.position: line for line in lines_left(connection, invoice)}
    asked = []
    for position, text in sorted(typed.items()):
        field = f"quantity-{position}"
        line = left.get(position)
        if line is None:
            raise CannotCredit("Nothing is left of this line.", field)
        try:
            quantity = parse_quantity(text)
        except ValueError as error:
            raise CannotCredit(str(error), field) from error
        if quantity > line.quantity:
            raise CannotCredit(f"Only {_plain(line.quantity)} is left of this line.", field)
        net = line.comes_to(quantity)
        if net <= 0:
            raise CannotCredit("This comes to nothing.", field)
        asked.append(CreditedLine(line, quantity, net))
    if not asked:
        raise CannotCredit("Say how much of which line is taken back.")
    return asked


def _plain(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f")


def of_lines(charged: StillCharged, asked: list[CreditedLine]) -> tuple[int, list[Part]]:
    """What the lines come to with tax, and the tax. Raises CannotCredit."""
    nets: dict[str | None, int] = {}
    for each in asked:
        nets[each.line.tax_rate_id] = nets.get(each.line.tax_rate_id, 0) + each.net
    bases = charged.bases()
    net = sum(nets.values())
    if net > charged.net or any(of > bases.get(rate, 0) for rate, of in nets.items()):
        raise CannotCredit(
            "A part of what these lines charge was credited before, as an amount. Credit what is "
            "left as an amount too."
        )
    taxes = charged.of_lines(nets)
    return net + sum(tax.amount for tax in taxes), taxes


def _write_lines(
    session: Session,
    invoice: Invoice,
    note_id: str,
    amount: int,
    taxes: list[Part],
    asked: list[CreditedLine],
) -> None:
    about: dict[str, Any] = {"company_id": invoice.company_id, "credit_note_id": note_id}
    for position, each in enumerate(asked, start=1):
        session.add(
            CreditNoteLine(
                **about,
                position=position,
                description=each.line.description,
                quantity=each.quantity,
                unit_price=round(Decimal(each.net) / each.quantity, 6),
                amount=each.net,
                invoice_position=each.line.position,
            )
        )
    if not asked:
        net = amount - sum(tax.amount for tax in taxes)
        words = _words_of_customer(session, invoice)
        session.add(
            CreditNoteLine(
                **about,
                position=1,
                description=words("credit.of", reason=words("credit.plain"), number=invoice.number),
                quantity=Decimal(1),
                unit_price=Decimal(net),
                amount=net,
            )
        )
    session.add_all(CreditNoteTax(**about, **asdict(tax)) for tax in taxes)
    session.flush()


def _words_of_customer(session: Session, invoice: Invoice) -> pdf.Wording:
    """In the language of whoever reads the note."""
    company = session.get_one(Company, invoice.company_id)
    customer = session.get_one(Customer, (invoice.company_id, invoice.customer_id))
    return pdf.wording(reader_locale(company, customer))
