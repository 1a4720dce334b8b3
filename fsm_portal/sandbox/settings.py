"""How one sandbox is set up, by the flags of its command."""

from dataclasses import dataclass, field
from pathlib import Path

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class WebhookTarget:
    """An endpoint that exists from the start, with a secret chosen by whoever starts the sandbox.

    ``name`` makes its id, so that a restart with another address moves the same endpoint.
    """

    name: str
    url: str
    secret: str
    connect: bool


@dataclass(frozen=True)
class Settings:
    """``settle_delay``: seconds from a payment until its fees are known (``charge.updated``).

    ``async_delay``: seconds until what takes days in life has happened: a refund on its way, a bank
    debit, a dispute that a test card brings.
    """

    port: int
    data: Path
    public_url: str
    # Any secret key that begins so is the platform's.
    key_prefix: str = "sk_test_"
    platform: str = "acct_1SandboxPlatform000"
    application: str = "ca_SandboxPlatform0000000000000000"
    settle_delay: float = 0.5
    async_delay: float = 10.0
    webhooks: tuple[WebhookTarget, ...] = field(default=())
    # A directory that gets a line for each exchange and event (record.py).
    record: Path | None = None
