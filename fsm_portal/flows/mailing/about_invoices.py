"""What letters about money have in common: of which invoices they are, how they begin and where
they lead to."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from fsm_portal.domain.balances import invoice_balances
from fsm_portal.domain.mail_text import TextKind
from fsm_portal.flows.mailing.letter_to import LetterTo, page_link
from fsm_portal.flows.mailing.post_office import first_letter_about, own_words
from fsm_portal.gateways.letters import PaidInvoice


@dataclass(frozen=True)
class AboutInvoices:
    """``only`` is the invoice's id where there is just one: the letter leads to it, and ``follows``
    the first that was about it. ``opening`` are the company's own words, if it has any."""

    invoices: tuple[PaidInvoice, ...]
    only: str | None
    link: str
    opening: str
    follows: str | None


def about_invoices(
    session: Session,
    to: LetterTo,
    shares: Iterable[tuple[str, str, int]],
    kind: TextKind | None = None,
) -> AboutInvoices:
    """``shares`` are the invoices' ids and numbers, each with its part in minor units; what is
    owed on them now is looked up. A letter of no ``kind`` has no words of the company's own."""
    of = list(shares)
    company_id = to.company.id
    balances = invoice_balances(session, company_id, [invoice_id for invoice_id, _, _ in of])
    only = of[0][0] if len(of) == 1 else None
    return AboutInvoices(
        invoices=tuple(
            PaidInvoice(invoice_id, number, amount, max(balances[invoice_id].due, 0))
            for invoice_id, number, amount in of
        ),
        only=only,
        link=page_link(to.company, f"invoices/{only}/" if only else ""),
        opening=own_words(session, company_id, kind, to.writer.language) if kind else "",
        follows=first_letter_about(session, company_id, only) if only else None,
    )
