"""The forms of a bank debit: an account in the United States (ACH), or an IBAN (SEPA)."""

import re

from fsm_portal.sandbox import banks
from fsm_portal.sandbox.pages.payer_form import PayerForm

_TEST_ONLY = "This is a sandbox: it takes test accounts only, never real ones."


class UsBankForm(PayerForm):
    """Routing and account number."""

    name_missing = "Enter the name of the account's holder."

    def check(self) -> None:
        """Both numbers."""
        self._routing = re.sub(r"[\s-]", "", self["routingNumber"])
        self._number = re.sub(r"[\s-]", "", self["accountNumber"])
        if not self._routing:
            self.errors["routingNumber"] = "Enter your routing number."
        elif not banks.is_routing_number(self._routing):
            self.errors["routingNumber"] = "Your routing number is invalid."
        if not self._number:
            self.errors["accountNumber"] = "Enter your account number."
        elif not re.fullmatch(r"[0-9]{4,17}", self._number):
            self.errors["accountNumber"] = "Your account number is invalid."
        elif not banks.is_test_account(self._number):
            self.errors["accountNumber"] = _TEST_ONLY

    def means(self, salt: str) -> banks.BankAccount:
        """The account; only when there are no errors."""
        return banks.recognise("us_bank_account", self._number, self._routing, salt)


class SepaForm(PayerForm):
    """An IBAN."""

    name_missing = "Enter the name of the account's holder."

    def check(self) -> None:
        """The IBAN and its check digits."""
        self._iban = re.sub(r"[\s-]", "", self["iban"]).upper()
        if not self._iban:
            self.errors["iban"] = "Enter your IBAN."
        elif not self._iban.isascii() or not banks.is_iban(self._iban):
            self.errors["iban"] = "Your IBAN is invalid."
        elif not banks.is_test_account(self._iban):
            self.errors["iban"] = _TEST_ONLY

    def means(self, salt: str) -> banks.BankAccount:
        """The account; only when there are no errors."""
        return banks.recognise("sepa_debit", self._iban, "", salt)
