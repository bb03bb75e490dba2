"""Tiles kept in the database, and what a writer's transaction makes stale of them.

Revises: 0004_known
"""

from pathlib import Path

from alembic import op

revision = "0006_tiles"
down_revision = "0004_known"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    statements = Path(__file__).with_suffix(".down.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))
