-- The land register, first form. Frozen: later changes are later migrations.
CREATE TABLE document (
    id TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_ml TEXT NOT NULL,
    dated DATE,
    invented BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT document_pk PRIMARY KEY (id),
    CONSTRAINT document_title_in_both_languages CHECK (title_en <> '' AND title_ml <> '')
);
CREATE TABLE office (
    id TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_ml TEXT NOT NULL,
    fee_rs INTEGER,
    days INTEGER,
    form TEXT,
    where_en TEXT,
    where_ml TEXT,
    CONSTRAINT office_pk PRIMARY KEY (id),
    CONSTRAINT office_title_in_both_languages CHECK (title_en <> '' AND title_ml <> '')
);
CREATE TABLE zone_type (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    title_en TEXT NOT NULL,
    title_ml TEXT NOT NULL,
    says_en TEXT NOT NULL,
    says_ml TEXT NOT NULL,
    colour TEXT NOT NULL,
    uses JSONB DEFAULT '[]' NOT NULL,
    parameters JSONB DEFAULT '{}' NOT NULL,
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    invented BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT zone_type_pk PRIMARY KEY (id),
    CONSTRAINT zone_type_title_in_both_languages CHECK (title_en <> '' AND title_ml <> ''),
    CONSTRAINT zone_type_says_in_both_languages CHECK (says_en <> '' AND says_ml <> ''),
    CONSTRAINT zone_type_code_once_a_day EXCLUDE USING gist (code WITH =, valid WITH &&)
);
CREATE TABLE document_article (
    document_id TEXT NOT NULL,
    article TEXT NOT NULL,
    says_en TEXT NOT NULL,
    says_ml TEXT NOT NULL,
    CONSTRAINT document_article_pk PRIMARY KEY (document_id, article),
    CONSTRAINT document_article_says_in_both_languages CHECK (says_en <> '' AND says_ml <> ''),
    CONSTRAINT document_article_document_id_fk FOREIGN KEY(document_id) REFERENCES document (id) ON DELETE CASCADE
);
CREATE TABLE plot_lineage (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    parent_id TEXT NOT NULL,
    child_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    dated DATE NOT NULL,
    document_id TEXT,
    CONSTRAINT plot_lineage_pk PRIMARY KEY (id),
    CONSTRAINT plot_lineage_kind_is_known CHECK (kind IN ('split', 'merge', 'renumbered')),
    CONSTRAINT plot_lineage_no_plot_is_its_own_parent CHECK (parent_id <> child_id),
    CONSTRAINT plot_lineage_document_id_fk FOREIGN KEY(document_id) REFERENCES document (id)
);
CREATE INDEX plot_lineage_child_ix ON plot_lineage (child_id);
CREATE TABLE theme (
    id TEXT NOT NULL,
    sort INTEGER NOT NULL,
    title_en TEXT NOT NULL,
    title_ml TEXT NOT NULL,
    colour TEXT NOT NULL,
    office_id TEXT,
    CONSTRAINT theme_pk PRIMARY KEY (id),
    CONSTRAINT theme_title_in_both_languages CHECK (title_en <> '' AND title_ml <> ''),
    CONSTRAINT theme_colour_is_hex CHECK (colour ~ '^#[0-9a-f]{6}$'),
    CONSTRAINT theme_sort_key UNIQUE (sort),
    CONSTRAINT theme_office_id_fk FOREIGN KEY(office_id) REFERENCES office (id)
);
CREATE TABLE layer_load (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    theme_id TEXT,
    source_en TEXT NOT NULL,
    source_ml TEXT NOT NULL,
    source_date DATE,
    source_scale TEXT,
    accuracy_m DOUBLE PRECISION DEFAULT 0 NOT NULL,
    licence TEXT DEFAULT '' NOT NULL,
    checksum TEXT NOT NULL,
    rows INTEGER NOT NULL,
    refused INTEGER DEFAULT 0 NOT NULL,
    loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    loaded_by TEXT DEFAULT current_user NOT NULL,
    invented BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT layer_load_pk PRIMARY KEY (id),
    CONSTRAINT layer_load_no_less_than_nothing CHECK (accuracy_m >= 0 AND rows >= 0 AND refused >= 0),
    CONSTRAINT layer_load_theme_id_fk FOREIGN KEY(theme_id) REFERENCES theme (id)
);
CREATE UNIQUE INDEX layer_load_once ON layer_load (kind, coalesce(theme_id, ''), checksum);
CREATE TABLE building (
    id TEXT NOT NULL,
    tile_id BIGINT NOT NULL,
    plot_id TEXT,
    local_body_code TEXT,
    ward_code TEXT,
    name_en TEXT NOT NULL,
    name_ml TEXT NOT NULL,
    occupancy TEXT NOT NULL,
    storeys INTEGER,
    height_m DOUBLE PRECISION,
    roof TEXT,
    completed DATE,
    permit_no TEXT,
    permit_rules TEXT,
    certificate TEXT,
    geom geometry(POLYGON,32643),
    geom_3857 geometry(POLYGON,3857) GENERATED ALWAYS AS (st_forcepolygoncw(st_transform(geom, 3857))) STORED,
    invented BOOLEAN DEFAULT false NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT building_pk PRIMARY KEY (id),
    CONSTRAINT building_height_is_positive CHECK (height_m > 0),
    CONSTRAINT building_storeys_are_positive CHECK (storeys > 0),
    CONSTRAINT building_name_in_both_languages CHECK (name_en <> '' AND name_ml <> ''),
    CONSTRAINT building_tile_id_key UNIQUE (tile_id),
    CONSTRAINT building_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX building_geom_3857_gist ON building USING gist (geom_3857);
CREATE INDEX building_geom_gist ON building USING gist (geom);
CREATE INDEX building_plot_ix ON building (plot_id);
CREATE TABLE coverage (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    theme_id TEXT NOT NULL,
    level TEXT NOT NULL,
    geom geometry(POLYGON,32643) NOT NULL,
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT coverage_pk PRIMARY KEY (id),
    CONSTRAINT coverage_level_is_known CHECK (level IN ('complete', 'partial', 'paper_only', 'none')),
    CONSTRAINT coverage_geom_is_valid CHECK (st_isvalid(geom)),
    CONSTRAINT coverage_theme_id_fk FOREIGN KEY(theme_id) REFERENCES theme (id),
    CONSTRAINT coverage_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX coverage_geom_gist ON coverage USING gist (geom);
CREATE TABLE evidence (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    plot_id TEXT NOT NULL,
    theme_id TEXT NOT NULL,
    record TEXT NOT NULL,
    holder_en TEXT NOT NULL,
    holder_ml TEXT NOT NULL,
    says_en TEXT NOT NULL,
    says_ml TEXT NOT NULL,
    governs_en TEXT NOT NULL,
    governs_ml TEXT NOT NULL,
    correction_en TEXT NOT NULL,
    correction_ml TEXT NOT NULL,
    value TEXT NOT NULL,
    dated DATE,
    document_id TEXT,
    load_id BIGINT NOT NULL,
    CONSTRAINT evidence_pk PRIMARY KEY (id),
    CONSTRAINT evidence_holder_in_both_languages CHECK (holder_en <> '' AND holder_ml <> ''),
    CONSTRAINT evidence_says_in_both_languages CHECK (says_en <> '' AND says_ml <> ''),
    CONSTRAINT evidence_governs_in_both_languages CHECK (governs_en <> '' AND governs_ml <> ''),
    CONSTRAINT evidence_correction_in_both_languages CHECK (correction_en <> '' AND correction_ml <> ''),
    CONSTRAINT evidence_theme_id_fk FOREIGN KEY(theme_id) REFERENCES theme (id),
    CONSTRAINT evidence_document_id_fk FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT evidence_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX evidence_plot_ix ON evidence (plot_id);
CREATE TABLE feature (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    class TEXT,
    name_en TEXT,
    name_ml TEXT,
    width_m DOUBLE PRECISION,
    geom geometry(GEOMETRY,32643) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_forcepolygoncw(st_transform(geom, 3857))) STORED,
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    invented BOOLEAN DEFAULT false NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT feature_pk PRIMARY KEY (id),
    CONSTRAINT feature_kind_is_known CHECK (kind IN ('road', 'railway', 'airport', 'monument', 'coast', 'river', 'water', 'power_line', 'station', 'place')),
    CONSTRAINT feature_width_is_positive CHECK (width_m > 0),
    CONSTRAINT feature_geom_is_not_empty CHECK (NOT st_isempty(geom)),
    CONSTRAINT feature_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX feature_airport_geom_gist ON feature USING gist (geom) WHERE kind = 'airport';
CREATE INDEX feature_coast_geom_gist ON feature USING gist (geom) WHERE kind = 'coast';
CREATE INDEX feature_geom_3857_gist ON feature USING gist (geom_3857);
CREATE INDEX feature_monument_geom_gist ON feature USING gist (geom) WHERE kind = 'monument';
CREATE INDEX feature_place_geom_gist ON feature USING gist (geom) WHERE kind = 'place';
CREATE INDEX feature_power_line_geom_gist ON feature USING gist (geom) WHERE kind = 'power_line';
CREATE INDEX feature_railway_geom_gist ON feature USING gist (geom) WHERE kind = 'railway';
CREATE INDEX feature_river_geom_gist ON feature USING gist (geom) WHERE kind = 'river';
CREATE INDEX feature_road_geom_gist ON feature USING gist (geom) WHERE kind = 'road';
CREATE INDEX feature_station_geom_gist ON feature USING gist (geom) WHERE kind = 'station';
CREATE INDEX feature_water_geom_gist ON feature USING gist (geom) WHERE kind = 'water';
CREATE TABLE local_body (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    sec_code TEXT,
    tier TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_ml TEXT NOT NULL,
    family TEXT NOT NULL,
    body_class TEXT NOT NULL,
    panchayat_category TEXT,
    district TEXT,
    geom geometry(MULTIPOLYGON,32643),
    geom_3857 geometry(MULTIPOLYGON,3857) GENERATED ALWAYS AS (st_forcepolygoncw(st_transform(geom, 3857))) STORED,
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    invented BOOLEAN DEFAULT false NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT local_body_pk PRIMARY KEY (id),
    CONSTRAINT local_body_family_is_known CHECK (family IN ('municipal', 'panchayat')),
    CONSTRAINT local_body_body_class_is_known CHECK (body_class IN ('corporation', 'municipal_council', 'grama_panchayat')),
    CONSTRAINT local_body_family_fits_class CHECK ((family = 'panchayat') = (body_class = 'grama_panchayat')),
    CONSTRAINT local_body_name_in_both_languages CHECK (name_en <> '' AND name_ml <> ''),
    CONSTRAINT local_body_code_once_a_day EXCLUDE USING gist (code WITH =, valid WITH &&),
    CONSTRAINT local_body_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX local_body_geom_3857_gist ON local_body USING gist (geom_3857);
CREATE INDEX local_body_geom_gist ON local_body USING gist (geom);
CREATE TABLE raster (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    theme_id TEXT NOT NULL,
    path TEXT NOT NULL,
    cell_m DOUBLE PRECISION NOT NULL,
    geom geometry(POLYGON,32643) NOT NULL,
    invented BOOLEAN DEFAULT false NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT raster_pk PRIMARY KEY (id),
    CONSTRAINT raster_cell_is_positive CHECK (cell_m > 0),
    CONSTRAINT raster_theme_id_fk FOREIGN KEY(theme_id) REFERENCES theme (id),
    CONSTRAINT raster_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX raster_geom_gist ON raster USING gist (geom);
CREATE TABLE restriction (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    public_id TEXT NOT NULL,
    theme_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    value TEXT,
    zone_code TEXT,
    title_en TEXT NOT NULL,
    title_ml TEXT NOT NULL,
    says_en TEXT NOT NULL,
    says_ml TEXT NOT NULL,
    colour TEXT,
    accuracy_m DOUBLE PRECISION,
    office_id TEXT,
    document_id TEXT,
    article TEXT,
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    known TSTZRANGE DEFAULT tstzrange(now(), NULL) NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT restriction_pk PRIMARY KEY (id),
    CONSTRAINT restriction_kind_is_known CHECK (kind IN ('prohibits', 'limits', 'needs_noc', 'informs')),
    CONSTRAINT restriction_status_is_known CHECK (status IN ('in_force', 'draft_with_effect', 'draft', 'stayed', 'repealed')),
    CONSTRAINT restriction_accuracy_is_not_negative CHECK (accuracy_m >= 0),
    CONSTRAINT restriction_title_in_both_languages CHECK (title_en <> '' AND title_ml <> ''),
    CONSTRAINT restriction_says_in_both_languages CHECK (says_en <> '' AND says_ml <> ''),
    CONSTRAINT restriction_one_version_at_a_time EXCLUDE USING gist (public_id WITH =, valid WITH &&, known WITH &&),
    CONSTRAINT restriction_theme_id_fk FOREIGN KEY(theme_id) REFERENCES theme (id),
    CONSTRAINT restriction_office_id_fk FOREIGN KEY(office_id) REFERENCES office (id),
    CONSTRAINT restriction_document_id_fk FOREIGN KEY(document_id) REFERENCES document (id),
    CONSTRAINT restriction_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX restriction_theme_ix ON restriction (theme_id);
CREATE TABLE village (
    code TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_ml TEXT NOT NULL,
    search_key TEXT NOT NULL,
    search_key_ml TEXT NOT NULL,
    taluk_en TEXT,
    taluk_ml TEXT,
    district_en TEXT,
    district_ml TEXT,
    geom geometry(MULTIPOLYGON,32643),
    invented BOOLEAN DEFAULT false NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT village_pk PRIMARY KEY (code),
    CONSTRAINT village_name_in_both_languages CHECK (name_en <> '' AND name_ml <> ''),
    CONSTRAINT village_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX village_geom_gist ON village USING gist (geom);
CREATE INDEX village_search_key_ix ON village (search_key);
CREATE INDEX village_search_key_ml_ix ON village (search_key_ml);
CREATE TABLE ward (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    local_body_code TEXT NOT NULL,
    code TEXT NOT NULL,
    number INTEGER,
    name_en TEXT NOT NULL,
    name_ml TEXT NOT NULL,
    electors INTEGER,
    geom geometry(MULTIPOLYGON,32643),
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    invented BOOLEAN DEFAULT false NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT ward_pk PRIMARY KEY (id),
    CONSTRAINT ward_name_is_given CHECK (name_en <> ''),
    CONSTRAINT ward_code_once_a_day EXCLUDE USING gist (code WITH =, valid WITH &&),
    CONSTRAINT ward_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX ward_geom_gist ON ward USING gist (geom);
CREATE INDEX ward_local_body_ix ON ward (local_body_code);
CREATE TABLE building_floor (
    building_id TEXT NOT NULL,
    floor INTEGER NOT NULL,
    occupancy TEXT NOT NULL,
    area_m2 DOUBLE PRECISION NOT NULL,
    height_m DOUBLE PRECISION,
    units INTEGER DEFAULT 1 NOT NULL,
    CONSTRAINT building_floor_pk PRIMARY KEY (building_id, floor, occupancy),
    CONSTRAINT building_floor_area_is_positive CHECK (area_m2 > 0),
    CONSTRAINT building_floor_building_id_fk FOREIGN KEY(building_id) REFERENCES building (id) ON DELETE CASCADE
);
CREATE TABLE plot (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    tile_id BIGINT NOT NULL,
    public_id TEXT NOT NULL,
    village_code TEXT NOT NULL,
    block TEXT NOT NULL,
    survey_no TEXT NOT NULL,
    subdivision TEXT DEFAULT '' NOT NULL,
    search_key TEXT NOT NULL,
    ulpin TEXT,
    deed_area_m2 DOUBLE PRECISION,
    geom geometry(POLYGON,32643) NOT NULL,
    geom_3857 geometry(POLYGON,3857) GENERATED ALWAYS AS (st_forcepolygoncw(st_transform(geom, 3857))) STORED,
    drawn_area_m2 DOUBLE PRECISION GENERATED ALWAYS AS (st_area(geom)) STORED,
    source TEXT NOT NULL,
    accuracy_m DOUBLE PRECISION NOT NULL,
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    invented BOOLEAN DEFAULT false NOT NULL,
    load_id BIGINT NOT NULL,
    CONSTRAINT plot_pk PRIMARY KEY (id),
    CONSTRAINT plot_deed_area_is_positive CHECK (deed_area_m2 > 0),
    CONSTRAINT plot_drawn_area_is_positive CHECK (st_area(geom) > 0),
    CONSTRAINT plot_accuracy_is_not_negative CHECK (accuracy_m >= 0),
    CONSTRAINT plot_geom_is_valid CHECK (st_isvalid(geom)),
    CONSTRAINT plot_public_id_once_a_day EXCLUDE USING gist (public_id WITH =, valid WITH &&),
    CONSTRAINT plot_village_code_fk FOREIGN KEY(village_code) REFERENCES village (code),
    CONSTRAINT plot_load_id_fk FOREIGN KEY(load_id) REFERENCES layer_load (id)
);
CREATE INDEX plot_geom_3857_gist ON plot USING gist (geom_3857) WHERE upper_inf(valid);
CREATE INDEX plot_geom_gist ON plot USING gist (geom);
CREATE INDEX plot_public_id_ix ON plot (public_id);
CREATE INDEX plot_search_ix ON plot (village_code, search_key);
CREATE INDEX plot_tile_id_ix ON plot (tile_id);
CREATE TABLE restriction_geom (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    restriction_id BIGINT NOT NULL,
    dimension INTEGER NOT NULL,
    geom geometry(GEOMETRY,32643) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_forcepolygoncw(st_transform(geom, 3857))) STORED,
    CONSTRAINT restriction_geom_pk PRIMARY KEY (id),
    CONSTRAINT restriction_geom_dimension_is_told CHECK (dimension = st_dimension(geom)),
    CONSTRAINT restriction_geom_one_dimension_a_row CHECK (geometrytype(geom) <> 'GEOMETRYCOLLECTION'),
    CONSTRAINT restriction_geom_geom_is_not_empty CHECK (NOT st_isempty(geom)),
    CONSTRAINT restriction_geom_geom_is_valid CHECK (st_isvalid(geom)),
    CONSTRAINT restriction_geom_restriction_id_fk FOREIGN KEY(restriction_id) REFERENCES restriction (id) ON DELETE CASCADE
);
CREATE INDEX restriction_geom_geom_3857_gist ON restriction_geom USING gist (geom_3857);
CREATE INDEX restriction_geom_restriction_ix ON restriction_geom (restriction_id);
CREATE TABLE restriction_piece (
    geom_id BIGINT NOT NULL,
    restriction_id BIGINT NOT NULL,
    geom geometry(GEOMETRY,32643) NOT NULL,
    CONSTRAINT restriction_piece_geom_id_fk FOREIGN KEY(geom_id) REFERENCES restriction_geom (id) ON DELETE CASCADE
);
CREATE INDEX restriction_piece_geom_gist ON restriction_piece USING gist (geom);
CREATE INDEX restriction_piece_geom_ix ON restriction_piece (geom_id);

-- Big polygons are also kept in pieces: an index finds a piece of a river, not the whole river.
CREATE FUNCTION restriction_geom_in_pieces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM restriction_piece WHERE geom_id = NEW.id;
    INSERT INTO restriction_piece (geom_id, restriction_id, geom)
    SELECT NEW.id, NEW.restriction_id, ST_Subdivide(NEW.geom, 64);
    RETURN NULL;
END $$;
CREATE TRIGGER restriction_geom_pieces AFTER INSERT OR UPDATE OF geom ON restriction_geom
    FOR EACH ROW EXECUTE FUNCTION restriction_geom_in_pieces();
