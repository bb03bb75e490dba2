-- `known`: from when to when the register held a row to be true. Rows are closed, never changed.
ALTER TABLE plot ADD COLUMN known tstzrange NOT NULL DEFAULT tstzrange(now(), NULL);
ALTER TABLE coverage ADD COLUMN known tstzrange NOT NULL DEFAULT tstzrange(now(), NULL);
ALTER TABLE zone_type ADD COLUMN known tstzrange NOT NULL DEFAULT tstzrange(now(), NULL);
ALTER TABLE evidence ADD COLUMN known tstzrange NOT NULL DEFAULT tstzrange(now(), NULL);
ALTER TABLE feature ADD COLUMN known tstzrange NOT NULL DEFAULT tstzrange(now(), NULL);
UPDATE plot t SET known = tstzrange(l.loaded_at, NULL) FROM layer_load l WHERE l.id = t.load_id;
UPDATE coverage t SET known = tstzrange(l.loaded_at, NULL) FROM layer_load l WHERE l.id = t.load_id;
UPDATE evidence t SET known = tstzrange(l.loaded_at, NULL) FROM layer_load l WHERE l.id = t.load_id;
UPDATE feature t SET known = tstzrange(l.loaded_at, NULL) FROM layer_load l WHERE l.id = t.load_id;
UPDATE zone_type SET known = tstzrange((SELECT min(loaded_at) FROM layer_load), NULL)
 WHERE EXISTS (SELECT FROM layer_load);
ALTER TABLE plot DROP CONSTRAINT plot_public_id_once_a_day;
ALTER TABLE plot ADD CONSTRAINT plot_one_version_at_a_time
    EXCLUDE USING gist (public_id WITH =, valid WITH &&, known WITH &&);
ALTER TABLE zone_type DROP CONSTRAINT zone_type_code_once_a_day;
ALTER TABLE zone_type ADD CONSTRAINT zone_type_one_version_at_a_time
    EXCLUDE USING gist (code WITH =, valid WITH &&, known WITH &&);
