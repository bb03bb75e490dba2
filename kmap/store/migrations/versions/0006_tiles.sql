-- Tiles kept in the database. A kept tile is a true tile: whoever writes what is drawn takes the
-- touched tiles out in the same transaction, at its commit. Decision 0015. Frozen.
ALTER TABLE coverage ADD COLUMN geom_3857 geometry(POLYGON,3857)
    GENERATED ALWAYS AS (st_forcepolygoncw(st_transform(geom, 3857))) STORED;
CREATE INDEX coverage_geom_3857_gist ON coverage USING gist (geom_3857);

CREATE TABLE tile_layer (
    layer TEXT NOT NULL,
    version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT tile_layer_pk PRIMARY KEY (layer)
);
INSERT INTO tile_layer (layer) VALUES ('parcels'), ('buildings'), ('zones'), ('restrictions'),
    ('drafts'), ('local_bodies'), ('coverage'), ('missing'), ('water'), ('roads'), ('places'),
    ('relief');

-- The day whose law the kept tiles draw.
CREATE TABLE tile_day (
    one BOOLEAN DEFAULT true NOT NULL,
    day DATE NOT NULL,
    CONSTRAINT tile_day_pk PRIMARY KEY (one),
    CONSTRAINT tile_day_is_one_row CHECK (one)
);
INSERT INTO tile_day (day) VALUES ((now() AT TIME ZONE 'Asia/Kolkata')::date);

CREATE UNLOGGED TABLE tile_kept (
    layer TEXT NOT NULL,
    z SMALLINT NOT NULL,
    x INTEGER NOT NULL,
    y INTEGER NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT tile_kept_pk PRIMARY KEY (layer, z, x, y),
    CONSTRAINT tile_kept_zoom_is_kept CHECK (z BETWEEN 6 AND 17)
);
ALTER TABLE tile_kept ALTER COLUMN body SET STORAGE EXTERNAL; -- packed already

-- What the transaction under way has touched; empty between transactions. No shape: all of it.
CREATE UNLOGGED TABLE tile_touch (
    layer TEXT NOT NULL,
    shape geometry(GEOMETRY,3857)
);
CREATE UNLOGGED TABLE tile_due (
    xact BIGINT NOT NULL,
    CONSTRAINT tile_due_pk PRIMARY KEY (xact)
);

-- A tile's square with the margin that is drawn around it (64 of 4096).
CREATE FUNCTION tile_square(z integer, x integer, y integer) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_TileEnvelope(z, x, y, margin => 64.0 / 4096)
$$;

