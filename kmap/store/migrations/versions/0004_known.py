"""When the register knew a thing, for everything a land answer is worked from.

Revises: 0003_replay
"""

from pathlib import Path

from alembic import op

revision = "0004_known"
down_revision = "0003_replay"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    statements = Path(__file__).with_suffix(".down.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)
