"""Jobs of a file, one a line: read, given to their customer, found again, landed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.insert_many import insert_many
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.job import Job
from fsm_portal.domain.job_word import keep_job_words
from fsm_portal.domain.small_letters import as_compared, as_looked_for, small_letters
from fsm_portal.flows.importing import values
from fsm_portal.flows.importing.layout import TableLayout
from fsm_portal.flows.importing.refusal import Reason, Record, Refusal, Refused

_customer = table_of(Customer)
_job = table_of(Job)

_DONE = {"yes", "y", "true", "1", "done", "complete", "completed", "closed", "finished", "invoiced"}
_NOT_DONE = {"", "no", "n", "false", "0", "open", "scheduled", "upcoming", "new", "planned"}


@dataclass(frozen=True)
class Visit:
    """``customer`` is whatever the file calls them: our reference, an address, or a name."""

    customer: str
    title: str
    description: str
    starts_at: datetime
    completed: bool
    record: Record


class Visits:
    """Reads and lands jobs. One of the same customer, title and moment is there already."""

    def __init__(self, company_id: str, at: dict[str, int], layout: TableLayout) -> None:
        self._company_id, self._at, self._dates = company_id, at, layout.dates
        self._zone = ZoneInfo(layout.time_zone)
        # A dry run lands none, so it has to remember which it would have landed.
        self._landed: set[tuple[str, str, datetime]] = set()

    def read(self, record: Record) -> Visit:
        """Raises Refused."""

        def said(name: str) -> str:
            return record.fields[self._at[name]] if name in self._at else ""

        customer = values.short(said("customer"), 254, Reason.CUSTOMER, "customer")
        if not customer:
            raise Refused(Reason.NO_CUSTOMER, "No customer: say whose job it is.")
        title = values.short(said("title"), 200, Reason.DESCRIPTION, "title")
        if not title:
            raise Refused(Reason.DESCRIPTION, "No title: say what there is to do.")
        _, starts_at = values.moment(said("date"), self._dates, self._zone)
        status = values.words(said("completed")).lower()
        if status not in _DONE | _NOT_DONE:
            raise Refused(
                Reason.STATUS,
                f"Completed says {status[:40]!r}: write yes or no, or leave it empty.",
            )
        return Visit(
            customer=customer,
            title=title,
            description=values.short(said("description"), 2000, Reason.DESCRIPTION, "description"),
            starts_at=starts_at,
            completed=status in _DONE,
            record=record,
        )

    def land(
        self, session: Session, visits: Sequence[Visit], dry_run: bool
    ) -> tuple[int, int, list[Refusal]]:
        """How many are new, how many were there, what was refused after all."""
        whose = self._customers(session, {visit.customer for visit in visits})
        refused: list[Refusal] = []
        known: list[tuple[Visit, str]] = []
        for visit in visits:
            ids = whose.get(as_compared(visit.customer), set())
            if len(ids) == 1:
                known.append((visit, next(iter(ids))))
                continue
            several = "Several customers go" if ids else "No customer goes"
            refused.append(
                Refusal(
                    visit.record,
                    Reason.CUSTOMER,
                    f"{several} by {visit.customer[:80]!r}: "
                    + ("give their id." if ids else "import the customers first."),
                )
            )
        there = self._there(session, {customer_id for _, customer_id in known})
        rows: list[dict[str, Any]] = []
        for visit, customer_id in known:
            key = (customer_id, visit.title, visit.starts_at)
            if key not in there and key not in self._landed:
                there.add(key)
                if dry_run:
                    self._landed.add(key)
                rows.append(self._row(visit, customer_id))
        if not dry_run:
            insert_many(session.connection(), _job, rows)
            keep_job_words(session.connection(), rows)
        return len(rows), len(known) - len(rows), refused

    def _customers(self, session: Session, texts: set[str]) -> dict[str, set[str]]:
        """Ids by reference, by address or by name in small letters, the first that fits."""
        found: list[dict[str, set[str]]] = [{}, {}, {}]
        named = (_customer.c.reference, _customer.c.email, _customer.c.name)
        rows = session.connection().execute(
            select(_customer.c.id, *named).where(
                _customer.c.company_id == self._company_id,
                or_(*[small_letters(column).in_(as_looked_for(texts)) for column in named]),
            )
        )
        called = {as_compared(text) for text in texts}
        for customer_id, *names in rows:
            for kind, name in zip(found, names, strict=True):
                if name is not None and as_compared(name) in called:
                    kind.setdefault(as_compared(name), set()).add(customer_id)
        return {
            name: next((kind[name] for kind in found if name in kind), set()) for name in called
        }

    def _there(self, session: Session, customer_ids: set[str]) -> set[tuple[str, str, datetime]]:
        rows = session.connection().execute(
            select(_job.c.customer_id, _job.c.title, _job.c.starts_at).where(
                _job.c.company_id == self._company_id, _job.c.customer_id.in_(customer_ids)
            )
        )
        return {(row.customer_id, row.title, row.starts_at) for row in rows}

    def _row(self, visit: Visit, customer_id: str) -> dict[str, Any]:
        return {
            "company_id": self._company_id,
            "id": new_id(),
            "customer_id": customer_id,
            "title": visit.title,
            "description": visit.description,
            "starts_at": visit.starts_at,
            "technician_id": None,
            "report": "",
            "completed_at": visit.starts_at if visit.completed else None,
            "cancelled_at": None,
            "created_at": now(),
        }

    def preview(self, visit: Visit) -> tuple[str, str]:
        """What it would be: a title, and the rest."""
        when = visit.starts_at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
        state = "completed" if visit.completed else "upcoming"
        return visit.title, f"{visit.customer} · {when} · {state}"
