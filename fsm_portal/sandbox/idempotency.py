"""Idempotency keys: an answer is kept for a day and given again, to the same request only.

Source: docs.stripe.com/api/idempotent_requests.
"""

import hashlib
import json
from dataclasses import dataclass

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.errors import StripeError
from fsm_portal.sandbox.form import Form
from fsm_portal.sandbox.store import Store

KEPT_FOR = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """A response that was given before."""

    status: int
    body: str
    request_id: str


def fingerprint(form: Form) -> str:
    """The same for the same parameters in any order."""
    return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def recalled(store: Store, account: str, key: str, endpoint: str, params: str) -> Answer | None:
    """The kept answer, None for a new key. Raises 400 when the key was used for something else."""
    if len(key) > 255:
        raise StripeError(
            400,
            "Idempotency-Key must be at most 255 characters.",
            type="idempotency_error",
            remembered=False,
        )
    found = store.db.execute(
        "SELECT endpoint, params, status, body, request_id, created FROM idempotency"
        " WHERE account = ? AND key = ?",
        (account, key),
    ).fetchone()
    if found is None:
        return None
    then, before, status, body, request_id, created = found
    if created < clock.now() - KEPT_FOR:
        store.db.execute("DELETE FROM idempotency WHERE account = ? AND key = ?", (account, key))
        return None
    other = f" Try using a key other than '{key}' if you meant to execute a different request."
    if then != endpoint:
        raise StripeError(
            400,
            "Keys for idempotent requests can only be used for the same endpoint they were first "
            f"used for ('{endpoint.split(' ')[1]}' vs '{then.split(' ')[1]}').{other}",
            type="idempotency_error",
            remembered=False,
        )
    if before != params:
        raise StripeError(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with.{other}",
            type="idempotency_error",
            remembered=False,
        )
    return Answer(status, body, request_id)


def keep(store: Store, account: str, key: str, endpoint: str, params: str, answer: Answer) -> None:
    """Remember what was answered; inside the transaction of the work itself."""
    store.db.execute(
        "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            account,
            key,
            endpoint,
            params,
            answer.status,
            answer.body,
            answer.request_id,
            clock.now(),
        ),
    )


def prune(store: Store) -> None:
    """Forget keys older than a day."""
    store.db.execute("DELETE FROM idempotency WHERE created < ?", (clock.now() - KEPT_FOR,))


def in_use(key: str) -> StripeError:
    """409: the first request with this key is still being worked on."""
    return StripeError(
        409,
        "There is currently another in-progress request using this Idempotent Key (that probably "
        "means you submitted twice, and the other request is still going through): "
        f"{key}. Please try again later.",
        code="idempotency_key_in_use",
        remembered=False,
    )
