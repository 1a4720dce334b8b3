"""Land a batch of documents: customers, invoices, credit notes, lines, ledger. All or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.importing.documents import Document
from fsm_portal.flows.importing.known_buyers import known_ids
from fsm_portal.flows.importing.present import differences
from fsm_portal.flows.importing.refusal import Reason, Refusal, Refused, refuse_all
from fsm_portal.flows.importing.rows import (
    TABLES,
    Rows,
    Target,
    add_credit_note,
    add_invoice,
    customer_row,
)


@dataclass
class Landed:
    """What became of a batch."""

    new: list[Document] = field(default_factory=list)
    present: list[Document] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)


def land(session: Session, target: Target, documents: Sequence[Document]) -> Landed:
    """Insert what is not there yet. The caller commits; two imports of a company take turns."""
    take_turns(session, target.company_id)
    landed, rows = plan(session, target, documents)
    connection = session.connection()
    for model in TABLES:
        insert_many(connection, table_of(model), rows[model])
    return landed


def take_turns(session: Session, company_id: str) -> None:
    """Have one import of a company land at a time."""
    # SQLite has one writer anyway. The key itself stays free: foreign keys look at it.
    company = table_of(Company).c
    turn = select(company.id).where(company.id == company_id).with_for_update(key_share=True)
    session.connection().execute(turn)


def plan(
    session: Session, target: Target, documents: Sequence[Document]
) -> tuple[Landed, dict[type, Rows]]:
    """What landing would do, and the rows it would insert. Reads only."""
    landed = Landed()
    found = differences(session, target.company_id, target.currency, documents)
    for document in documents:
        difference = found.get((document.is_credit_note, document.number))
        if difference is None:
            landed.new.append(document)
        elif difference == "":
            landed.present.append(document)
        else:
            fault = Refused(Reason.OTHER_CONTENT, difference)
            landed.refused += refuse_all(
                document.records, {record.line: fault for record in document.records}
            )
    rows: dict[type, Rows] = {model: [] for model in TABLES}
    ids = _customer_ids(session, target, landed, rows[Customer])
    for document in landed.new:
        customer_id = ids[document.buyer.reference]
        if document.is_credit_note:
            add_credit_note(rows, target, document, customer_id)
        else:
            add_invoice(rows, target, document, customer_id)
    return landed, rows


def _customer_ids(session: Session, target: Target, landed: Landed, rows: Rows) -> dict[str, str]:
    buyers = {document.buyer.reference: document.buyer for document in reversed(landed.new)}
    ids = known_ids(session, target.company_id, buyers)
    for reference, buyer in buyers.items():
        if reference in ids:
            continue
        ids[reference] = new_id()
        landed.customers.append(reference)
        rows.append(customer_row(target.company_id, ids[reference], buyer))
    return ids
