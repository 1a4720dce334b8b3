"""Writes a sheet as a draft: a new one, or one that is written anew; or throws a draft away."""

from dataclasses import replace

from sqlalchemy import delete, select
from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_sheet import InvoiceSheet
from fsm_portal.domain.job import Job
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic, invoice_topic, sheet_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.keep_sheet import (
    CannotWrite,
    own_sheet,
    refuse_other_currency,
)
from fsm_portal.flows.invoicing.read_sheet import Reading, read_sheet
from fsm_portal.flows.invoicing.sheet_content import (
    SheetContent,
    from_json,
    to_json,
    typed_into,
)
from fsm_portal.flows.invoicing.write_invoice import rates_of, write_draft
from fsm_portal.gateways import formats

_sheet = table_of(InvoiceSheet)


class Unsound(CannotWrite):
    """Something on the sheet is not sound; it says so itself, beside each field."""

    def __init__(self, topics: frozenset[str]) -> None:
        super().__init__("Nothing was saved yet: look at what is marked.")
        self.topics = topics


class NewerDraft(CannotWrite):
    """Somebody else has saved the draft meanwhile, as ``revision``; who saves again after having
    been told so puts theirs in its place."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "Somebody else has saved this draft since you began. Save again to put yours in its "
            "place, or discard your changes to see theirs."
        )
        self.revision = revision


def save_sheet(
    who: Identity, sheet_id: object, form: object, *, over: int | None = None
) -> tuple[str, frozenset[str]]:
    """Write the sheet, with what ``form`` says last, as a draft; its id and the topics to ring.

    The sheet is gone then. Raises Unsound where something is to be mended first, CannotWrite where
    it cannot be done at all: the draft was sent or discarded meanwhile; NewerDraft where somebody
    else has written it anew, which is overruled by whoever names that revision as ``over``.
    """
    if not who.may(May.WRITE_INVOICES):
        raise CannotWrite("Your role cannot write invoices. Ask the office to do it.")
    with unit_of_work() as session:
        _hold_draft(session, who, sheet_id)
        sheet = own_sheet(session, who, sheet_id)
        if sheet is None:
            raise CannotWrite("This was saved already. Look for it in the list of invoices.")
        content = replace(typed_into(from_json(sheet.content), form), pressed=True)
        company = session.get_one(Company, who.company_id)
        reading = read_sheet(content, company, rates_of(session, company.id))
        if reading.problems:
            sheet.content, sheet.typed_at = to_json(content), now()
            session.add(sheet)
        else:
            draft = _draft_of(session, company, sheet, over)
            invoice = _write(session, company, content, reading, draft)
            session.delete(sheet)
            session.flush()
            amount = formats.money(invoice.total, invoice.currency, company.locale)
            write_down(
                session,
                who,
                Deed.WROTE_INVOICE if draft is None else Deed.EDITED_INVOICE,
                about="invoice",
                about_id=invoice.id,
                words=f"{invoice.number}, {amount}",
            )
    if reading.problems:
        raise Unsound(frozenset({sheet_topic(who.company_id, sheet.id)}))
    return invoice.id, _topics(who, invoice.id)


def discard_draft(who: Identity, invoice_id: object) -> frozenset[str]:
    """Throw a draft away. Its number stays, on a void invoice that nobody was ever sent.

    Raises CannotWrite; a draft of another company is no different from none.
    """
    if not who.may(May.WRITE_INVOICES):
        raise CannotWrite("Your role cannot discard drafts. Ask the office to do it.")
    with unit_of_work() as session:
        invoice = None
        if isinstance(invoice_id, str) and is_id(invoice_id):
            invoice = _locked(session, who.company_id, invoice_id)
        if invoice is None:
            raise CannotWrite("This invoice does not exist.")
        if invoice.issued_at is not None:
            raise CannotWrite(f"{invoice.number} was sent meanwhile. It can be voided.")
        if invoice.voided_at is None:
            invoice.voided_at = now()
            session.add(invoice)
            session.connection().execute(
                delete(_sheet).where(
                    _sheet.c.company_id == who.company_id, _sheet.c.invoice_id == invoice.id
                )
            )
            write_down(
                session,
                who,
                Deed.DISCARDED_DRAFT,
                about="invoice",
                about_id=invoice.id,
                words=invoice.number,
            )
    return _topics(who, invoice.id)


def _hold_draft(session: Session, who: Identity, sheet_id: object) -> None:
    """Lock the draft that the sheet is about, if any, before the sheet: as who discards it does."""
    if not isinstance(sheet_id, str) or not is_id(sheet_id):
        return
    its = select(_sheet.c.invoice_id).where(
        _sheet.c.company_id == who.company_id, _sheet.c.id == sheet_id
    )
    invoice_id = session.connection().execute(its).scalar()
    if invoice_id is not None:
        _locked(session, who.company_id, invoice_id)


def _draft_of(
    session: Session, company: Company, sheet: InvoiceSheet, over: int | None
) -> Invoice | None:
    """The draft that the sheet is about, locked and still as the writer saw it."""
    if sheet.invoice_id is None:
        return None
    draft = _locked(session, company.id, sheet.invoice_id)
    if draft is None or draft.voided_at is not None:
        raise CannotWrite("This draft was discarded meanwhile.")
    if draft.issued_at is not None:
        raise CannotWrite(
            f"{draft.number} was sent meanwhile, and an issued invoice is never changed. Credit "
            "it and duplicate it instead."
        )
    refuse_other_currency(draft, company)
    if draft.revision not in (sheet.revision, over):
        raise NewerDraft(draft.revision)
    return draft


def _write(
    session: Session,
    company: Company,
    content: SheetContent,
    reading: Reading,
    draft: Invoice | None,
) -> Invoice:
    customer = session.get(Customer, (company.id, content.customer_id))
    if customer is None:
        raise CannotWrite("This customer is gone. Choose another one.")
    job = session.get(Job, (company.id, content.job)) if content.job else None
    return write_draft(
        session,
        company,
        customer,
        lines=[reading.lines[line.key] for line in content.written],
        terms_days=reading.terms_days,
        notes=content.notes.strip(),
        job_id=job.id if job is not None and job.customer_id == customer.id else None,
        partial_payments={"yes": True, "no": False}.get(content.partial),
        deposit=reading.deposit,
        discount=reading.discount,
        issue_date=reading.issue_date,
        due_date=reading.due_date,
        rewritten=draft,
    )


def _locked(session: Session, company_id: str, invoice_id: str) -> Invoice | None:
    return session.get(Invoice, (company_id, invoice_id), with_for_update={"key_share": True})


def _topics(who: Identity, invoice_id: str) -> frozenset[str]:
    return frozenset({company_topic(who.company_id), invoice_topic(who.company_id, invoice_id)})
