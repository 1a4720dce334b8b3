"""A: credit that staff used stands in the ledger as its own row says, undone or not."""

from sqlalchemy import and_, case, func, or_, select

from fsm_portal.domain.credit_use import CreditUse
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.ledger import Kind
from fsm_portal.flows.proving.rule import Rule, entry, total

_use = table_of(CreditUse)

_posted = (
    select(
        entry.c.company_id,
        entry.c.source,
        entry.c.invoice_id,
        total(Kind.CREDIT_APPLIED).label("applied"),
        total(Kind.CREDIT_RETURNED).label("returned"),
    )
    .where(entry.c.kind.in_((Kind.CREDIT_APPLIED, Kind.CREDIT_RETURNED)))
    .group_by(entry.c.company_id, entry.c.source, entry.c.invoice_id)
    .subquery()
)
_applied, _returned = func.coalesce(_posted.c.applied, 0), func.coalesce(_posted.c.returned, 0)

RULES = (
    Rule(
        "A",
        "credit that was used is posted as it is written, and undone whole",
        _use,
        select(
            _use.c.company_id,
            _use.c.id.label("use"),
            _use.c.amount,
            _applied.label("posted"),
            _returned.label("undone"),
        )
        .select_from(
            _use.outerjoin(
                _posted,
                and_(
                    _posted.c.company_id == _use.c.company_id,
                    _posted.c.source == _use.c.id,
                    _posted.c.invoice_id == _use.c.invoice_id,
                ),
            )
        )
        .where(
            or_(
                _applied != _use.c.amount,
                _returned != case((_use.c.undone_at.is_(None), 0), else_=_use.c.amount),
            )
        ),
    ),
)
