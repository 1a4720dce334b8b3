"""Settings of one installation, read once from the environment. The only reader of it."""

import os
import secrets
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from fsm_portal import setting_values
from fsm_portal.setting_values import ROOT

PREFIX = "FSM_"
# The sweep asks Stripe for 30 days of events: what it may meet again is kept a little longer.
SHORTEST_INBOX_DAYS = 35

_Days = Annotated[int, Field(ge=1, le=3650)]


class WrongSettings(ValueError):
    """One line for each wrong setting: its variable, what it is for, what is right."""


class Settings(BaseSettings):
    """Every field is an environment variable with the prefix ``FSM_``, or a line of ``.env`` in
    the project's folder (see docs/running.md). A relative path is one of that folder.

    A field's description says what it is for; whoever set it wrong is told so.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ROOT / ".env",
        extra="ignore",
        frozen=True,
        # A complaint ends in a log, and the value may be a secret.
        hide_input_in_errors=True,
    )

    environment: Literal["demo", "development", "production"] = Field(
        default="development", description="`production` insists on a secret key and https"
    )
    base_url: str = Field(
        default="http://localhost:8000",
        description="the portal's public address; every link in a mail begins with it",
    )
    data_dir: Path = Field(
        default=Path("data"), description="the folder in which the embedded database lies"
    )
    database_url: str = Field(default="", description="the database, where it is not the embedded")
    redis_url: str | None = Field(
        default=None, description="the Redis server that several processes talk over"
    )
    # Without them every visitor behind a proxy counts as one client.
    trusted_proxies: str = Field(
        default="", description="the reverse proxies whose X-Forwarded-For is believed"
    )
    # Without one a random key is drawn: sessions then end at a restart.
    secret_key: SecretStr = Field(
        default_factory=lambda: SecretStr(secrets.token_hex(32)),
        description="signs session cookies",
    )

    stripe_secret_key: SecretStr = Field(
        default=SecretStr(""), description="your platform's key, with which Stripe is asked"
    )
    # None means Stripe's own addresses.
    stripe_api_base: str | None = Field(default=None, description="where Stripe's API is")
    stripe_connect_base: str | None = Field(default=None, description="where Stripe Connect is")
    # An empty secret switches that webhook endpoint off; signatures are never skipped.
    stripe_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="proves that events of your own account are Stripe's"
    )
    stripe_connect_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="proves that events of connected accounts are Stripe's"
    )
    stripe_connect: bool = Field(
        default=True, description="`false`: one company on your own Stripe account, no platform fee"
    )
    # Without one, companies join by Stripe's onboarding only, not with an account they have.
    stripe_client_id: str = Field(
        default="", description="your platform's client id, for accounts that exist already"
    )
    platform_fee_bps: int = Field(
        default=150,
        ge=0,
        le=10_000,
        description="what this installation takes of each payment, in basis points",
    )

    # Off: an installation takes in nobody whom its operator does not know.
    sign_up: bool = Field(
        default=False, description="`true` lets new companies sign themselves up at /sign-up"
    )

    smtp_host: str = Field(default="localhost", description="the mail server")
    smtp_port: int = Field(default=25, ge=1, le=65_535, description="the mail server's port")
    smtp_username: str = Field(default="", description="the login at the mail server")
    smtp_password: SecretStr = Field(
        default=SecretStr(""), description="the password at the mail server"
    )
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        default="none", description="how the connection to the mail server is encrypted"
    )
    mail_from: str = Field(default="billing@localhost", description="the sender of every mail")

    # Where reports of letters that did not arrive come in: a webhook, a mailbox, or neither.
    bounce_secret: SecretStr = Field(
        default=SecretStr(""),
        description="the secret of a mail provider that calls /mail/bounces",
    )
    imap_host: str = Field(
        default="", description="the IMAP server of the mailbox that bounces come back to"
    )
    imap_port: int = Field(default=993, ge=1, le=65_535, description="the IMAP server's port")
    imap_username: str = Field(default="", description="the login at the IMAP server")
    imap_password: SecretStr = Field(
        default=SecretStr(""), description="the password at the IMAP server"
    )
    imap_security: Literal["none", "tls"] = Field(
        default="tls", description="how the connection to the IMAP server is encrypted"
    )
    imap_folder: str = Field(
        default="INBOX", description="the folder of that mailbox in which bounces lie"
    )
    mail_threads: int = Field(
        default=2, ge=1, le=8, description="how many letters each worker sends beside each other"
    )

    log_format: Literal["text", "json"] = Field(default="text", description="how log lines look")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field(
        default="INFO", description="the least important log lines that are written"
    )
    worker_in_app: bool = Field(
        default=True, description="`false` where `bin/portal worker` runs as a process of its own"
    )
    invoice_link_hours: int = Field(
        default=72,
        ge=1,
        le=24 * 90,
        description="how many hours the link in an invoice mail signs its customer in",
    )
    requested_link_minutes: int = Field(
        default=10,
        ge=1,
        le=24 * 60,
        description="how many minutes a link that somebody asked for is good",
    )
    session_days: int = Field(default=30, ge=1, le=365, description="how many days a sign-in lasts")

    keep_links_days: _Days = Field(
        default=180,
        description="how many days after its end a sign-in link still offers a fresh one",
    )
    keep_sessions_days: _Days = Field(
        default=90, description="how many days sign-ins that are over are kept"
    )
    keep_outbox_days: _Days = Field(
        default=90, description="how many days notes of work that was done are kept"
    )
    keep_event_days: int = Field(
        default=90,
        ge=SHORTEST_INBOX_DAYS,
        le=3650,
        description="how many days the text of Stripe's events is kept",
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    _base_url = field_validator("base_url")(setting_values.origin)
    _stripe = field_validator("stripe_api_base", "stripe_connect_base")(setting_values.maybe_web)
    _database = field_validator("database_url")(setting_values.database_address)
    _redis = field_validator("redis_url")(setting_values.redis_address)
    _proxies = field_validator("trusted_proxies")(setting_values.networks)
    _key = field_validator("secret_key")(setting_values.long_enough)
    _stripe_key = field_validator("stripe_secret_key")(setting_values.stripe_key)
    _client_id = field_validator("stripe_client_id")(setting_values.client_id)
    _webhooks = field_validator("stripe_webhook_secret", "stripe_connect_webhook_secret")(
        setting_values.signing_secret
    )
    _sender = field_validator("mail_from")(setting_values.mailbox)
    _folder = field_validator("data_dir")(setting_values.folder)

    @model_validator(mode="after")
    def _production_is_explicit(self) -> Self:
        if self.environment == "production":
            wrong = []
            if "secret_key" not in self.model_fields_set:
                wrong += [
                    "FSM_SECRET_KEY must be set in production; `openssl rand -hex 32` makes one."
                ]
            if not self.base_url.startswith("https://"):
                wrong += ["FSM_BASE_URL must begin with https:// in production."]
            if wrong:
                raise ValueError("\n".join(wrong))
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
    """The settings of this process, read at the first call. Raises WrongSettings."""
    try:
        return Settings()
    except ValidationError as refused:
        lines = [_complaint(error) for error in refused.errors(include_input=False)]
        raise WrongSettings("\n".join(lines)) from None


def unknown_variables() -> list[str]:
    """A line for each ``FSM_`` variable that is no setting: a slip of the pen is easily made."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    lines = []
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name.upper() not in known:
            close = get_close_matches(name, known, 1, 0.8)
            hint = f": did you mean {close[0]}?" if close else " and is not used."
            lines.append(f"{name} is no setting{hint}")
    return lines


def _complaint(error: Any) -> str:
    """One line about one wrong setting; never its value, which may be a secret."""
    right = str(error.get("ctx", {}).get("error", "")) or _right(error)
    if not error["loc"]:
        return right
    name = str(error["loc"][0])
    about = Settings.model_fields[name].description
    return f"{PREFIX}{name.upper()} is wrong ({about}). It has to be: {right}."


def _right(error: Any) -> str:
    """What would be right, in words of ours where pydantic's are a programmer's."""
    kind, context = error["type"], error.get("ctx", {})
    bounds = {"ge": "at least", "le": "at most"}
    if kind == "literal_error":
        return str(context["expected"])
    if kind.startswith("bool"):
        return "true or false"
    if kind.startswith("int"):
        return "a whole number"
    words = [f"{bounds[name]} {value}" for name, value in context.items() if bounds.get(name)]
    return f"a whole number, {' and '.join(words)}" if words else str(error["msg"])
