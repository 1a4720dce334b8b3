"""An invoice as a document: its facts gathered from the books and drawn as PDF."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from fsm_portal.config import settings
from fsm_portal.domain.balances import InvoiceBalance, invoice_balances
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.deposit import deposit_left
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax, LineKind
from fsm_portal.domain.tax_rate import place_in_list
from fsm_portal.flows.companies.company_logo import logo_picture
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.payments.settled_on import settled_on
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.gateways import formats, pdf


def may_see(scope: Scope, invoice: Invoice) -> bool:
    """Staff see their company's invoices, a customer his own once they are issued."""
    if invoice.company_id != scope.company_id:
        return False
    if scope.audience == "staff":
        return True
    return invoice.customer_id == scope.customer_id and invoice.issued_at is not None


def invoice_document(session: Session, invoice: Invoice) -> pdf.InvoiceDocument:
    """Everything the page of ``invoice`` shows, with paid and due as the ledger has them now, in
    the customer's language."""
    key = (invoice.company_id, invoice.id)
    company = session.get_one(Company, invoice.company_id)
    customer = session.get_one(Customer, (invoice.company_id, invoice.customer_id))
    locale = reader_locale(company, customer)
    lines = session.exec(
        select(InvoiceLine)
        .where(InvoiceLine.company_id == key[0], InvoiceLine.invoice_id == key[1])
        .order_by(InvoiceLine.position)  # type: ignore[arg-type]
    ).all()
    found = select(InvoiceTax).where(
        InvoiceTax.company_id == key[0], InvoiceTax.invoice_id == key[1]
    )
    taxes = sorted(session.exec(found), key=place_in_list)
    balance = invoice_balances(session, *key[:1], [invoice.id])[invoice.id]
    labels = {
        tax.tax_rate_id: f"{tax.name} {formats.percent(tax.rate_ppm, locale)}" for tax in taxes
    }
    is_issued = invoice.issued_at is not None
    words = pdf.wording(locale)
    return pdf.InvoiceDocument(
        company=company_block(company),
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        bill_to=bill_to(customer, company),
        currency=invoice.currency,
        lines=tuple(
            pdf.InvoiceLine(
                description=line.description,
                detail=line.detail,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
                tax_label=labels.get(line.tax_rate_id or "", ""),
                note=line_note(line, invoice.currency, locale, words),
            )
            for line in lines
        ),
        subtotal=invoice.subtotal,
        discount=invoice.discount,
        discount_label=""
        if invoice.discount_ppm is None
        else words("totals.discount_of", percent=formats.percent(invoice.discount_ppm, locale)),
        taxes=tuple(pdf.TaxSummary(labels[tax.tax_rate_id], tax.base, tax.amount) for tax in taxes),
        tax_total=invoice.tax,
        total=invoice.total,
        paid=balance.paid,
        credited=balance.credited,
        is_void=invoice.voided_at is not None,
        deposit=_deposit(invoice, balance),
        due=balance.due if is_issued else invoice.total,
        stamp=_stamp(session, invoice, balance, locale),
        notes=invoice.notes,
        # How to pay is of no use on what is settled or withdrawn.
        terms="" if _is_over(invoice, balance) else company.terms,
        # No token: whoever holds the file still has to sign in.
        pay_url=f"{settings().base_url}/portal/invoices/{invoice.id}/"
        if balance.due > 0 and company.offers_portal
        else "",
        created_at=invoice.issued_at or datetime.combine(invoice.issue_date, time(), UTC),
        locale=locale,
    )


def line_note(line: InvoiceLine, currency: str, locale: str, words: pdf.Wording) -> str:
    """What of a line has no column of its own: ``Part · 10% off``."""
    parts = [words("table.part")] if line.kind == LineKind.PART else []
    if line.discount:
        off = (
            formats.money(line.discount, currency, locale)
            if line.discount_ppm is None
            else formats.percent(line.discount_ppm, locale)
        )
        parts.append(words("table.off", amount=off))
    return words.joined(*parts) if parts else ""


def company_block(company: Company) -> pdf.CompanyBlock:
    """The sender's head on a document."""
    return pdf.CompanyBlock(
        name=company.name,
        address=tuple(company.address.splitlines()),
        email=company.email,
        phone=company.phone,
        tax_id=company.tax_id,
        colour=company.brand_color,
        logo=logo_picture(company.logo_sha256),
    )


def bill_to(customer: Customer, company: Company) -> tuple[str, ...]:
    """Whom a document addresses, line by line; the country where it is another one."""
    lines = [customer.name, customer.contact, *customer.address.splitlines()]
    if customer.country and customer.country != company.country:
        lines.append(formats.country_name(customer.country, company.locale))
    return tuple(line for line in lines if line)


def _deposit(invoice: Invoice, balance: InvoiceBalance) -> int:
    """What is asked for first; of a draft as it will be once it is sent."""
    if invoice.issued_at is None:
        return deposit_left(invoice.deposit, InvoiceBalance(charged=invoice.total))
    return deposit_left(invoice.deposit, balance)


def _is_over(invoice: Invoice, balance: InvoiceBalance) -> bool:
    return invoice.voided_at is not None or (invoice.issued_at is not None and balance.due <= 0)


def _stamp(
    session: Session, invoice: Invoice, balance: InvoiceBalance, locale: str
) -> pdf.Stamp | None:
    """What became of it, and on which day where that is over."""
    words = pdf.wording(locale)
    zone = ZoneInfo(session.get_one(Company, invoice.company_id).time_zone)

    def on(moment: datetime | None) -> str:
        return formats.day(moment.astimezone(zone).date(), locale) if moment else ""

    if invoice.voided_at is not None:
        return pdf.Stamp(words("stamp.void"), on(invoice.voided_at), "bad")
    if invoice.issued_at is None:
        return pdf.Stamp(words("stamp.draft"), tone="quiet")
    if balance.due > 0:
        return None
    settled = settled_on(session, invoice)
    if balance.given_back > 0:
        name = "stamp.partially_refunded" if balance.paid > 0 else "stamp.refunded"
        return pdf.Stamp(words(name), on(settled.refunded_at), "quiet")
    if balance.paid <= 0 < balance.credited:
        return pdf.Stamp(words("stamp.credited"), on(settled.at), "quiet")
    return pdf.Stamp(words("stamp.paid"), on(settled.at))
