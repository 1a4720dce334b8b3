"""The shape of a v2 account: the same account as v1 shows, told in v2's words."""

from datetime import UTC, datetime

from fsm_portal.sandbox.store import Json, Row

# What is only shown when asked for (``include``); else it is null.
INCLUDABLE = (
    "configuration.customer",
    "configuration.merchant",
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
)
# v2's names of the capabilities that exist here -> v1's.
CAPABILITIES = {
    "ach_debit_payments": "us_bank_account_ach_payments",
    "card_payments": "card_payments",
    "sepa_debit_payments": "sepa_debit_payments",
}


def told_at(moment: int) -> str:
    """A timestamp as v2 writes it."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def build(row: Row, include: list[str]) -> Json:
    """The account in ``row`` with the parts named in ``include``."""
    body, own = row.body, row.hidden.get("v2", {})
    configuration: Json | None = None
    if any(name.startswith("configuration.") for name in include):
        merchant = _merchant(body, own) if "configuration.merchant" in include else None
        configuration = {"customer": None, "merchant": merchant, "recipient": None}
    return {
        "id": row.id,
        "object": "v2.core.account",
        "applied_configurations": ["merchant"],
        "closed": bool(own.get("closed")),
        "configuration": configuration,
        "contact_email": body["email"],
        "contact_phone": own.get("contact_phone"),
        "created": told_at(body["created"]),
        "dashboard": own.get("dashboard", "full"),
        "defaults": _defaults(body, own) if "defaults" in include else None,
        "display_name": own.get("display_name") or body["business_profile"]["name"],
        "future_requirements": _future() if "future_requirements" in include else None,
        "identity": _identity(row, own) if "identity" in include else None,
        "livemode": False,
        "metadata": body["metadata"],
        "requirements": _requirements(body) if "requirements" in include else None,
    }


def _merchant(body: Json, own: Json) -> Json:
    profile = body["business_profile"]
    payments = body["settings"]["payments"]
    return {
        "applied": True,
        "bacs_debit_payments": None,
        "branding": None,
        "capabilities": {
            name: _capability(body["capabilities"].get(CAPABILITIES[name]))
            for name in own.get("capabilities", CAPABILITIES)
        },
        "card_payments": None,
        "konbini_payments": None,
        "mcc": profile["mcc"],
        "script_statement_descriptor": None,
        "sepa_debit_payments": None,
        "statement_descriptor": {"descriptor": payments["statement_descriptor"], "prefix": None},
        "support": {
            "address": None,
            "email": profile["support_email"],
            "phone": profile["support_phone"],
            "url": profile["support_url"],
        },
    }


def _capability(state: str | None) -> Json:
    if state == "active":
        return {"status": "active", "status_details": []}
    if state is None:
        why = {"code": "unsupported_country", "resolution": "no_resolution"}
        return {"status": "unsupported", "status_details": [why]}
    why = {"code": "requirements_past_due", "resolution": "provide_info"}
    return {"status": "restricted", "status_details": [why]}


def _defaults(body: Json, own: Json) -> Json:
    profile = body["business_profile"]
    who = own.get("responsibilities", {"fees_collector": "stripe", "losses_collector": "stripe"})
    return {
        "currency": body["default_currency"],
        "locales": None,
        "payout_methods": None,
        "profile": {
            "business_url": profile["url"],
            "doing_business_as": profile["name"],
            "product_description": profile["product_description"],
        },
        "responsibilities": {**who, "requirements_collector": "stripe"},
    }


def _identity(row: Row, own: Json) -> Json:
    unknown = row.hidden.get("country_open")
    name = own.get("registered_name")
    return {
        "attestations": None,
        "business_details": {"registered_name": name} if name else None,
        "country": None if unknown else row.body["country"].lower(),
        "entity_type": row.body["business_type"],
        "individual": None,
    }


def _future() -> Json:
    return {
        "alternatives": [],
        "entries": [],
        "minimum_transition_date": None,
        "summary": None,
    }


def _requirements(body: Json) -> Json:
    due = body["requirements"]["currently_due"]
    deadline = {"status": "past_due"}
    return {
        "alternatives": [],
        "entries": [
            {
                "awaiting_action_from": "user",
                "description": name,
                "errors": [],
                "impact": {
                    "restricts_capabilities": [
                        {
                            "capability": "card_payments",
                            "configuration": "merchant",
                            "deadline": deadline,
                        }
                    ]
                },
                "minimum_deadline": deadline,
                "reference": None,
                "requested_reasons": [{"code": "routine_onboarding"}],
            }
            for name in due
        ],
        "summary": {"minimum_deadline": {**deadline, "time": None}} if due else None,
    }
