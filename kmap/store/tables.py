"""The tables of the land register, as SQLAlchemy sees them; migrations are made from these.

Geometry is stored in EPSG:32643; what maps draw has a generated EPSG:3857 column, rings
clockwise, so that tiles need no transformation. ``valid`` is when a thing holds in law,
``known`` when the register knew it. Every text a person reads is kept in both languages.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

from kmap.store.columns import (
    FEATURE_KINDS,
    bigint_key,
    both_languages,
    gist,
    ground,
    invented,
    load,
    once_a_day,
    one_of,
    texts,
    tile,
    valid,
    valid_area,
)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    }
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
    valid(),
    load(),
    one_of("level", "complete", "partial", "paper_only", "none"),
    valid_area(),
    gist("coverage"),
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
    invented(),
    *both_languages("title", "says"),
    once_a_day("zone_type", "code"),
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
    Column("known", TSTZRANGE, nullable=False, server_default=text("tstzrange(now(), NULL)")),
    load(),
    one_of("kind", "prohibits", "limits", "needs_noc", "informs"),
    one_of("status", "in_force", "draft_with_effect", "draft", "stayed", "repealed"),
    CheckConstraint("accuracy_m >= 0", name="accuracy_is_not_negative"),
    *both_languages("title", "says"),
    ExcludeConstraint(
        ("public_id", "="),
        ("valid", "&&"),
        ("known", "&&"),
        name="restriction_one_version_at_a_time",
    ),
    Index("restriction_theme_ix", "theme_id"),
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

village = Table(
    "village",
    metadata,
    Column("code", Text, primary_key=True),
    *texts("name"),
    Column("search_key", Text, nullable=False),
    Column("search_key_ml", Text, nullable=False),
    *[Column(f"{unit}_{lang}", Text) for unit in ("taluk", "district") for lang in ("en", "ml")],
    ground("MULTIPOLYGON", nullable=True),
    invented(),
    load(),
    *both_languages("name"),
    Index("village_search_key_ix", "search_key"),
    Index("village_search_key_ml_ix", "search_key_ml"),
    gist("village"),
)

local_body = Table(
    "local_body",
    metadata,
    bigint_key(),
    Column("code", Text, nullable=False),
    Column("sec_code", Text),
    Column("tier", Text, nullable=False),
    *texts("name"),
    Column("family", Text, nullable=False),
    Column("body_class", Text, nullable=False),
    Column("panchayat_category", Text),
    Column("district", Text),
    ground("MULTIPOLYGON", nullable=True),
    tile("MULTIPOLYGON"),
    valid(),
    invented(),
    load(),
    one_of("family", "municipal", "panchayat"),
    one_of("body_class", "corporation", "municipal_council", "grama_panchayat"),
    CheckConstraint(
        "(family = 'panchayat') = (body_class = 'grama_panchayat')", name="family_fits_class"
    ),
    *both_languages("name"),
    once_a_day("local_body", "code"),
    gist("local_body"),
    gist("local_body", "geom_3857"),
)

ward = Table(
    "ward",
    metadata,
    bigint_key(),
    Column("local_body_code", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("number", Integer),
    *texts("name"),
    Column("electors", Integer),
    ground("MULTIPOLYGON", nullable=True),
    valid(),
    invented(),
    load(),
    CheckConstraint("name_en <> ''", name="name_is_given"),
    once_a_day("ward", "code"),
    Index("ward_local_body_ix", "local_body_code"),
    gist("ward"),
)

plot = Table(
    "plot",
    metadata,
    bigint_key(),
    Column("tile_id", BigInteger, nullable=False),
    Column("public_id", Text, nullable=False),
    Column("village_code", ForeignKey("village.code"), nullable=False),
    Column("block", Text, nullable=False),
    Column("survey_no", Text, nullable=False),
    Column("subdivision", Text, nullable=False, server_default=text("''")),
    Column("search_key", Text, nullable=False),
    Column("ulpin", Text),
    Column("deed_area_m2", Double),
    ground("POLYGON"),
    tile("POLYGON"),
    Column("drawn_area_m2", Double, Computed("st_area(geom)", True)),
    Column("source", Text, nullable=False),
    Column("accuracy_m", Double, nullable=False),
    valid(),
    invented(),
    load(),
    CheckConstraint("deed_area_m2 > 0", name="deed_area_is_positive"),
    CheckConstraint("st_area(geom) > 0", name="drawn_area_is_positive"),
    CheckConstraint("accuracy_m >= 0", name="accuracy_is_not_negative"),
    valid_area(),
    once_a_day("plot", "public_id"),
    Index("plot_public_id_ix", "public_id"),
    Index("plot_search_ix", "village_code", "search_key"),
    Index("plot_tile_id_ix", "tile_id"),
    gist("plot"),
    gist("plot", "geom_3857", where="upper_inf(valid)"),
)

plot_lineage = Table(
    "plot_lineage",
    metadata,
    bigint_key(),
    Column("parent_id", Text, nullable=False),
    Column("child_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("dated", Date, nullable=False),
    Column("document_id", ForeignKey("document.id")),
    one_of("kind", "split", "merge", "renumbered"),
    CheckConstraint("parent_id <> child_id", name="no_plot_is_its_own_parent"),
    Index("plot_lineage_child_ix", "child_id"),
)

evidence = Table(
    "evidence",
    metadata,
    bigint_key(),
    Column("plot_id", Text, nullable=False),
    Column("theme_id", ForeignKey("theme.id"), nullable=False),
    Column("record", Text, nullable=False),
    *texts("holder", "says", "governs", "correction"),
    Column("value", Text, nullable=False),
    Column("dated", Date),
    Column("document_id", ForeignKey("document.id")),
    load(),
    *both_languages("holder", "says", "governs", "correction"),
    Index("evidence_plot_ix", "plot_id"),
)

feature = Table(
    "feature",
    metadata,
    bigint_key(),
    Column("kind", Text, nullable=False),
    Column("class", Text),
    *[Column(f"name_{lang}", Text) for lang in ("en", "ml")],
    Column("width_m", Double),
    ground("GEOMETRY"),
    tile("GEOMETRY"),
    valid(),
    invented(),
    load(),
    one_of("kind", *FEATURE_KINDS),
    CheckConstraint("width_m > 0", name="width_is_positive"),
    CheckConstraint("NOT st_isempty(geom)", name="geom_is_not_empty"),
    *[gist(f"feature_{kind}", where=f"kind = '{kind}'") for kind in FEATURE_KINDS],
    gist("feature", "geom_3857"),
)

raster = Table(
    "raster",
    metadata,
    bigint_key(),
    Column("theme_id", ForeignKey("theme.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("cell_m", Double, nullable=False),
    ground("POLYGON"),
    invented(),
    load(),
    CheckConstraint("cell_m > 0", name="cell_is_positive"),
    gist("raster"),
)

building = Table(
    "building",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tile_id", BigInteger, nullable=False, unique=True),
    *[Column(name, Text) for name in ("plot_id", "local_body_code", "ward_code")],
    *texts("name"),
    Column("occupancy", Text, nullable=False),
    Column("storeys", Integer),
    Column("height_m", Double),
    Column("roof", Text),
    Column("completed", Date),
    *[Column(name, Text) for name in ("permit_no", "permit_rules", "certificate")],
    ground("POLYGON", nullable=True),
    tile("POLYGON"),
    invented(),
    load(),
    CheckConstraint("height_m > 0", name="height_is_positive"),
    CheckConstraint("storeys > 0", name="storeys_are_positive"),
    *both_languages("name"),
    Index("building_plot_ix", "plot_id"),
    gist("building"),
    gist("building", "geom_3857"),
)

building_floor = Table(
    "building_floor",
    metadata,
    Column("building_id", ForeignKey("building.id", ondelete="CASCADE"), primary_key=True),
    Column("floor", Integer, primary_key=True),
    Column("occupancy", Text, primary_key=True),
    Column("area_m2", Double, nullable=False),
    Column("height_m", Double),
    Column("units", Integer, nullable=False, server_default=text("1")),
    CheckConstraint("area_m2 > 0", name="area_is_positive"),
)
