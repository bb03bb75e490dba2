"""Tables of what restricts land: themes, their loads, coverage, zones and restrictions."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from kmap.store.columns import (
    bigint_key,
    both_languages,
    gist,
    ground,
    invented,
    known,
    load,
    metadata,
    one_of,
    one_version,
    texts,
    tile,
    valid,
    valid_area,
)

office = Table(
    "office",
    metadata,
    Column("id", Text, primary_key=True),
    *texts("title"),
    Column("fee_rs", Integer),
    Column("days", Integer),
    *[Column(name, Text) for name in ("form", "where_en", "where_ml")],
    *both_languages("title"),
)

theme = Table(
    "theme",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sort", Integer, nullable=False, unique=True),
    *texts("title"),
    Column("colour", Text, nullable=False),
    Column("office_id", ForeignKey("office.id")),
    *both_languages("title"),
    CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name="colour_is_hex"),
)

document = Table(
    "document",
    metadata,
    Column("id", Text, primary_key=True),
    *texts("title"),
    Column("dated", Date),
    invented(),
    *both_languages("title"),
)

document_article = Table(
    "document_article",
    metadata,
    Column("document_id", ForeignKey("document.id", ondelete="CASCADE"), primary_key=True),
    Column("article", Text, primary_key=True),
    *texts("says"),
    *both_languages("says"),
)

layer_load = Table(
    "layer_load",
    metadata,
    bigint_key(),
    Column("kind", Text, nullable=False),
    Column("theme_id", ForeignKey("theme.id")),
    *texts("source"),
    Column("source_date", Date),
    Column("source_scale", Text),
    Column("accuracy_m", Double, nullable=False, server_default=text("0")),
    Column("licence", Text, nullable=False, server_default=text("''")),
    Column("checksum", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("refused", Integer, nullable=False, server_default=text("0")),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("loaded_by", Text, nullable=False, server_default=text("current_user")),
    invented(),
    Index("layer_load_once", "kind", text("coalesce(theme_id, '')"), "checksum", unique=True),
    CheckConstraint("accuracy_m >= 0 AND rows >= 0 AND refused >= 0", name="no_less_than_nothing"),
)

coverage = Table(
    "coverage",
    metadata,
    bigint_key(),
    Column("theme_id", ForeignKey("theme.id"), nullable=False),
    Column("level", Text, nullable=False),
    ground("POLYGON"),
    tile("POLYGON"),
    valid(),
    known(),
    load(),
    one_of("level", "complete", "partial", "paper_only", "none"),
    valid_area(),
    gist("coverage"),
    gist("coverage", "geom_3857"),
)

zone_type = Table(
    "zone_type",
    metadata,
    bigint_key(),
    Column("code", Text, nullable=False),
    *texts("title", "says"),
    Column("colour", Text, nullable=False),
    Column("uses", JSONB, nullable=False, server_default=text("'[]'")),
    Column("parameters", JSONB, nullable=False, server_default=text("'{}'")),
    valid(),
    known(),
    invented(),
    *both_languages("title", "says"),
    one_version("zone_type", "code"),
)

restriction = Table(
    "restriction",
    metadata,
    bigint_key(),
    Column("public_id", Text, nullable=False),
    Column("theme_id", ForeignKey("theme.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("value", Text),
    Column("zone_code", Text),
    *texts("title", "says"),
    Column("colour", Text),
    Column("accuracy_m", Double),
    Column("office_id", ForeignKey("office.id")),
    Column("document_id", ForeignKey("document.id")),
    Column("article", Text),
    valid(),
    known(),
    load(),
    one_of("kind", "prohibits", "limits", "needs_noc", "informs"),
    one_of("status", "in_force", "draft_with_effect", "draft", "stayed", "repealed"),
    CheckConstraint("accuracy_m >= 0", name="accuracy_is_not_negative"),
    *both_languages("title", "says"),
    one_version("restriction", "public_id"),
    Index("restriction_theme_ix", "theme_id"),
    Index("restriction_accuracy_ix", "accuracy_m"),
)

restriction_geom = Table(
    "restriction_geom",
    metadata,
    bigint_key(),
    Column("restriction_id", ForeignKey("restriction.id", ondelete="CASCADE"), nullable=False),
    Column("dimension", Integer, nullable=False),
    ground("GEOMETRY"),
    tile("GEOMETRY"),
    CheckConstraint("dimension = st_dimension(geom)", name="dimension_is_told"),
    CheckConstraint("geometrytype(geom) <> 'GEOMETRYCOLLECTION'", name="one_dimension_a_row"),
    CheckConstraint("NOT st_isempty(geom)", name="geom_is_not_empty"),
    valid_area(),
    Index("restriction_geom_restriction_ix", "restriction_id"),
    gist("restriction_geom", "geom_3857"),
)

restriction_piece = Table(
    "restriction_piece",
    metadata,
    Column("geom_id", ForeignKey("restriction_geom.id", ondelete="CASCADE"), nullable=False),
    Column("restriction_id", BigInteger, nullable=False),
    ground("GEOMETRY"),
    Index("restriction_piece_geom_ix", "geom_id"),
    gist("restriction_piece"),
)
