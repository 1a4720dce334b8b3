"""The proof per currency, and in words the rows that break it."""

from sqlalchemy import select
from sqlmodel import Session

from fsm_portal.domain.balance_transaction import BalanceTransaction
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.stripe_sweep import StripeBalance
from fsm_portal.flows.reconciliation.amounts import money
from fsm_portal.flows.reconciliation.plain_words import plain_words
from fsm_portal.flows.reconciliation.reconcile import Difference, Proof, Why, differences, proofs
from fsm_portal.flows.reconciliation.view import DifferenceView, ProofView, Tone
from fsm_portal.flows.reconciliation.whose import Whose, whose
from fsm_portal.gateways.recent import recently

_transaction = table_of(BalanceTransaction)
_balance = table_of(StripeBalance)

# Rows that are shown of a currency; that there are more is said.
_SHOWN = 25
_LISTED = 1000

_WHY: dict[Why, str] = {
    Why.STRIPE_HAS_NOT_TOLD: "Stripe has not told us yet what it came to. That takes minutes.",
    Why.FEES_ARE_PENDING: "Its fees are being looked up.",
    Why.EVENT_MAY_COME: "Stripe has it and word of it is still on its way to us.",
    Why.NOT_AT_STRIPE: "It is on our books, and Stripe’s do not show it.",
    Why.NOT_ON_OUR_BOOKS: "Stripe has it, and nothing on our books goes with it.",
    Why.DISAGREES: "The two amounts are not the same.",
}


def proof_views(session: Session, company: Company) -> tuple[ProofView, ...]:
    """One for each currency that there was ever money in, the company's own first."""
    connection = session.connection()
    found = differences(connection, company.id, limit=_LISTED)
    names = whose(session, company.id, {each.source for each in found})
    told = _told(session, company.id, found)
    held = _held(session, company)
    views = []
    every = {company.currency: Proof(company.currency, 0, 0)}
    every |= {proof.currency: proof for proof in proofs(connection, company.id)}
    for currency in sorted(every, key=lambda each: (each != company.currency, each)):
        proof = every[currency]
        of_it = [each for each in found if each.currency == currency]
        if not (proof.ledger or proof.stripe or of_it or currency == company.currency):
            continue
        shown = [_row(each, company, names, told) for each in of_it[:_SHOWN]]
        off = [each for each in of_it if not each.why.passes]
        state, words = _state(len(of_it), len(off))
        views.append(
            ProofView(
                currency=currency,
                ledger=money(proof.ledger, currency, company),
                stripe=money(proof.stripe, currency, company),
                difference=money(proof.difference, currency, company),
                state="off" if state == "bad" else "waiting" if state == "info" else "balanced",
                words=words,
                held=held.get(currency, ""),
                rows=tuple(shown),
                more=_more(len(of_it) - len(shown)),
            )
        )
    return tuple(views)


def _state(rows: int, off: int) -> tuple[Tone, str]:
    if not rows:
        return "good", "Our books and Stripe’s say the same, to the last digit."
    if not off:
        return "info", "Nothing is wrong: what differs is on its way and settles by itself."
    count = "One thing does" if off == 1 else f"{off:,} things do"
    return "bad", f"{count} not match. Each is listed below with what it means."


def _row(
    each: Difference, company: Company, names: dict[str, Whose], told: dict[str, tuple[str, str]]
) -> DifferenceView:
    described, unmatched = told.get(each.source, ("", ""))
    name = names.get(each.source) or Whose(described or _KINDS.get(each.source[:3], "Money"))
    why = _WHY[each.why]
    if unmatched:
        why = f"{why} We could not place it: {plain_words(unmatched, company)}."
    return DifferenceView(
        id=f"{each.source} {each.currency}",
        what=name.what,
        when=recently(each.since, company.time_zone, company.locale, now()),
        ledger="—" if each.ledger is None else money(each.ledger, each.currency, company),
        stripe="—" if each.stripe is None else money(each.stripe, each.currency, company),
        why=why,
        tone="info" if each.why.passes else "bad",
        reference=each.source,
        invoice_id=name.invoice_id,
    )


_KINDS = {"ch_": "Payment", "py_": "Payment", "re_": "Refund", "pyr": "Refund", "po_": "Payout"}


def _told(session: Session, company_id: str, found: list[Difference]) -> dict[str, tuple[str, str]]:
    """Per source what Stripe calls it, and why it could not be placed."""
    sources = [each.source for each in found[: _SHOWN * 4]]
    rows = session.connection().execute(
        select(
            _transaction.c.id,
            _transaction.c.source_id,
            _transaction.c.description,
            _transaction.c.unmatched,
        ).where(
            _transaction.c.company_id == company_id,
            _transaction.c.source_id.in_(sources) | _transaction.c.id.in_(sources),
        )
    )
    told: dict[str, tuple[str, str]] = {}
    for row in rows:
        for source in (row.id, row.source_id):
            told[source] = (row.description, row.unmatched)
    return told


def _held(session: Session, company: Company) -> dict[str, str]:
    rows = session.connection().execute(
        select(_balance).where(
            _balance.c.company_id == company.id,
            _balance.c.account_id == company.stripe_account_id,
        )
    )
    return {
        row.currency: (
            f"At Stripe, {recently(row.asked_at, company.time_zone, company.locale, now())}: "
            f"{money(row.available, row.currency, company)} can be paid out, "
            f"{money(row.pending, row.currency, company)} is still settling."
        )
        for row in rows
    }


def _more(count: int) -> str:
    return f"And {count:,} more, the oldest are shown." if count > 0 else ""
