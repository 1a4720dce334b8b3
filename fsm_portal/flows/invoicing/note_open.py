"""Notes that a customer looked at an invoice: by the link of a letter, on its page, as a PDF.

All three are somebody who pressed a button to come in. That a link's page was fetched is noted
too, and apart: mail scanners do that, and nobody has seen the invoice then.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Session

from fsm_portal.db import reading, writing
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.insert_once import connection_of, insert_once, table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.invoice_open import How, InvoiceOpen
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.identity import Identity
from fsm_portal.gateways.tokens import hash_token

_open = table_of(InvoiceOpen)
_link = table_of(LoginLink)

_LATELY = select(_open.c.last_at).where(
    *(_open.c[name] == bindparam(name) for name in ("company_id", "invoice_id", "by", "how"))
)

# A page that is looked at again within this is looked at once: reloads and reconnects are none.
_ONE_VISIT = timedelta(minutes=10)


def note_seen(who: Identity, invoice_id: object, how: How) -> frozenset[str]:
    """Note that ``who`` looks at their invoice, on its page or as a PDF; topics to ring.

    Nothing for anybody else, and nothing for what they may not see.
    """
    if who.audience != "customer" or not isinstance(invoice_id, str) or not is_id(invoice_id):
        return frozenset()
    with reading() as session:
        invoice = session.get(Invoice, (who.company_id, invoice_id))
        theirs = invoice is not None and invoice.customer_id == who.person_id
        if not theirs or invoice is None or invoice.issued_at is None:
            return frozenset()
        if not _is_new(session, who.company_id, invoice_id, who.session_id, how):
            return frozenset()
    with writing() as connection:
        note_open(connection, who.company_id, invoice_id, who.session_id, how)
    return frozenset({company_topic(who.company_id)})


# For statements that read an invoice's paper: when the session ``by`` last looked at its PDF.
PDF_SEEN_AT = (
    select(_open.c.last_at)
    .where(
        _open.c.company_id == bindparam("company_id"),
        _open.c.invoice_id == bindparam("subject_id"),
        _open.c.by == bindparam("by"),
        _open.c.how == How.PDF,
    )
    .scalar_subquery()
)


def is_one_visit(last_at: datetime | None) -> bool:
    """Whether who looked at ``last_at`` and looks again is noted already."""
    return last_at is not None and last_at > now() - _ONE_VISIT


def note_pdf_seen(who: Identity, invoice_id: str) -> frozenset[str]:
    """Note that ``who``, a customer, was handed the PDF of their invoice; topics to ring."""
    with writing() as connection:
        note_open(connection, who.company_id, invoice_id, who.session_id, How.PDF)
    return frozenset({company_topic(who.company_id)})


def note_fetched(token: str) -> frozenset[str]:
    """Note that the page of an invoice's link was fetched, by whomever; topics to ring."""
    with reading() as session:
        link = (
            session.connection()
            .execute(
                select(_link.c.company_id, _link.c.id, _link.c.invoice_id).where(
                    _link.c.token_hash == hash_token(token),
                    _link.c.purpose.in_((Purpose.INVOICE, Purpose.REMINDER)),
                    _link.c.invoice_id.is_not(None),
                    _link.c.used_at.is_(None),
                )
            )
            .first()
        )
        if link is None or not _is_new(
            session, link.company_id, link.invoice_id, link.id, How.FETCHED
        ):
            return frozenset()
    with writing() as connection:
        note_open(connection, link.company_id, link.invoice_id, link.id, How.FETCHED)
    return frozenset({company_topic(link.company_id)})


def note_open(
    session: Session | Connection, company_id: str, invoice_id: str, by: str, how: How
) -> None:
    """Note it, in the unit of work of the caller: one row, which counts the visits."""
    moment = now()
    first = {
        "company_id": company_id,
        "invoice_id": invoice_id,
        "by": by,
        "how": how,
        "first_at": moment,
        "last_at": moment,
        "times": 1,
    }
    if insert_once(session, InvoiceOpen, first):
        return
    connection_of(session).execute(
        update(_open)
        .where(
            _open.c.company_id == company_id,
            _open.c.invoice_id == invoice_id,
            _open.c.by == by,
            _open.c.how == how,
            _open.c.last_at <= moment - _ONE_VISIT,
        )
        .values(last_at=moment, times=_open.c.times + 1)
    )


def _is_new(session: Session, company_id: str, invoice_id: str, by: str, how: How) -> bool:
    """Whether there is anything to write: most reloads end here."""
    key = {"company_id": company_id, "invoice_id": invoice_id, "by": by, "how": how}
    lately = session.connection().execute(_LATELY, key).scalar()
    return not is_one_visit(lately)
