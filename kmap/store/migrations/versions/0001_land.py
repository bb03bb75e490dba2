"""The land register: themes, loads, restrictions, plots, local bodies, buildings.

Revises: nothing
"""

from pathlib import Path

from alembic import op

revision = "0001_land"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "building_floor building raster feature evidence plot_lineage plot ward local_body village "
    "restriction_piece restriction_geom restriction zone_type coverage layer_load "
    "document_article document theme office"
)


def upgrade() -> None:
    for extension in ("postgis", "btree_gist"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.execute(f"DROP TABLE {', '.join(TABLES.split())} CASCADE")
    op.execute("DROP FUNCTION restriction_geom_in_pieces")
