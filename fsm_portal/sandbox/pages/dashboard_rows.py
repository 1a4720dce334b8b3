"""What each tab of the dashboard shows, ready for its template."""

from datetime import UTC, datetime

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.faults import REQUEST_KINDS, WEBHOOK_KINDS
from fsm_portal.sandbox.listing import field_is
from fsm_portal.sandbox.resources import balance, charge_details, dispute_body
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json, Row

SHOWN = 50


def at(moment: float) -> str:
    """``21 Nov 09:05:12``, UTC."""
    return f"{datetime.fromtimestamp(moment, UTC):%d %b %H:%M:%S}"


def clock_shown() -> Json:
    """The sandbox's own time, and how far it is ahead."""
    ahead = round(clock.ahead())
    days, rest = divmod(ahead, 24 * 3600)
    far = f"{days} d {rest // 3600} h" if days else f"{rest // 3600} h {rest % 3600 // 60} min"
    now = datetime.fromtimestamp(clock.now(), UTC)
    return {"now": f"{now:%a %d %b %Y, %H:%M}", "ahead": far if ahead else ""}


def payments(sandbox: Sandbox, account: str) -> Json:
    """Charges, newest first, with what was taken off and what went back."""
    own = balance.balance(Call(sandbox, account))
    found = sandbox.store.rows(account, "charge", limit=SHOWN)
    pairs = zip(own["available"], own["pending"], strict=True)
    return {
        "balances": [
            {"currency": now["currency"], "available": now["amount"], "pending": later["amount"]}
            for now, later in pairs
        ],
        "payments": [_payment(sandbox, row) for row in found],
        "reasons": dispute_body.REASONS,
    }


def _payment(sandbox: Sandbox, row: Row) -> Json:
    body, store = row.body, sandbox.store
    booked = store.row(row.account, "balance_transaction", body["balance_transaction"] or "")
    refunds = store.rows(row.account, "refund", where=[field_is("charge", row.id)], limit=20)
    left = body["amount"] - body["amount_refunded"]
    return {
        **body,
        "at": at(body["created"]),
        "means": charge_details.spoken(body),
        "settled": booked.body if booked else None,
        "state": _state(body),
        "left": left,
        "can_refund": body["paid"] and left > 0 and not row.hidden.get("charged_back"),
        "can_dispute": body["paid"] and left > 0 and not body["disputed"],
        "made": [{**each.body, "at": at(each.body["created"])} for each in refunds],
    }


def _state(body: Json) -> tuple[str, str]:
    """Words and colour."""
    if body["status"] != "succeeded":
        return ("Failed", "bad") if body["status"] == "failed" else ("Processing", "late")
    if body["disputed"]:
        return "Disputed", "bad"
    if body["refunded"]:
        return "Refunded", ""
    return ("Partly refunded", "late") if body["amount_refunded"] else ("Succeeded", "good")


_DISPUTE_STATES = {"won": "good", "lost": "bad", "warning_closed": "", "needs_response": "late"}


def disputes(sandbox: Sandbox, account: str) -> Json:
    """Disputes, newest first."""
    return {
        "disputes": [
            {
                **row.body,
                "at": at(row.body["created"]),
                "due": at(row.body["evidence_details"]["due_by"]),
                "colour": _DISPUTE_STATES.get(row.body["status"], "late"),
                "open": row.body["status"] not in ("won", "lost", "warning_closed"),
                "inquiry": row.body["status"].startswith("warning_"),
                "moved": sum(each["net"] for each in row.body["balance_transactions"]),
            }
            for row in sandbox.store.rows(account, "dispute", limit=SHOWN)
        ]
    }


def payouts(sandbox: Sandbox, account: str) -> Json:
    """Payouts with what each is made of."""
    found = []
    for row in sandbox.store.rows(account, "payout", limit=SHOWN):
        inside = sandbox.store.rows(
            account,
            "balance_transaction",
            where=[("json_extract(hidden, '$.payout') = ?", [row.id])],
            limit=200,
        )
        parts = [each.body for each in inside if each.body["type"] != "payout"]
        arrives = datetime.fromtimestamp(row.body["arrival_date"], UTC)
        found.append(
            {
                **row.body,
                "at": at(row.body["created"]),
                "arrives": f"{arrives:%a %d %b}",
                "colour": {"paid": "good", "failed": "bad"}.get(row.body["status"], "late"),
                "parts": parts,
            }
        )
    own = balance.balance(Call(sandbox, account))
    return {"payouts": found, "available": [e for e in own["available"] if e["amount"] > 0]}


def events(sandbox: Sandbox, account: str) -> Json:
    """Events with how their deliveries went."""
    found = []
    for row in sandbox.store.rows(account, "event", limit=SHOWN):
        sent = sandbox.store.db.execute(
            "SELECT state, attempts, status, problem FROM deliveries WHERE event = ? ORDER BY id",
            (row.id,),
        ).fetchall()
        found.append(
            {
                "id": row.id,
                "type": row.body["type"],
                "about": row.body["data"]["object"]["id"],
                "at": at(row.body["created"]),
                "deliveries": [
                    {
                        "words": f"{state} · {status or problem or 'waiting'}"
                        + (f" · {attempts} tries" if attempts > 1 else ""),
                        "colour": {"delivered": "good", "failed": "bad"}.get(state, "late"),
                    }
                    for state, attempts, status, problem in sent
                ],
            }
        )
    return {"events": found}


WAITING = {
    "bank_debit.settle": "The bank answers a debit",
    "charge.settle": "The fees of a payment are known",
    "dispute.decide": "A dispute is decided",
    "dispute.fall_due": "The time to answer a dispute ends",
    "dispute.open": "The cardholder's bank disputes",
    "payout.arrive": "A payout is at the bank",
    "payout.pay_out": "What is available is paid out",
    "refund.arrive": "A refund arrives",
    "refund.come_back": "A refund comes back",
}


def _open_sessions(sandbox: Sandbox, account: str) -> Json | None:
    """How many can still be paid, and when the first of them expires."""
    many, first = sandbox.store.db.execute(
        "SELECT count(*), min(json_extract(body, '$.expires_at')) FROM objects"
        " WHERE kind = 'checkout.session' AND account = ?"
        " AND json_extract(body, '$.status') = 'open'",
        (account,),
    ).fetchone()
    return {"many": many, "at": at(first)} if many else None


def clock_and_faults(sandbox: Sandbox, account: str) -> Json:
    """What waits for the clock, and what is broken on purpose."""
    waiting = sandbox.store.db.execute(
        "SELECT task, subject, due FROM schedule WHERE account = ?"
        " AND task != 'checkout_session.expire' ORDER BY due LIMIT 12",
        (account,),
    ).fetchall()
    return {
        "waiting": [
            {"task": WAITING.get(task, task), "subject": subject, "at": at(due)}
            for task, subject, due in waiting
        ],
        "open_sessions": _open_sessions(sandbox, account),
        "faults": [fault.shown() for fault in sandbox.faults.all()],
        "webhook_kinds": WEBHOOK_KINDS,
        "request_kinds": REQUEST_KINDS,
    }
