DROP TRIGGER raster_tiles ON raster;
DROP TRIGGER raster_tiles_truncate ON raster;
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger
               WHERE tgname LIKE '%\_tiles\_%' AND NOT tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.name);
    END LOOP;
END $$;
DROP TABLE tile_due, tile_touch, tile_kept, tile_day, tile_layer;
DROP FUNCTION tiles_turn, tile_keep, tiles_settle, tiles_all_touched, tiles_touched,
    tile_layer_of_feature, tile_layer_of, tile_square;
ALTER TABLE coverage DROP COLUMN geom_3857;
