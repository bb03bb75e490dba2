"""The kinds of column and constraint the land register is built from."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE, ExcludeConstraint

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    }
)

GROUND_SRID = 32643
TILE_SRID = 3857

FEATURE_KINDS: tuple[str, ...] = (
    "road",
    "railway",
    "airport",
    "monument",
    "coast",
    "river",
    "water",
    "power_line",
)
FEATURE_KINDS += ("station", "place")


def bigint_key() -> Column[int]:
    """Return the key column that PostgreSQL counts itself."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def texts(*names: str) -> list[Column[str]]:
    """Return an English and a Malayalam column for each name."""
    return [Column(f"{n}_{lang}", Text, nullable=False) for n in names for lang in ("en", "ml")]


def both_languages(*names: str) -> list[CheckConstraint]:
    """Return constraints: both languages or nothing."""
    return [
        CheckConstraint(f"{n}_en <> '' AND {n}_ml <> ''", name=f"{n}_in_both_languages")
        for n in names
    ]


def ground(kind: str, *, nullable: bool = False, name: str = "geom") -> Column[object]:
    """Return a geometry column in metres (EPSG:32643)."""
    return Column(name, Geometry(kind, GROUND_SRID, spatial_index=False), nullable=nullable)


def tile(kind: str) -> Column[object]:
    """Return the generated column that tiles draw (EPSG:3857, rings clockwise)."""
    turned = "st_forcepolygoncw(st_transform(geom, 3857))"
    return Column(
        "geom_3857", Geometry(kind, TILE_SRID, spatial_index=False), Computed(turned, True)
    )


def load() -> Column[int]:
    """Return the column that names the load a row came with."""
    return Column("load_id", ForeignKey("layer_load.id"), nullable=False)


def invented() -> Column[bool]:
    """Return the mark that a row is part of the invented sample town."""
    return Column("invented", Boolean, nullable=False, server_default=text("false"))


def valid() -> Column[object]:
    """Return the days on which a row holds in law; unbounded by default."""
    return Column("valid", DATERANGE, nullable=False, server_default=text("'(,)'"))


def known() -> Column[object]:
    """Return the time in which the register held a row to be true; open until it is closed."""
    return Column(
        "known", TSTZRANGE, nullable=False, server_default=text("tstzrange(now(), NULL)")
    )


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return a constraint: the column holds one of these words."""
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def gist(table: str, column: str = "geom", where: str | None = None) -> Index:
    """Return a spatial index."""
    condition = text(where) if where else None
    return Index(
        f"{table}_{column}_gist", column, postgresql_using="gist", postgresql_where=condition
    )


def once_a_day(table: str, column: str) -> ExcludeConstraint:
    """Return a constraint: one version of a key on any day."""
    name = f"{table}_{column}_once_a_day"
    return ExcludeConstraint((column, "="), ("valid", "&&"), name=name)


def valid_area() -> CheckConstraint:
    """Return a constraint: the outline does not cross itself."""
    return CheckConstraint("st_isvalid(geom)", name="geom_is_valid")


def one_version(table: str, column: str) -> ExcludeConstraint:
    """Return a constraint: one version of a key on any day, as known at any time."""
    ways = ((column, "="), ("valid", "&&"), ("known", "&&"))
    return ExcludeConstraint(*ways, name=f"{table}_one_version_at_a_time")
