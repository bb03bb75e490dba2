DELETE FROM plot WHERE NOT upper_inf(known);
DELETE FROM zone_type WHERE NOT upper_inf(known);
DELETE FROM coverage WHERE NOT upper_inf(known);
DELETE FROM evidence WHERE NOT upper_inf(known);
DELETE FROM feature WHERE NOT upper_inf(known);
ALTER TABLE plot DROP COLUMN known;
ALTER TABLE zone_type DROP COLUMN known;
ALTER TABLE coverage DROP COLUMN known;
ALTER TABLE evidence DROP COLUMN known;
ALTER TABLE feature DROP COLUMN known;
ALTER TABLE plot ADD CONSTRAINT plot_public_id_once_a_day
    EXCLUDE USING gist (public_id WITH =, valid WITH &&);
ALTER TABLE zone_type ADD CONSTRAINT zone_type_code_once_a_day
    EXCLUDE USING gist (code WITH =, valid WITH &&);
