"""Frozen rule books, and evaluations that can be repeated byte for byte.

Revises: 0002_scrutinies
"""

from pathlib import Path

from alembic import op

revision = "0003_replay"
down_revision = "0002_scrutinies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.execute("DROP TABLE evaluation, book_frozen")
    op.execute("DROP FUNCTION evaluation_only_grows, evaluation_goes_with_its_scrutiny")
