"""The card form as it was filled in: what is wrong with it, or the card it stands for."""

import re
from datetime import UTC, datetime

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.cards import Card, brand_of, lengths_of, passes_luhn, recognise
from fsm_portal.sandbox.store import Json

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# What may be shown again after a refusal. A card's number, date and code never come back.
SHOWN_AGAIN = ("email", "billingName", "billingCountry", "billingPostalCode")


class CardForm:
    """Fields of the hosted form by name. Holds the card's number only while it is read."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = {name: value.strip()[:500] for name, value in fields.items()}
        self.errors: dict[str, str] = {}
        self._number = re.sub(r"[\s-]", "", self._fields.get("cardNumber", ""))
        self._check_number()
        self._expiry = self._read_expiry()
        self._check_code()
        if not _EMAIL.fullmatch(self["email"]):
            self.errors["email"] = (
                "Your email address is incomplete."
                if self["email"]
                else "Enter your email address."
            )
        if not self["billingName"]:
            self.errors["billingName"] = "Enter the name on your card."

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "")

    def again(self) -> dict[str, str]:
        """What a page shown again may hold."""
        return {name: self[name] for name in SHOWN_AGAIN}

    def card(self, salt: str) -> Card:
        """The card; only when there are no errors."""
        month, year = self._expiry
        return recognise(self._number, month, year, salt)

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
            "email": self["email"],
            "name": self["billingName"],
            "phone": None,
            "tax_id": None,
        }

    def _check_number(self) -> None:
        number = self._number
        lengths, _ = lengths_of(brand_of(number)) if number.isascii() else ((16,), 3)
        if not number:
            self.errors["cardNumber"] = "Enter your card number."
        elif not (number.isascii() and number.isdigit()):
            self.errors["cardNumber"] = "Your card number is invalid."
        elif len(number) < min(lengths):
            self.errors["cardNumber"] = "Your card number is incomplete."
        elif len(number) not in lengths or not passes_luhn(number):
            self.errors["cardNumber"] = "Your card number is invalid."

    def _read_expiry(self) -> tuple[int, int]:
        typed = re.fullmatch(r"([0-9]{1,2})\s*/?\s*([0-9]{2}|[0-9]{4})", self["cardExpiry"])
        if typed is None or not 1 <= int(typed[1]) <= 12:
            self.errors["cardExpiry"] = "Your card's expiration date is incomplete."
            return 0, 0
        month, year = int(typed[1]), int(typed[2]) % 100 + 2000
        today = datetime.fromtimestamp(clock.now(), UTC)
        if (year, month) < (today.year, today.month):
            self.errors["cardExpiry"] = "Your card's expiration date is in the past."
        elif year > today.year + 50:
            self.errors["cardExpiry"] = "Your card's expiration year is invalid."
        return month, year

    def _check_code(self) -> None:
        _, length = lengths_of(brand_of(self._number))
        if not re.fullmatch(rf"[0-9]{{{length}}}", self["cardCvc"]):
            self.errors["cardCvc"] = "Your card's security code is incomplete."
