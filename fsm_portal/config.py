"""Settings of one installation, read once from the environment. The only reader of it."""

import secrets
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# RFC 7518, 3.2: a key for HS256, which signs the session cookies, has at least as many bytes.
SHORTEST_SECRET_KEY = 32


class Settings(BaseSettings):
    """Every field is an environment variable with the prefix ``FSM_`` (see the README's table)."""

    model_config = SettingsConfigDict(
        env_prefix="FSM_",
        env_file=".env",
        extra="ignore",
        frozen=True,
        # A complaint ends in a log, and the value may be a secret.
        hide_input_in_errors=True,
    )

    environment: Literal["demo", "development", "production"] = "development"
    base_url: str = "http://localhost:8000"
    data_dir: Path = Path(".demo")
    database_url: str = ""
    redis_url: str | None = None
    # Addresses of the reverse proxies whose X-Forwarded-For is believed, separated by commas.
    # Without them every visitor behind a proxy counts as one client.
    trusted_proxies: str = Field(default="", pattern=r"^[0-9a-fA-F.:/, ]*$")
    # Signs session cookies. Without one a random key is drawn: sessions then end at a restart.
    secret_key: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_hex(32)))

    stripe_secret_key: SecretStr = SecretStr("")
    # Where the SDK sends its requests; None means Stripe's own addresses.
    stripe_api_base: str | None = None
    stripe_connect_base: str | None = None
    # An empty secret switches that webhook endpoint off; signatures are never skipped.
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_connect_webhook_secret: SecretStr = SecretStr("")
    # False: one company on its own Stripe account, no Connect, no platform fee.
    stripe_connect: bool = True
    platform_fee_bps: int = Field(default=150, ge=0, le=10_000)

    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    mail_from: str = "billing@localhost"

    log_format: Literal["text", "json"] = "text"
    log_level: str = "INFO"
    # True: the web process drains the outbox too. False where `bin/portal worker` runs beside it.
    worker_in_app: bool = True
    invoice_link_hours: int = Field(default=72, ge=1, le=24 * 90)
    requested_link_minutes: int = Field(default=10, ge=1, le=24 * 60)
    session_days: int = Field(default=30, ge=1, le=365)

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        length = len(key.get_secret_value().encode())
        if length < SHORTEST_SECRET_KEY:
            raise ValueError(
                f"FSM_SECRET_KEY has {length} bytes and needs at least {SHORTEST_SECRET_KEY}; "
                "`openssl rand -hex 32` makes a good one"
            )
        return key

    @field_validator("data_dir")
    @classmethod
    def _wherever_we_go(cls, value: Path) -> Path:
        """Of the caller's folder: the server changes to the project's own."""
        return value.resolve()

    @model_validator(mode="after")
    def _production_is_explicit(self) -> Self:
        if self.environment == "production":
            if "secret_key" not in self.model_fields_set:
                raise ValueError("FSM_SECRET_KEY must be set in production")
            if not self.base_url.startswith("https://"):
                raise ValueError("FSM_BASE_URL must begin with https:// in production")
        return self

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database; by default a SQLite file in ``data_dir``."""
        return self.database_url or f"sqlite:///{self.data_dir / 'portal.sqlite3'}"

    @property
    def stripe_livemode(self) -> bool:
        """Whether the key is a live one: https://docs.stripe.com/keys."""
        return self.stripe_secret_key.get_secret_value().startswith(("sk_live_", "rk_live_"))

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry ``Secure``: always, but on plain http (loopback)."""
        return self.base_url.startswith("https://")


@cache
def settings() -> Settings:
    """The settings of this process, read at the first call."""
    return Settings()
