"""Something for a person to look at."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope

# After that, nobody is going to call about it any more.
RECENT = timedelta(days=30)
SHOWN_OF_A_KIND = 5

# Where something is settled, and who may settle it there.
RECONCILIATION = "/dashboard/reconciliation/"
STRIPE_SETTINGS = "/dashboard/settings/payment-processing/"
DISPUTES = "/dashboard/payments/?show=disputes"
REFUNDS = "/dashboard/payments/?show=refunds"
_ONLY_FOR = {RECONCILIATION: May.RECONCILE, STRIPE_SETTINGS: May.CONNECT_STRIPE}


@dataclass(frozen=True)
class Alert:
    """Something for a person to look at; ``invoice_id`` is what it is about, or empty.

    ``to`` is the page where it is looked into: the invoice's, if nothing else is said.
    """

    id: str
    title: str
    text: str
    tone: Literal["bad", "warn"]
    invoice_id: str = ""
    to: str = ""


def with_its_place(alert: Alert, scope: Scope) -> Alert:
    """The alert with a way on that these eyes may go; none where there is none for them."""
    to = alert.to or (f"/dashboard/invoices/{alert.invoice_id}/" if alert.invoice_id else "")
    needed = _ONLY_FOR.get(to)
    return replace(alert, to=to if needed is None or scope.may(needed) else "")
