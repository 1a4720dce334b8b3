"""What the buttons of the dashboard do: the sandbox's own endpoints, pressed by hand."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from fsm_portal.sandbox import control_clock, control_faults, control_money, money
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.resources import charge as charges
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json

Sent = dict[str, str]


def _refund(sandbox: Sandbox, account: str, sent: Sent) -> None:
    wanted = dict(sent)
    if "amount" in sent:
        wanted["amount"] = str(_minor(sandbox, account, sent))
    control_money.refund(sandbox, control_money.REFUND.read({**wanted, "account": account}))


def _settle_refund(sandbox: Sandbox, account: str, sent: Sent) -> None:
    _own(sandbox, account, "refund", sent)
    control_money.refund(sandbox, control_money.REFUND.read(sent))


def _dispute(sandbox: Sandbox, account: str, sent: Sent) -> None:
    _own(sandbox, account, "charge" if "charge" in sent else "dispute", sent)
    control_money.dispute(sandbox, control_money.DISPUTE.read(sent))


def _pay_out(sandbox: Sandbox, account: str, _sent: Sent) -> None:
    control_money.payout(sandbox, {"account": account})


def _settle_payout(sandbox: Sandbox, account: str, sent: Sent) -> None:
    _own(sandbox, account, "payout", sent)
    control_money.payout(sandbox, control_money.PAYOUT.read(sent))


def _hurry(sandbox: Sandbox, account: str, _sent: Sent) -> None:
    control_clock.hurry(sandbox, {"account": account})


def _advance(sandbox: Sandbox, _account: str, sent: Sent) -> None:
    control_clock.move(sandbox, control_clock.CLOCK.read(sent))


def _fault(sandbox: Sandbox, account: str, sent: Sent) -> None:
    wanted = {name: text for name, text in sent.items() if name != "everywhere"}
    if "everywhere" not in sent and sent.get("kind") != "down":
        wanted["account"] = account
    if "percent" in wanted:
        percent = _number(wanted.pop("percent"))
        wanted["rate"] = f"{min(percent, Decimal(100)) / 100:.4f}"
    control_faults.add(sandbox, control_faults.FAULT.read(wanted))


def _heal(sandbox: Sandbox, _account: str, sent: Sent) -> None:
    control_faults.heal(sandbox, control_faults.HEAL.read(sent))


def _send_again(sandbox: Sandbox, account: str, sent: Sent) -> None:
    row = sandbox.store.row(account, "event", sent.get("event", ""))
    if row is None:
        raise invalid("There is no such event.")
    with sandbox.store.transaction():
        targets = sandbox.deliveries.endpoints(account, row.body["type"])
        sandbox.deliveries.queue(account, row.id, targets)


def _replay(sandbox: Sandbox, account: str, sent: Sent) -> None:
    params = control_faults.REPLAY.read({**sent, "account": account})
    control_faults.replay(sandbox, params)


def _own(sandbox: Sandbox, account: str, kind: str, sent: Sent) -> None:
    if sandbox.store.row(account, kind, sent.get(kind, "")) is None:
        raise invalid(f"This account has no such {kind}.", kind)


def _minor(sandbox: Sandbox, account: str, sent: Sent) -> int:
    """An amount as a person types it (``12.50``) in minor units of its charge's currency."""
    _own(sandbox, account, "charge", sent)
    row = sandbox.store.row(account, charges.NOUN.kind, sent["charge"])
    body: Json = row.body if row else {}
    exact = _number(sent["amount"]).scaleb(money.decimals(body["currency"]))
    if exact != exact.to_integral_value():
        raise invalid(f"{sent['amount']} has too many decimals.", "amount")
    return int(exact)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < 10**9:
        raise invalid(f"{text} is not a number that can be used here.")
    return number


ACTS: dict[str, Callable[[Sandbox, str, Sent], None]] = {
    "refund": _refund,
    "settle_refund": _settle_refund,
    "dispute": _dispute,
    "pay_out": _pay_out,
    "settle_payout": _settle_payout,
    "hurry": _hurry,
    "advance": _advance,
    "fault": _fault,
    "heal": _heal,
    "send_again": _send_again,
    "replay": _replay,
}
