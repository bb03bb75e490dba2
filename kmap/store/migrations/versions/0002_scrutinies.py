"""Scrutinies: a ledger that only grows, content that can be erased, tombstones.

Revises: 0001_land
"""

from pathlib import Path

from alembic import op

revision = "0002_scrutinies"
down_revision = "0001_land"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.execute("DROP TABLE scrutiny_erasure, scrutiny_content, scrutiny")
    op.execute("DROP FUNCTION scrutiny_only_grows, scrutiny_content_goes_on_request")
