"""Keeps what is typed into the editor, key by key, so that no reload and no lost line loses it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_sheet import InvoiceSheet
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import sheet_topic
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.invoicing.fill_sheet import new_sheet, sheet_of
from fsm_portal.flows.invoicing.sheet_content import (
    SheetContent,
    from_json,
    to_json,
    typed_into,
    with_room,
)


class CannotWrite(Exception):
    """Why an invoice cannot be written or changed, in words for staff."""


# A sheet on which nothing was typed for so long is open in no tab any more.
_UNTOUCHED = timedelta(days=7)
_ROLE = "Your role cannot write invoices. Ask the office to do it."
_ISSUED = (
    "{number} was sent, and an issued invoice is never changed. Credit it and duplicate it instead."
)
_CURRENCY = "{number} is in {its}, and new invoices are written in {ours}."


def begin_sheet(
    who: Identity, customer_id: object = "", job_id: object = "", *, anew: bool = False
) -> str:
    """The id of a sheet for a new invoice. Raises CannotWrite.

    Without a customer or a job it is the last that was begun and never saved, if there is one and
    not ``anew``. One on which nothing was ever typed is taken again where it is for the same
    customer and job: another tab may have it open for another, and what is typed there is theirs.
    """
    _check(who)
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id)
        content = new_sheet(session, company, customer_id, job_id)
        begun = session.exec(
            select(InvoiceSheet)
            .where(
                InvoiceSheet.company_id == who.company_id,
                InvoiceSheet.staff_id == who.person_id,
                col(InvoiceSheet.invoice_id).is_(None),
            )
            .order_by(col(InvoiceSheet.typed_at).desc())
        ).all()
        typed = [each for each in begun if each.typed_at is not None]
        if typed and not anew and not content.customer_id:
            return typed[0].id
        sheet = _sheet(who, content)
        untouched = [each for each in begun if each.typed_at is None]
        same = next((each for each in untouched if each.content == sheet.content), None)
        for each in untouched:
            if each is not same and each.created_at < now() - _UNTOUCHED:
                session.delete(each)
        if same is not None:
            return same.id
        session.add(sheet)
        return sheet.id


def edit_draft(who: Identity, invoice_id: object) -> str:
    """The id of the sheet on which ``who`` edits a draft: the one begun before, or a fresh one.

    Raises CannotWrite; a draft of another company is no different from none.
    """
    _check(who)
    with unit_of_work() as session:
        invoice = _invoice(session, who, invoice_id)
        if invoice.voided_at is not None:
            raise CannotWrite(f"{invoice.number} was discarded.")
        if invoice.issued_at is not None:
            raise CannotWrite(_ISSUED.format(number=invoice.number))
        sheet = session.exec(
            select(InvoiceSheet).where(
                InvoiceSheet.company_id == who.company_id,
                InvoiceSheet.staff_id == who.person_id,
                InvoiceSheet.invoice_id == invoice.id,
            )
        ).first()
        if sheet is None:
            sheet = _sheet(who, sheet_of(session, invoice))
            sheet.invoice_id = invoice.id
        if sheet.typed_at is None:
            # Nothing of it is the reader's own yet: it follows the draft.
            sheet.content, sheet.revision = to_json(sheet_of(session, invoice)), invoice.revision
        session.add(sheet)
        return sheet.id


def duplicate(who: Identity, invoice_id: object, press_id: str = "") -> str:
    """The id of a sheet for another invoice like this one, one for each press.

    Raises CannotWrite.
    """
    _check(who)
    with unit_of_work() as session:
        invoice = _invoice(session, who, invoice_id)
        if press_id and own_sheet(session, who, press_id) is not None:
            return press_id
        sheet = _sheet(who, sheet_of(session, invoice, anew=True))
        sheet.id = press_id if is_id(press_id) else sheet.id
        # It is somebody's work, and stays until it is written or thrown away.
        sheet.typed_at = now()
        session.add(sheet)
        return sheet.id


def keep_sheet(who: Identity, sheet_id: object, form: object) -> frozenset[str]:
    """Keep what the browser's form says; topics to ring. One that is gone by now keeps nothing."""
    return change_sheet(who, sheet_id, lambda content: typed_into(content, form))


def choose_customer(who: Identity, sheet_id: object, customer_id: object) -> frozenset[str]:
    """Who is billed; an empty id takes the choice back. A stranger changes nothing."""
    known = ""
    if isinstance(customer_id, str) and is_id(customer_id):
        with reading() as session:
            found = session.get(Customer, (who.company_id, customer_id))
            known = found.id if found else ""
    return change_sheet(
        who,
        sheet_id,
        lambda content: replace(content, customer_id=known, customer_search="", job=""),
    )


def remove_line(who: Identity, sheet_id: object, key: object) -> frozenset[str]:
    """Take a line off the sheet."""
    return change_sheet(
        who,
        sheet_id,
        lambda content: with_room(
            replace(content, lines=tuple(line for line in content.lines if line.key != key))
        ),
    )


def change_sheet(
    who: Identity, sheet_id: object, change: Callable[[SheetContent], SheetContent]
) -> frozenset[str]:
    """Change the content of one's own sheet; topics to ring. Raises CannotWrite for the role."""
    _check(who)
    with unit_of_work() as session:
        sheet = own_sheet(session, who, sheet_id)
        if sheet is None:
            return frozenset()
        before = from_json(sheet.content)
        after = change(before)
        if after != before:
            sheet.content, sheet.typed_at = to_json(after), now()
            session.add(sheet)
    return frozenset({sheet_topic(who.company_id, sheet.id)})


def throw_away(who: Identity, sheet_id: object) -> None:
    """Forget what was typed on one's own sheet; the draft it is about stays as it is."""
    _check(who)
    with unit_of_work() as session:
        sheet = own_sheet(session, who, sheet_id)
        if sheet is not None:
            session.delete(sheet)


def own_sheet(session: Session, who: Identity, sheet_id: object) -> InvoiceSheet | None:
    """One's own sheet, for one writer at a time; None for any other."""
    if not isinstance(sheet_id, str) or not is_id(sheet_id):
        return None
    sheet = session.get(InvoiceSheet, (who.company_id, sheet_id), with_for_update=True)
    return sheet if sheet is not None and sheet.staff_id == who.person_id else None


def is_own_sheet(who: Identity, sheet_id: object) -> bool:
    """Whether there is such a sheet of theirs."""
    if not isinstance(sheet_id, str) or not is_id(sheet_id):
        return False
    with reading() as session:
        sheet = session.get(InvoiceSheet, (who.company_id, sheet_id))
        return sheet is not None and sheet.staff_id == who.person_id


def _check(who: Identity) -> None:
    if not who.may(May.WRITE_INVOICES):
        raise CannotWrite(_ROLE)


def _sheet(who: Identity, content: SheetContent) -> InvoiceSheet:
    return InvoiceSheet(company_id=who.company_id, staff_id=who.person_id, content=to_json(content))


def _invoice(session: Session, who: Identity, invoice_id: object) -> Invoice:
    invoice = None
    if isinstance(invoice_id, str) and is_id(invoice_id):
        invoice = session.get(Invoice, (who.company_id, invoice_id))
    if invoice is None:
        raise CannotWrite("This invoice does not exist.")
    refuse_other_currency(invoice, session.get_one(Company, who.company_id))
    return invoice


def refuse_other_currency(invoice: Invoice, company: Company) -> None:
    """What is typed is read in the company's currency. Raises CannotWrite."""
    its, ours = invoice.currency, company.currency
    if its != ours:
        raise CannotWrite(_CURRENCY.format(number=invoice.number, its=its, ours=ours))
