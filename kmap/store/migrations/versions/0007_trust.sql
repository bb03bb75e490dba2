-- Extracts as issued: named by their bytes, kept for ever, with every signature that was given.
CREATE TABLE extract (
    id TEXT NOT NULL,
    plot_id TEXT NOT NULL,
    as_of DATE NOT NULL,
    known_at TIMESTAMPTZ,
    intended_use TEXT NOT NULL,
    book_hash TEXT NOT NULL,
    loads BIGINT [] NOT NULL,
    content BYTEA NOT NULL,
    made_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT extract_pk PRIMARY KEY (id),
    CONSTRAINT extract_id_is_sha256 CHECK (id ~ '^[0-9a-f]{64}$'),
    CONSTRAINT extract_has_bytes CHECK (octet_length(content) > 0)
);
CREATE TABLE extract_signature (
    extract_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    signed_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT extract_signature_pk PRIMARY KEY (extract_id, key_id),
    CONSTRAINT extract_signature_extract_id_fk FOREIGN KEY (extract_id) REFERENCES extract (id),
    CONSTRAINT extract_signature_is_ed25519 CHECK (signature ~ '^[0-9a-f]{128}$')
);
ALTER TABLE extract ALTER COLUMN content SET STORAGE EXTERNAL; -- packed already

CREATE FUNCTION extract_only_grows() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = 'What was issued is never changed: ' || TG_TABLE_NAME || ' refuses ' || TG_OP;
END $$;
CREATE TRIGGER extract_kept BEFORE UPDATE OR DELETE ON extract
FOR EACH ROW EXECUTE FUNCTION extract_only_grows();
CREATE TRIGGER extract_not_emptied BEFORE TRUNCATE ON extract
FOR EACH STATEMENT EXECUTE FUNCTION extract_only_grows();
CREATE TRIGGER extract_signature_kept BEFORE UPDATE OR DELETE ON extract_signature
FOR EACH ROW EXECUTE FUNCTION extract_only_grows();
CREATE TRIGGER extract_signature_not_emptied BEFORE TRUNCATE ON extract_signature
FOR EACH STATEMENT EXECUTE FUNCTION extract_only_grows();

-- Watches: a plot, an intended use, and the answer last seen. Who holds the key may read and delete.
CREATE TABLE watch (
    id UUID NOT NULL,
    key_hash BYTEA NOT NULL,
    plot_id TEXT NOT NULL,
    intended_use TEXT NOT NULL,
    made_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    seen BYTEA,
    essence TEXT,
    book_hash TEXT,
    reaches JSONB,
    geom GEOMETRY (POLYGON, 32643),
    alerts INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT watch_pk PRIMARY KEY (id),
    CONSTRAINT watch_key_hash_is_sha256 CHECK (octet_length(key_hash) = 32),
    CONSTRAINT watch_seen_as_a_whole
    CHECK ((seen IS NULL) = (essence IS NULL) AND (seen IS NULL) = (book_hash IS NULL))
);
ALTER TABLE watch ALTER COLUMN seen SET STORAGE EXTERNAL; -- packed already
CREATE INDEX watch_plot_id_ix ON watch (plot_id);
-- The outbox: written in the transaction that moves the watch's essence, so none is lost or doubled.
CREATE TABLE watch_alert (
    watch_id UUID NOT NULL,
    number INTEGER NOT NULL,
    made_at TIMESTAMPTZ DEFAULT clock_timestamp() NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    book_hash TEXT NOT NULL,
    loads BIGINT [] NOT NULL,
    changes TEXT NOT NULL,
    CONSTRAINT watch_alert_pk PRIMARY KEY (watch_id, number),
    CONSTRAINT watch_alert_watch_id_fk FOREIGN KEY (watch_id) REFERENCES watch (id) ON DELETE CASCADE,
    CONSTRAINT watch_alert_is_of_a_change CHECK (before <> after)
);
-- Loads whose effect on every watch has been looked at.
CREATE TABLE watch_load (
    load_id BIGINT NOT NULL,
    looked_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT watch_load_pk PRIMARY KEY (load_id)
);
INSERT INTO watch_load (load_id) SELECT id FROM layer_load;
