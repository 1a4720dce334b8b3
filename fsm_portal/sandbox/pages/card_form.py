"""The card form as it was filled in: what is wrong with it, or the card it stands for."""

import re
from datetime import UTC, datetime

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.card_brands import brand_of, lengths_of, passes_luhn
from fsm_portal.sandbox.cards import Card, recognise
from fsm_portal.sandbox.pages.payer_form import PayerForm


class CardForm(PayerForm):
    """Holds the card's number only while it is read."""

    name_missing = "Enter the name on your card."

    def check(self) -> None:
        """Number, date and code."""
        self._number = re.sub(r"[\s-]", "", self._fields.get("cardNumber", ""))
        self._check_number()
        self._expiry = self._read_expiry()
        self._check_code()

    def means(self, salt: str) -> Card:
        """The card; only when there are no errors."""
        month, year = self._expiry
        return recognise(self._number, month, year, salt)

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


class NewCardForm(CardForm):
    """A card of somebody who is known already."""

    wants_email = False
