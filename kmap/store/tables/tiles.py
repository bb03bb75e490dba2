"""Tables of tiles: those kept, the version of each layer, and what a transaction has touched."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from kmap.store.columns import TILE_SRID, metadata

tile_layer = Table(
    "tile_layer",
    metadata,
    Column("layer", Text, primary_key=True),
    Column("version", BigInteger, nullable=False, server_default=text("1")),
)

tile_day = Table(
    "tile_day",
    metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("day", Date, nullable=False),
    CheckConstraint("one", name="is_one_row"),
)

tile_kept = Table(
    "tile_kept",
    metadata,
    Column("layer", Text, primary_key=True),
    Column("z", SmallInteger, primary_key=True, autoincrement=False),
    Column("x", Integer, primary_key=True, autoincrement=False),
    Column("y", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    CheckConstraint("z BETWEEN 6 AND 17", name="zoom_is_kept"),
    prefixes=["UNLOGGED"],
)

tile_touch = Table(
    "tile_touch",
    metadata,
    Column("layer", Text, nullable=False),
    Column("shape", Geometry("GEOMETRY", TILE_SRID, spatial_index=False)),
    prefixes=["UNLOGGED"],
)

tile_due = Table(
    "tile_due",
    metadata,
    Column("xact", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["UNLOGGED"],
)
