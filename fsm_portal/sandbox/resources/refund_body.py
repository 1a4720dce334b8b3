"""The shape of a refund object, and how it changes on its way."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.ids import random_text
from fsm_portal.sandbox.store import Json


def build(
    refund_id: str,
    charge: Json,
    amount: int,
    *,
    reason: str | None,
    metadata: dict[str, str],
    pending: bool,
) -> Json:
    """A refund of ``amount`` minor units; its balance transaction is filled in by the caller."""
    method = charge["payment_method_details"]["type"]
    body: Json = {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": clock.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }
    if method == "card":
        body["destination_details"] = {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "pending" if pending else "refund",
            },
            "type": "card",
        }
    if pending:
        body["pending_reason"] = "processing"
    return body


def arrived(body: Json) -> Json:
    """The refund reached the customer; returns what was different before."""
    before = {"status": body["status"], "pending_reason": body.pop("pending_reason")}
    body["status"] = "succeeded"
    if details := body.get("destination_details", {}).get("card"):
        before["destination_details"] = {"card": {"reference_status": "pending", "type": "pending"}}
        details.update(reference=random_text(16), reference_status="available", type="refund")
    return before


def came_back(body: Json, status: str, transaction: str) -> Json:
    """The refund failed or was canceled; returns what was different before."""
    before: Json = {"status": body["status"], "failure_balance_transaction": None}
    if "pending_reason" in body:
        before["pending_reason"] = body.pop("pending_reason")
    body.update(status=status, failure_balance_transaction=transaction)
    if status == "failed":
        before["failure_reason"] = None
        body["failure_reason"] = "expired_or_canceled_card"
    return before
