"""Tables of places: villages, local bodies, wards, features of the map, rasters."""

from sqlalchemy import CheckConstraint, Column, Double, ForeignKey, Index, Integer, Table, Text

from kmap.store.columns import (
    FEATURE_KINDS,
    bigint_key,
    both_languages,
    gist,
    ground,
    invented,
    known,
    load,
    metadata,
    once_a_day,
    one_of,
    texts,
    tile,
    valid,
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
    known(),
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
