"""The company: the tenant, a service business."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.columns import choice
from fsm_portal.domain.ids import new_id


class Plan(StrEnum):
    STARTER = "starter"
    PRO = "pro"
    ENTERPRISE = "enterprise"


class Company(SQLModel, table=True):
    __tablename__ = "company"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    slug: str = Field(unique=True, max_length=63)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=500)
    country: str = Field(max_length=2)
    tax_id: str = Field(default="", max_length=40)
    currency: str = Field(max_length=3)
    time_zone: str = Field(max_length=64)
    locale: str = Field(max_length=20)
    brand_color: str = Field(default="#3b3dbf", max_length=7)
    terms: str = Field(default="", max_length=2000)
    plan: Plan = Field(default=Plan.PRO, sa_column=choice(Plan, "plan"))
    payment_terms_days: int = 30
    invoice_prefix: str = Field(default="INV-", max_length=12)
    next_invoice_number: int = 1
    credit_note_prefix: str = Field(default="CN-", max_length=12)
    next_credit_note_number: int = 1
    # Whether customers may pay a part of an invoice that does not say otherwise.
    partial_payments: bool = False
    # The switch in Settings: whether customers reach their portal at all.
    portal_enabled: bool = True
    # Facts about the connected Stripe account, as Stripe last told them.
    stripe_account_id: str | None = Field(default=None, unique=True, max_length=64)
    stripe_charges_enabled: bool = False
    stripe_payouts_enabled: bool = False
    stripe_deauthorized_at: datetime | None = None
    # When this account was last taken; null where nobody did so here.
    stripe_connected_at: datetime | None = None
    # Whether its owner has let us in at Stripe (OAuth): only then there is something to give back.
    stripe_by_consent: bool = False
    # Stripe's configuration of the billing portal on that account; made when first needed.
    billing_portal_id: str | None = Field(default=None, max_length=255)
    # What it offers there, and what stands on it.
    billing_portal_cards: bool = True
    billing_portal_invoices: bool = False
    billing_portal_headline: str = Field(default="", max_length=60)
    billing_portal_privacy_url: str = Field(default="", max_length=500)
    billing_portal_terms_url: str = Field(default="", max_length=500)
    # What an invitation to the portal says first; empty for our own words.
    invitation: str = Field(default="", max_length=2000)
    # Whether it reminds by itself of what is due, and from which hour of its day on.
    reminders_on: bool = False
    reminder_hour: int = 9
    # When it signed itself up; null for one that the operator added.
    signed_up_at: datetime | None = None
    # When its people were done with being walked through the settings.
    set_up_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)

    if TYPE_CHECKING:

        @property
        def logo_sha256(self) -> str | None:
            """Of its CompanyLogo, which adds it here; null where there is none."""

    @property
    def offers_portal(self) -> bool:
        """Whether customers reach their portal: switched on, and part of the plan (Pro and up)."""
        return self.portal_enabled and self.plan is not Plan.STARTER

    @property
    def can_take_payments(self) -> bool:
        """Whether Pay now is offered: a connected account that may charge."""
        return bool(
            self.stripe_account_id
            and self.stripe_charges_enabled
            and self.stripe_deauthorized_at is None
        )
