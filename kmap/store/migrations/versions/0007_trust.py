"""Extracts as issued and signed; watches of plots and their alerts.

Revises: 0006_tiles
"""

from pathlib import Path

from alembic import op

revision = "0007_trust"
down_revision = "0006_tiles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.execute("DROP TABLE extract_signature, extract, watch_alert, watch, watch_load")
    op.execute("DROP FUNCTION extract_only_grows")
