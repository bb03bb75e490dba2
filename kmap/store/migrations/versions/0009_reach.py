"""How far a restriction may reach by its declared accuracy; lineage from both ends.

Revises: 0008_pairs
"""

from pathlib import Path

from alembic import op

revision = "0009_reach"
down_revision = "0008_pairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    statements = Path(__file__).with_suffix(".down.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)
