"""The sections of the settings, in the order in which they are listed."""

from dataclasses import dataclass

from fsm_portal.domain.role import May

HOME = "/dashboard/settings/"


@dataclass(frozen=True)
class Place:
    """``words`` say what is there; only whoever may do ``may`` is shown the way."""

    name: str
    part: str
    icon: str
    words: str
    may: May = May.CHANGE_SETTINGS

    @property
    def to(self) -> str:
        return f"{HOME}{self.part}/"


SECTIONS = (
    Place("Company", "company", "wrench", "Name, contact, address, currency and time zone"),
    Place(
        "Payment processing",
        "payment-processing",
        "card",
        "Your Stripe account, and what a payment costs",
        May.CONNECT_STRIPE,
    ),
    Place("Customer portal", "customer-portal", "home", "Its switch, the access link, invitations"),
    Place("Billing portal", "billing-portal", "shield", "What customers may do on Stripe’s page"),
    Place("Branding", "branding", "sun", "Logo and colour, on pages, papers and mails"),
    Place("Invoices", "invoices", "invoice", "Numbers, payment terms, what stands on them"),
    Place("Taxes", "taxes", "statement", "The rates that you charge"),
    Place("Reminders", "reminders", "clock", "When customers are reminded of what is due"),
    Place("Emails", "emails", "mail", "How your letters begin, and addresses that refuse them"),
    Place("Team", "team", "people", "Who works here, and what they may do", May.MANAGE_TEAM),
    Place(
        "Notifications",
        "notifications",
        "bell",
        "What you yourself are mailed about",
        May.TAKE_PAYMENTS,
    ),
    Place("Plan", "plan", "check", "What your plan holds"),
    Place("Audit log", "audit", "log", "Who did what, and when", May.SEE_AUDIT),
)
