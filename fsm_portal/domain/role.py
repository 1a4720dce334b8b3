"""Who may do what: the roles of a company's staff, and the one matrix of what each may."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at a company. An installation's operator is none of these."""

    OWNER = "owner"
    ADMIN = "admin"
    OFFICE = "office"
    TECHNICIAN = "technician"

    def may(self, what: "May") -> bool:
        """Whether this role may do ``what``."""
        return what in MATRIX[self]

    @property
    def all_it_may(self) -> frozenset["May"]:
        return MATRIX[self]


class May(StrEnum):
    """What not everybody may. To read invoices, customers, jobs and payments needs none of them."""

    SEE_FEES = "see_fees"
    WRITE_INVOICES = "write_invoices"
    SEND_INVOICES = "send_invoices"
    # Payments by hand, credit put to an invoice, and either taken back.
    TAKE_PAYMENTS = "take_payments"
    REFUND = "refund"
    # Also credit notes: both take away what is owed.
    VOID = "void"
    EDIT_CUSTOMERS = "edit_customers"
    EDIT_JOBS = "edit_jobs"
    COMPLETE_JOBS = "complete_jobs"
    RECONCILE = "reconcile"
    EXPORT = "export"
    IMPORT = "import"
    CHANGE_SETTINGS = "change_settings"
    CONNECT_STRIPE = "connect_stripe"
    MANAGE_TEAM = "manage_team"
    SEE_AUDIT = "see_audit"


_OF_THE_HOUSE = frozenset({May.CHANGE_SETTINGS, May.CONNECT_STRIPE, May.MANAGE_TEAM, May.SEE_AUDIT})

# The owner's and an admin's differ in one thing, which is a rule about two people rather than a
# right: an admin makes and unmakes no owner (flows/team).
MATRIX: dict[Role, frozenset[May]] = {
    Role.OWNER: frozenset(May),
    Role.ADMIN: frozenset(May),
    Role.OFFICE: frozenset(May) - _OF_THE_HOUSE,
    Role.TECHNICIAN: frozenset({May.COMPLETE_JOBS}),
}
