"""The customer: who is served and pays. One email may be a customer of several companies."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, func, text
from sqlmodel import Field, SQLModel

from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id

# Who it is, as text, word for word in the index and in what asks: SQLite compares them so. With the
# brackets that PostgreSQL puts. Two spaces end a name before a longer one goes on; no longer than
# an entry of an index can be.
WORDS = text(
    "lower(substr((((((name || '  ') || contact) || '  ') || coalesce(email, '')) || '  ')"
    " || phone, 1, 400))"
)


class Customer(SQLModel, table=True):
    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("company_id", "reference", name="customer_reference"),
        # One of Stripe's is one of ours.
        Index(
            "customer_stripe",
            *("company_id", "stripe_account_id", "stripe_customer_id"),
            unique=True,
        ),
    )

    company_id: str = Field(primary_key=True, foreign_key="company.id", max_length=32)
    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str = Field(max_length=200)
    contact: str = Field(default="", max_length=200)
    # Unknown for customers that came from a file without addresses: nothing can be sent yet.
    email: str | None = Field(default=None, max_length=254)
    phone: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=500)
    country: str = Field(default="", max_length=2)
    locale: str = Field(default="", max_length=20)
    # The customer's id in the system the company came from (an import's key).
    reference: str | None = Field(default=None, max_length=64)
    # Stripe's customer, on the connected account that it was made on: on another it is unknown.
    stripe_customer_id: str | None = Field(default=None, max_length=64)
    stripe_account_id: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(default_factory=now)

    @property
    def greeting(self) -> str:
        """Whom a letter addresses."""
        return self.contact or self.name


Index(
    "customer_email",
    # The address first: signing in starts from nothing else.
    func.lower(Customer.__table__.c.email),  # type: ignore[attr-defined]
    Customer.__table__.c.company_id,  # type: ignore[attr-defined]
)
Index(
    "customer_words",
    # The office's list, in the order of names; and what it searches, without a look at the table.
    Customer.__table__.c.company_id,  # type: ignore[attr-defined]
    WORDS,
    Customer.__table__.c.id,  # type: ignore[attr-defined]
)
