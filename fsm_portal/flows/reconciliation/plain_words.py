"""The recorder's reasons, which are for the log, in words for an office."""

import re

from fsm_portal.domain.company import Company
from fsm_portal.flows.reconciliation.amounts import money

_OTHER_PAYMENT = re.compile(
    r"Stripe says (\d+) ([A-Z]{3}), our checkout attempt (\d+) ([A-Z]{3}) \(minor units\)"
)
_OTHER_REFUND = re.compile(r"Stripe refunded (\d+) ([A-Z]{3}) \(minor units\), we asked for (.+)")


def plain_words(reason: str, company: Company) -> str:
    """``reason`` without our own terms and minor units; one that nobody foresaw as it is."""
    if reason.startswith("no checkout attempt"):
        return (
            "it carries the mark of a payment portal like this one, and no checkout of yours has "
            "that mark"
        )
    if found := _OTHER_PAYMENT.fullmatch(reason):
        said, currency, ours, our_currency = found.groups()
        return (
            f"Stripe says {money(int(said), currency, company)}, your checkout was for "
            f"{money(int(ours), our_currency, company)}"
        )
    if found := _OTHER_REFUND.fullmatch(reason):
        said, currency, rest = found.groups()
        return f"Stripe refunded {money(int(said), currency, company)}, you asked for {rest}"
    return reason.rstrip(".")
