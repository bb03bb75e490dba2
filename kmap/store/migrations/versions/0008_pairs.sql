-- What each plot shares with each restriction, worked out when either is loaded. A pair is of two
-- versions, which are closed and never changed: it needs no `known` of its own.
-- A plot that lies wholly inside, whichever way the lines lie, has a pair without numbers.
CREATE TABLE plot_restriction (
    plot_id BIGINT NOT NULL,
    restriction_id BIGINT NOT NULL,
    dimension SMALLINT NOT NULL,
    slack DOUBLE PRECISION NOT NULL,
    size DOUBLE PRECISION,
    least DOUBLE PRECISION,
    most DOUBLE PRECISION,
    distance DOUBLE PRECISION,
    CONSTRAINT plot_restriction_pk PRIMARY KEY (plot_id, restriction_id, dimension)
);

-- Why the pairs cannot be trusted at this moment; empty when they are whole. Whoever writes plots
-- or restrictions and does not renew the pairs leaves a row here, and answers overlay live.
CREATE TABLE pairs_due (
    what TEXT NOT NULL,
    CONSTRAINT pairs_due_pk PRIMARY KEY (what)
);
INSERT INTO pairs_due SELECT 'all' WHERE EXISTS (SELECT FROM plot) OR EXISTS (SELECT FROM restriction);

CREATE FUNCTION pairs_are_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pairs_due VALUES (TG_ARGV[0] || ' ' || pg_current_xact_id()) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER plot_pairs_due AFTER INSERT ON plot
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_due('plots');
CREATE TRIGGER plot_moved AFTER UPDATE OF geom, accuracy_m ON plot
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_due('moved');
CREATE TRIGGER restriction_geom_pairs_due AFTER INSERT ON restriction_geom
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_due('restrictions');
CREATE TRIGGER restriction_geom_moved AFTER UPDATE OF geom OR DELETE ON restriction_geom
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_due('moved');
CREATE TRIGGER restriction_piece_moved AFTER UPDATE ON restriction_piece
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_due('moved');
CREATE TRIGGER restriction_moved AFTER UPDATE OF accuracy_m, load_id ON restriction
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_due('moved');
CREATE TRIGGER layer_load_moved AFTER UPDATE OF accuracy_m ON layer_load
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_are_due('moved');

CREATE FUNCTION pairs_of_plots_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM plot_restriction x USING gone WHERE x.plot_id = gone.id;
    RETURN NULL;
END $$;
CREATE TRIGGER plot_gone AFTER DELETE ON plot REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_of_plots_gone();
CREATE FUNCTION pairs_of_restrictions_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM plot_restriction x WHERE x.restriction_id IN (SELECT id FROM gone);
    RETURN NULL;
END $$;
CREATE TRIGGER restriction_gone AFTER DELETE ON restriction REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION pairs_of_restrictions_gone();

-- Loads follow one another, in the order of their time: else "as known then" would change later.
CREATE FUNCTION loads_follow_one_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7301);
    IF EXISTS (SELECT FROM layer_load WHERE loaded_at > now()) THEN
        RAISE EXCEPTION 'another load began later and is already in: load again'
            USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER layer_load_in_order BEFORE INSERT ON layer_load
    FOR EACH ROW EXECUTE FUNCTION loads_follow_one_another();
