"""The shape of an account object."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.store import Json

_DUE = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]
_CURRENCIES = {
    "US": "usd", "GB": "gbp", "CA": "cad", "AU": "aud", "NZ": "nzd", "JP": "jpy", "CH": "chf",
    "DK": "dkk", "NO": "nok", "SE": "sek", "PL": "pln", "CZ": "czk", "KW": "kwd",
}  # fmt: skip


def currency_of(country: str) -> str:
    """What is paid with in a country, the euro where nothing else is known."""
    return _CURRENCIES.get(country, "eur")


def build(
    account_id: str,
    *,
    country: str,
    currency: str | None = None,
    name: str | None = None,
    email: str | None = None,
    type: str = "standard",
    enabled: bool,
    metadata: dict[str, str] | None = None,
) -> Json:
    """An account object; ``enabled`` ones have been through onboarding and can charge."""
    due = [] if enabled else list(_DUE)
    requirements: Json = {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": None if enabled else "requirements.past_due",
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }
    later = {**requirements, "currently_due": [], "eventually_due": [], "past_due": []}
    state = "active" if enabled else "inactive"
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "minority_owned_business_designation": None,
            "name": name,
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        "business_type": None,
        "capabilities": {
            "card_payments": state,
            "sepa_debit_payments": state,
            "transfers": state,
            **({"us_bank_account_ach_payments": state} if country == "US" else {}),
        },
        "charges_enabled": enabled,
        "controller": {"type": "account"},
        "country": country,
        "created": clock.now(),
        "default_currency": currency or currency_of(country),
        "details_submitted": enabled,
        "email": email,
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/accounts/{account_id}/external_accounts",
        },
        "future_requirements": {**later, "disabled_reason": None},
        "metadata": metadata or {},
        "payouts_enabled": enabled,
        "requirements": requirements,
        "settings": _settings(name),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": type,
    }


def _settings(name: str | None) -> Json:
    statement = "".join(c for c in (name or "").upper() if c.isascii() and c not in "<>\\'\"*")
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": name, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": "offer"},
        "payments": {
            "statement_descriptor": statement[:22].strip() or None,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
