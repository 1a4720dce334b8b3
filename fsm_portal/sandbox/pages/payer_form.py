"""What every way to pay asks for: an email address, a name, a country."""

import re
from abc import ABC, abstractmethod

from fsm_portal.sandbox.banks import BankAccount
from fsm_portal.sandbox.cards import Card
from fsm_portal.sandbox.store import Json

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# What may be shown again after a refusal. A card's number, date and code never come back.
SHOWN_AGAIN = (
    "method",
    "email",
    "billingName",
    "billingCountry",
    "billingPostalCode",
    "saveCard",
)


class PayerForm(ABC):
    """Fields of the hosted form by name; ``errors`` tells what is wrong with each."""

    name_missing = "Enter your name."
    wants_email = True

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = {name: value.strip()[:500] for name, value in fields.items()}
        self.errors: dict[str, str] = {}
        self.check()
        if self.wants_email and not _EMAIL.fullmatch(self["email"]):
            self.errors["email"] = (
                "Your email address is incomplete."
                if self["email"]
                else "Enter your email address."
            )
        if not self["billingName"]:
            self.errors["billingName"] = self.name_missing

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "")

    @abstractmethod
    def check(self) -> None:
        """Look at the fields of this way to pay."""

    @abstractmethod
    def means(self, salt: str) -> Card | BankAccount:
        """What will be charged; only when there are no errors."""

    def again(self) -> dict[str, str]:
        """What a page shown again may hold."""
        return {name: self[name] for name in SHOWN_AGAIN}

    def billing(self) -> Json:
        """Stripe's billing_details of what was typed."""
        return {
            "address": {
                "city": None,
                "country": self["billingCountry"][:2].upper() or None,
                "line1": None,
                "line2": None,
                "postal_code": self["billingPostalCode"] or None,
                "state": None,
            },
            "email": self["email"] or None,
            "name": self["billingName"],
            "phone": None,
            "tax_id": None,
        }
