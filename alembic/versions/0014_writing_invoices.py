"""What the invoice editor keeps: services, parts, discounts, who opened an invoice.

And the columns and indexes of the staff's list, so that a million invoices are no longer than a
thousand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SORTED = {
    "newest": "issue_date",
    "due_date": "due_date",
    "amount": "total",
    "customer": "customer_name",
}
_ZERO = sa.text("'0'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    clause = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=clause, postgresql_where=clause)


def _key(name: str, length: int = 32, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", column], [f"{table}.company_id", f"{table}.id"])


def upgrade() -> None:
    with op.batch_alter_table("invoice") as invoice:
        invoice.add_column(
            sa.Column("discount", sa.BigInteger(), nullable=False, server_default=_ZERO)
        )
        invoice.add_column(sa.Column("discount_ppm", sa.Integer(), nullable=True))
        for name in ("keeps_issue_date", "keeps_due_date"):
            invoice.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        invoice.add_column(
            sa.Column("revision", sa.Integer(), nullable=False, server_default=_ZERO)
        )
        invoice.create_check_constraint("invoice_discount", "discount >= 0")
    kinds = sa.Enum(
        "service", "part", name="line_kind", native_enum=False, create_constraint=True, length=32
    )
    with op.batch_alter_table("invoice_line") as line:
        line.add_column(sa.Column("kind", kinds, nullable=False, server_default="service"))
        line.add_column(
            sa.Column("discount", sa.BigInteger(), nullable=False, server_default=_ZERO)
        )
        line.add_column(sa.Column("discount_ppm", sa.Integer(), nullable=True))
        line.create_check_constraint("invoice_line_discount", "discount >= 0")
    _partial("invoice_draft", "invoice", ["company_id", "issue_date", "id"], "(issued_at IS NULL)")
    op.create_index(
        "invoice_number_lower",
        "invoice",
        ["company_id", sa.text("lower(number)")]
        if op.get_bind().dialect.name == "sqlite"
        else ["company_id", sa.text("lower(number) text_pattern_ops")],
    )
    _due()
    _credit_notes()
    _partial(
        "ledger_entry_refunds",
        "ledger_entry",
        ["company_id", "invoice_id", "kind", "amount"],
        "(kind IN ('refund', 'refund_returned'))",
    )
    _sheets_and_opens()
    _bulk_sends()


def _due() -> None:
    op.add_column(
        "invoice_due", sa.Column("total", sa.BigInteger(), nullable=False, server_default=_ZERO)
    )
    op.add_column(
        "invoice_due",
        sa.Column(
            "customer_name",
            sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql"),
            nullable=False,
            server_default="",
        ),
    )
    op.execute(
        "UPDATE invoice_due SET total = (SELECT invoice.total FROM invoice WHERE"
        " invoice.company_id = invoice_due.company_id AND invoice.id = invoice_due.invoice_id),"
        " customer_name = (SELECT substr(lower(customer.name), 1, 80) FROM customer WHERE"
        " customer.company_id = invoice_due.company_id"
        " AND customer.id = invoice_due.customer_id)"
    )
    with op.batch_alter_table("invoice_due") as due:
        due.alter_column("total", server_default=None, existing_type=sa.BigInteger())
        due.alter_column("customer_name", server_default=None, existing_type=sa.String(80))
    for by, column in _SORTED.items():
        columns = ["company_id", column, "invoice_id"]
        op.create_index(f"invoice_due_by_{by}", "invoice_due", columns)
        _partial(f"invoice_due_to_pay_by_{by}", "invoice_due", columns, "(due > 0 AND NOT voided)")
    newest = ["company_id", "issue_date", "invoice_id"]
    _partial("invoice_due_paid_by_newest", "invoice_due", newest, "(due <= 0 AND NOT voided)")
    _partial("invoice_due_void_by_newest", "invoice_due", newest, "(voided)")


def _credit_notes() -> None:
    op.add_column("credit_note", _key("written_by", nullable=True))
    op.create_index("credit_note_invoice", "credit_note", ["company_id", "invoice_id"])
    op.create_table(
        "credit_note_tax",
        *(_key(name) for name in ("company_id", "credit_note_id", "tax_rate_id")),
        _key("name", 60),
        sa.Column("rate_ppm", sa.Integer(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        _of("credit_note", "credit_note_id"),
        _of("tax_rate", "tax_rate_id"),
        sa.PrimaryKeyConstraint("company_id", "credit_note_id", "tax_rate_id"),
    )


def _sheets_and_opens() -> None:
    op.create_table(
        "invoice_sheet",
        *(_key(name) for name in ("company_id", "id", "staff_id")),
        _key("invoice_id", nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        _moment("created_at"),
        _moment("typed_at", nullable=True),
        _of("staff", "staff_id"),
        _of("invoice", "invoice_id"),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    op.create_index(
        "invoice_sheet_staff", "invoice_sheet", ["company_id", "staff_id", "invoice_id"]
    )
    ways = sa.Enum(
        *("link", "page", "pdf", "fetched"),
        name="invoice_open_how",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "invoice_open",
        *(_key(name) for name in ("company_id", "invoice_id", "by")),
        sa.Column("how", ways, nullable=False),
        _moment("first_at"),
        _moment("last_at"),
        sa.Column("times", sa.Integer(), nullable=False),
        _of("invoice", "invoice_id"),
        sa.PrimaryKeyConstraint("company_id", "invoice_id", "by", "how"),
    )


def _bulk_sends() -> None:
    op.create_table(
        "bulk_send",
        *(_key(name) for name in ("company_id", "id", "staff_id")),
        _moment("started_at"),
        _of("staff", "staff_id"),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    op.create_index("bulk_send_staff", "bulk_send", ["company_id", "staff_id"])
    op.create_table(
        "bulk_send_item",
        *(_key(name) for name in ("company_id", "bulk_id", "invoice_id")),
        sa.Column("position", sa.Integer(), nullable=False),
        _moment("done_at", nullable=True),
        _key("refusal", 300),
        _of("bulk_send", "bulk_id"),
        _of("invoice", "invoice_id"),
        sa.PrimaryKeyConstraint("company_id", "bulk_id", "invoice_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("discounts on issued invoices could not be kept")
