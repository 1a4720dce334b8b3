"""The settings of a demo: the same variables that an installation sets, pointing at loopback."""

import json
import os
import secrets
from pathlib import Path

from fsm_portal.demo.options import Options


def portal_environment(options: Options) -> dict[str, str]:
    """The environment of the portal's process. Settings of the caller's own do not leak in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FSM_")}
    stripe = stripe_url(options)
    own = _secrets(options.data)
    return kept | {
        "FSM_ENVIRONMENT": "demo" if options.command == "demo" else "development",
        "FSM_BASE_URL": base_url(options),
        "FSM_DATA_DIR": str(options.data),
        "FSM_DATABASE_URL": f"sqlite:///{options.data / 'portal.sqlite3'}",
        "FSM_REDIS_URL": "",
        "FSM_SECRET_KEY": own["session_key"],
        "FSM_STRIPE_SECRET_KEY": own["stripe_key"],
        "FSM_STRIPE_API_BASE": stripe,
        "FSM_STRIPE_CONNECT_BASE": stripe,
        "FSM_STRIPE_WEBHOOK_SECRET": own["webhook_secret"],
        "FSM_STRIPE_CONNECT_WEBHOOK_SECRET": own["connect_webhook_secret"],
        "FSM_STRIPE_CONNECT": "true",
        "FSM_STRIPE_CLIENT_ID": "ca_demo",
        "FSM_PLATFORM_FEE_BPS": "150",
        "FSM_SIGN_UP": "true",
        "FSM_SMTP_HOST": "127.0.0.1",
        "FSM_SMTP_PORT": str(options.ports.smtp),
        "FSM_SMTP_SECURITY": "none",
        "FSM_SMTP_USERNAME": "",
        "FSM_SMTP_PASSWORD": "",
        "FSM_MAIL_FROM": "billing@portal.example",
        "FSM_WORKER_IN_APP": "true",
    }


def base_url(options: Options) -> str:
    return f"http://localhost:{options.ports.portal}"


def stripe_url(options: Options) -> str:
    return f"http://localhost:{options.ports.stripe}"


def mail_url(options: Options) -> str:
    return f"http://localhost:{options.ports.mail_page}"


def sandbox_arguments(options: Options) -> list[str]:
    """What to run as the Stripe sandbox. Webhooks go past the pages' server, straight to ours."""
    own = _secrets(options.data)
    port = options.ports.portal if options.command == "demo" else options.ports.backend
    hooks = f"http://127.0.0.1:{port}/stripe/webhooks"
    return [
        "fsm_portal.sandbox",
        *("--port", str(options.ports.stripe)),
        *("--data", str(options.data / "stripe")),
        *("--public-url", stripe_url(options)),
        *("--webhook-platform", hooks),
        *("--webhook-platform-secret", own["webhook_secret"]),
        *("--webhook-connect", f"{hooks}/connect"),
        *("--webhook-connect-secret", own["connect_webhook_secret"]),
    ]


def mail_arguments(options: Options) -> list[str]:
    """What to run as the mail catcher."""
    return [
        "fsm_portal.demo.mail_catcher",
        *("--smtp-port", str(options.ports.smtp)),
        *("--http-port", str(options.ports.mail_page)),
        *("--data", str(options.data)),
    ]


def _secrets(data: Path) -> dict[str, str]:
    """Drawn once for each data folder, so that sessions and webhooks survive a restart."""
    file = data / "secrets.json"
    if file.exists():
        return dict(json.loads(file.read_text()))
    drawn = {
        "session_key": secrets.token_hex(32),
        "stripe_key": f"sk_test_{secrets.token_hex(16)}",
        "webhook_secret": f"whsec_{secrets.token_hex(16)}",
        "connect_webhook_secret": f"whsec_{secrets.token_hex(16)}",
    }
    file.touch(mode=0o600)
    file.write_text(json.dumps(drawn))
    return drawn
