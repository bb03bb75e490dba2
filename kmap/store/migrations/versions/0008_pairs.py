"""What each plot shares with each restriction, worked out at load; loads in the order of time.

Revises: 0007_trust
"""

from pathlib import Path

from alembic import op

revision = "0008_pairs"
down_revision = "0007_trust"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    statements = Path(__file__).with_suffix(".down.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)
