"""Who asks for what: the context that every verb of the sandbox is handed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsm_portal.sandbox.sandbox import Sandbox
    from fsm_portal.sandbox.store import Store


@dataclass(frozen=True)
class Call:
    """One request (or one scheduled task, then without ``request_id``) on one account's behalf."""

    sandbox: "Sandbox"
    account: str
    request_id: str | None = None
    idempotency_key: str | None = None
    secret_key: str = ""

    @property
    def store(self) -> "Store":
        return self.sandbox.store

    @property
    def on_platform(self) -> bool:
        """Whether this is the platform's own account rather than a connected one."""
        return self.account == self.sandbox.settings.platform

    @property
    def platform_call(self) -> "Call":
        """The same request as it touches the platform's own account (application fees)."""
        return Call(
            self.sandbox,
            self.sandbox.settings.platform,
            self.request_id,
            self.idempotency_key,
            self.secret_key,
        )
