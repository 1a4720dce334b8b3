"""Row-level security: a role and policies that keep companies apart. PostgreSQL only.

Both are put in place after every migration (see env.py), so that a table that comes later has its
policy too; this step is there so that a database without them is known to be behind.
"""

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing here: env.py does it, once all tables are there."""


def downgrade() -> None:
    """An earlier version takes no notice of them: no policy holds who owns the tables."""