-- On which layer a restriction is drawn; null: on none.
CREATE FUNCTION tile_layer_of(theme text, status text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN status IN ('draft', 'draft_with_effect', 'stayed') THEN 'drafts'
                WHEN status <> 'in_force' THEN NULL
                WHEN theme = 'zoning' THEN 'zones' ELSE 'restrictions' END
$$;

-- After a statement: what was drawn before and is not drawn now, and the reverse. The argument
-- is a query of layer, shape and drawn over {rows}. Many rows are taken together by the place.
CREATE FUNCTION tiles_touched() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := replace(TG_ARGV[0], '{rows}', 'gone');
    after text := replace(TG_ARGV[0], '{rows}', 'came');
    changed text;
    many bigint := 0;
    touched bigint;
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN changed := after; EXECUTE 'SELECT count(*) FROM came' INTO many;
        WHEN 'DELETE' THEN changed := before; EXECUTE 'SELECT count(*) FROM gone' INTO many;
        ELSE changed := format('((%1$s) EXCEPT ALL (%2$s)) UNION ALL ((%2$s) EXCEPT ALL (%1$s))',
                               before, after);
    END CASE;
    IF many > 5000 THEN
        changed := format('SELECT layer, ST_SetSRID(ST_Extent(shape)::geometry, 3857) AS shape'
            ' FROM (%s) c GROUP BY layer, floor(ST_XMin(shape) / 306), floor(ST_YMin(shape) / 306)',
            changed);
    END IF;
    EXECUTE format('INSERT INTO tile_touch (layer, shape) SELECT layer, shape FROM (%s) c'
        ' WHERE layer IS NOT NULL AND shape IS NOT NULL', changed);
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF touched > 0 THEN
        INSERT INTO tile_due VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

-- A layer of which all is touched: a table emptied, a raster come or gone.
CREATE FUNCTION tiles_all_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tile_touch (layer) SELECT unnest(string_to_array(TG_ARGV[0], ' '));
    INSERT INTO tile_due VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- At commit: take out the touched tiles and tell it. The lock is held until the commit is seen,
-- so versions grow in the order of commits, and no tile of the state before can be put in after.
CREATE FUNCTION tiles_settle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'What maps draw is written in READ COMMITTED transactions only.';
    END IF;
    PERFORM pg_advisory_xact_lock(7301);
    DELETE FROM tile_kept k USING (SELECT DISTINCT layer FROM tile_touch WHERE shape IS NULL) t
    WHERE k.layer = t.layer;
    DELETE FROM tile_kept k USING (
        SELECT t.layer, t.shape, s.z,
               (ST_XMin(t.shape) - 2 + 20037508.342789244) / s.size - 1.02 AS x0,
               (ST_XMax(t.shape) + 2 + 20037508.342789244) / s.size + 0.02 AS x1,
               (20037508.342789244 - ST_YMax(t.shape) - 2) / s.size - 1.02 AS y0,
               (20037508.342789244 - ST_YMin(t.shape) + 2) / s.size + 0.02 AS y1
        FROM tile_touch t
        CROSS JOIN (SELECT z, 40075016.685578488 / 2 ^ z AS size FROM generate_series(6, 17) z) s
        WHERE t.shape IS NOT NULL) t
    WHERE k.layer = t.layer AND k.z = t.z
      AND k.x BETWEEN ceil(t.x0)::int AND floor(t.x1)::int
      AND k.y BETWEEN ceil(t.y0)::int AND floor(t.y1)::int
      AND t.shape && tile_square(k.z, k.x, k.y)
      AND (k.layer IN ('parcels', 'buildings')
           OR ST_DWithin(t.shape, tile_square(k.z, k.x, k.y), 0.001));
    UPDATE tile_layer l SET version = version + 1
    WHERE l.layer IN (SELECT layer FROM tile_touch);
    DELETE FROM tile_touch;
    DELETE FROM tile_due;
    NOTIFY kmap_tiles;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tile_due_settle AFTER INSERT ON tile_due
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tiles_settle();

-- Keep a tile cut from the state of that version; false when that state is past, or may be.
CREATE FUNCTION tile_keep(named text, at_z int, at_x int, at_y int, cut_from bigint, packed bytea)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared(7301) THEN
        RETURN false;
    END IF;
    INSERT INTO tile_kept (layer, z, x, y, body)
    SELECT named, at_z, at_x, at_y, packed FROM tile_layer
    WHERE layer = named AND version = cut_from ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- A new day: what comes into force or ends today touches its tiles.
CREATE FUNCTION tiles_turn(today date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    was date;
BEGIN
    PERFORM pg_advisory_xact_lock(7301);
    SELECT day INTO was FROM tile_day;
    IF was = today THEN
        RETURN;
    END IF;
    UPDATE tile_day SET day = today;
    INSERT INTO tile_touch (layer, shape)
    SELECT layer, shape FROM (
        SELECT tile_layer_of(r.theme_id, r.status) AS layer, g.geom_3857 AS shape, r.valid
        FROM restriction r JOIN restriction_geom g ON g.restriction_id = r.id
        WHERE upper_inf(r.known)
        UNION ALL
        SELECT m.layer, b.geom_3857, b.valid
        FROM local_body b, (VALUES ('local_bodies'), ('missing')) m (layer)
        UNION ALL
        SELECT m.layer, c.geom_3857, c.valid
        FROM coverage c, (VALUES ('coverage'), ('missing')) m (layer) WHERE upper_inf(c.known)
        UNION ALL
        SELECT tile_layer_of_feature(f.kind), f.geom_3857, f.valid
        FROM feature f WHERE upper_inf(f.known)) d
    WHERE d.layer IS NOT NULL AND d.shape IS NOT NULL
      AND (d.valid @> was) <> (d.valid @> today);
    INSERT INTO tile_due VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
END $$;
CREATE FUNCTION tile_layer_of_feature(kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN kind = 'water' THEN 'water'
                WHEN kind IN ('road', 'railway', 'power_line') THEN 'roads'
                WHEN kind IN ('place', 'station', 'monument') THEN 'places' END
$$;

-- The triggers: for each table, the query of what is drawn of its rows.
DO $make$
DECLARE
    one record;
    way text;
BEGIN
    FOR one IN SELECT * FROM (VALUES
        ('plot', 'insert update delete', 'parcels', $q$
            SELECT 'parcels' AS layer, r.geom_3857 AS shape,
                   row(r.tile_id, r.survey_no, r.subdivision)::text AS drawn
            FROM {rows} r WHERE upper_inf(r.valid) AND upper_inf(r.known)$q$),
        ('building', 'insert update delete', 'buildings', $q$
            SELECT 'buildings' AS layer, r.geom_3857 AS shape,
                   row(r.tile_id, r.height_m)::text AS drawn
            FROM {rows} r$q$),
        ('feature', 'insert update delete', 'water roads places', $q$
            SELECT tile_layer_of_feature(r.kind) AS layer, r.geom_3857 AS shape,
                   row(r.id, r.kind, r.class, r.width_m, r.name_en, r.name_ml)::text AS drawn
            FROM {rows} r WHERE upper_inf(r.known) AND r.valid @> (SELECT day FROM tile_day)$q$),
        ('local_body', 'insert update delete', 'local_bodies missing', $q$
            SELECT m.layer, r.geom_3857 AS shape,
                   CASE m.layer WHEN 'missing' THEN ''
                       ELSE row(r.id, r.code, r.name_en, r.name_ml)::text END AS drawn
            FROM {rows} r, (VALUES ('local_bodies'), ('missing')) m (layer)
            WHERE r.valid @> (SELECT day FROM tile_day)$q$),
        ('coverage', 'insert update delete', 'coverage missing', $q$
            SELECT m.layer, r.geom_3857 AS shape,
                   row(r.id, r.theme_id, r.level)::text AS drawn
            FROM {rows} r, (VALUES ('coverage'), ('missing')) m (layer)
            WHERE upper_inf(r.known) AND r.valid @> (SELECT day FROM tile_day)$q$),
        ('restriction_geom', 'insert update delete', 'zones restrictions drafts', $q$
            SELECT m.layer, g.geom_3857 AS shape, g.id::text AS drawn
            FROM {rows} g LEFT JOIN restriction r ON r.id = g.restriction_id
            CROSS JOIN (VALUES ('zones'), ('restrictions'), ('drafts')) m (layer)
            WHERE r.id IS NULL OR m.layer = tile_layer_of(r.theme_id, r.status)
                  AND upper_inf(r.known) AND r.valid @> (SELECT day FROM tile_day)$q$),
        ('restriction', 'update', 'zones restrictions drafts', $q$
            SELECT tile_layer_of(r.theme_id, r.status) AS layer, g.geom_3857 AS shape,
                   row(r.id, r.public_id, r.theme_id, r.status, r.zone_code, r.title_en,
                       r.title_ml, r.colour)::text AS drawn
            FROM {rows} r JOIN restriction_geom g ON g.restriction_id = r.id
            WHERE upper_inf(r.known) AND r.valid @> (SELECT day FROM tile_day)$q$),
        ('theme', 'update', 'zones restrictions drafts', $q$
            SELECT tile_layer_of(r.theme_id, r.status) AS layer, g.geom_3857 AS shape,
                   h.colour AS drawn
            FROM {rows} h JOIN restriction r ON r.theme_id = h.id
            JOIN restriction_geom g ON g.restriction_id = r.id
            WHERE r.colour IS NULL AND upper_inf(r.known)
              AND h.id IN (SELECT o.id FROM gone o JOIN came n USING (id)
                           WHERE o.colour <> n.colour)$q$)
        ) t (name, ways, layers, query)
    LOOP
        FOREACH way IN ARRAY string_to_array(one.ways, ' ') LOOP
            EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s'
                ' FOR EACH STATEMENT EXECUTE FUNCTION tiles_touched(%L)',
                one.name || '_tiles_' || way, way, one.name,
                CASE way WHEN 'insert' THEN 'NEW TABLE AS came'
                         WHEN 'delete' THEN 'OLD TABLE AS gone'
                         ELSE 'OLD TABLE AS gone NEW TABLE AS came' END,
                one.query);
        END LOOP;
        EXECUTE format('CREATE TRIGGER %I AFTER TRUNCATE ON %I FOR EACH STATEMENT'
            ' EXECUTE FUNCTION tiles_all_touched(%L)',
            one.name || '_tiles_truncate', one.name, one.layers);
    END LOOP;
END $make$;
CREATE TRIGGER raster_tiles AFTER INSERT OR UPDATE OR DELETE ON raster
    FOR EACH STATEMENT EXECUTE FUNCTION tiles_all_touched('relief');
CREATE TRIGGER raster_tiles_truncate AFTER TRUNCATE ON raster
    FOR EACH STATEMENT EXECUTE FUNCTION tiles_all_touched('relief');
