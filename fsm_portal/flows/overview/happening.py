"""A happening: one line of what happened lately, and when that was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.flows.payment_rows import InvoiceLink
from fsm_portal.gateways.recent import recently

_LIST = "/dashboard/payments/"

Tone = Literal["good", "bad", "warn", "quiet"]


@dataclass(frozen=True)
class Happening:
    """One event: a sentence, its circumstances, the numbers of the invoices, and its tone.

    ``to`` is the page that it leads to: the invoice that it is about, or the list that it is in.
    """

    id: str
    title: str
    note: str
    about: str
    tone: Tone
    to: str


@dataclass(frozen=True)
class Dated:
    at: datetime
    happening: Happening


def dated(
    company: Company,
    at: datetime,
    event_id: str,
    title: str,
    note: str,
    invoices: Sequence[InvoiceLink],
    tone: Tone,
) -> Dated:
    when = recently(at, company.time_zone, company.locale, now())
    numbers = ", ".join(link.number for link in invoices)
    happening = Happening(
        id=event_id,
        title=title,
        note=f"{when} · {note}" if note else when,
        about="" if numbers in title else numbers,
        tone=tone,
        to=f"/dashboard/invoices/{invoices[0].id}/" if len(invoices) == 1 else _LIST,
    )
    return Dated(at, happening)
