"""What a reader of a statement asks for next: other days, or the page beside the one shown."""

from datetime import date

from fsm_portal.flows.paging import page_number
from fsm_portal.flows.statement.show_statement import StatementQuery
from fsm_portal.flows.statement.statement_period import WrongPeriod, period_of

# A day has ten characters.
_LONGEST = 40


def statement_query(*said: object) -> StatementQuery:
    """Of what an address says about ``period``, ``from``, ``to`` and ``page``, in this order."""
    return StatementQuery(*(each[:_LONGEST] if isinstance(each, str) else "" for each in said))


def typed_days(form: object) -> dict[str, str]:
    """What the address of the statement of two days says, which were typed as ``from`` and ``to``.

    Raises WrongPeriod.
    """
    said = form if isinstance(form, dict) else {}
    days = statement_query("", said.get("from"), said.get("to"))
    if not days.first and not days.last:
        raise WrongPeriod("Please choose the first day and the last one.")
    return period_of("", days.first, days.last, date.max).query


def turned(asked: StatementQuery, by: object) -> dict[str, str]:
    """What the address of the page after the one that is ``asked`` for says, or with any other
    ``by`` than 1 of the one before."""
    page = max(1, page_number(asked.page) + (1 if by == 1 else -1))
    query = {"period": asked.preset, "from": asked.first, "to": asked.last, "page": str(page)}
    return {name: value for name, value in query.items() if value}
