-- Scrutinies: a ledger that only grows, its content that can be erased on request, and the
-- tombstones of what was erased. Frozen: later changes are later migrations.
CREATE TABLE scrutiny (
    id UUID NOT NULL,
    first_id UUID NOT NULL,
    previous_id UUID,
    revision INTEGER NOT NULL,
    made_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    key_hash BYTEA NOT NULL,
    drawing_sha256 TEXT NOT NULL,
    drawing_size BIGINT NOT NULL,
    as_of DATE NOT NULL,
    book_id TEXT NOT NULL,
    book_hash TEXT NOT NULL,
    CONSTRAINT scrutiny_pk PRIMARY KEY (id),
    CONSTRAINT scrutiny_first_id_fk FOREIGN KEY (first_id) REFERENCES scrutiny (id),
    CONSTRAINT scrutiny_previous_id_fk FOREIGN KEY (previous_id) REFERENCES scrutiny (id),
    CONSTRAINT scrutiny_previous_id_key UNIQUE (previous_id),
    CONSTRAINT scrutiny_revision_key UNIQUE (first_id, revision),
    CONSTRAINT scrutiny_first_has_no_previous
    CHECK (((revision = 1) = (previous_id IS NULL)) AND ((revision = 1) = (first_id = id))),
    CONSTRAINT scrutiny_revision_counts_from_one CHECK (revision >= 1),
    CONSTRAINT scrutiny_key_hash_is_sha256 CHECK (octet_length(key_hash) = 32),
    CONSTRAINT scrutiny_drawing_sha256_is_hex CHECK (drawing_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT scrutiny_drawing_has_bytes CHECK (drawing_size > 0)
);
CREATE TABLE scrutiny_content (
    scrutiny_id UUID NOT NULL,
    drawing BYTEA NOT NULL,
    verdict TEXT NOT NULL,
    building_id TEXT,
    site JSON NOT NULL,
    facts JSON NOT NULL,
    sources JSON NOT NULL,
    answer JSON NOT NULL,
    sketch JSON NOT NULL,
    CONSTRAINT scrutiny_content_pk PRIMARY KEY (scrutiny_id),
    CONSTRAINT scrutiny_content_scrutiny_id_fk
    FOREIGN KEY (scrutiny_id) REFERENCES scrutiny (id),
    CONSTRAINT scrutiny_content_verdict_is_known
    CHECK (verdict IN ('pass', 'fail', 'unknown', 'unreadable'))
);
CREATE INDEX scrutiny_content_building_ix ON scrutiny_content (building_id)
WHERE building_id IS NOT NULL;
CREATE TABLE scrutiny_erasure (
    scrutiny_id UUID NOT NULL,
    erased_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT scrutiny_erasure_pk PRIMARY KEY (scrutiny_id),
    CONSTRAINT scrutiny_erasure_scrutiny_id_fk
    FOREIGN KEY (scrutiny_id) REFERENCES scrutiny (id)
);

CREATE FUNCTION scrutiny_only_grows() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = 'A scrutiny is never changed: ' || TG_TABLE_NAME || ' refuses ' || TG_OP;
END $$;

CREATE FUNCTION scrutiny_content_goes_on_request() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM scrutiny_erasure WHERE scrutiny_id = OLD.scrutiny_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A scrutiny is erased only with a tombstone in scrutiny_erasure.';
END $$;

CREATE TRIGGER scrutiny_kept BEFORE UPDATE OR DELETE ON scrutiny
FOR EACH ROW EXECUTE FUNCTION scrutiny_only_grows();
CREATE TRIGGER scrutiny_not_emptied BEFORE TRUNCATE ON scrutiny
FOR EACH STATEMENT EXECUTE FUNCTION scrutiny_only_grows();
CREATE TRIGGER scrutiny_erasure_kept BEFORE UPDATE OR DELETE ON scrutiny_erasure
FOR EACH ROW EXECUTE FUNCTION scrutiny_only_grows();
CREATE TRIGGER scrutiny_erasure_not_emptied BEFORE TRUNCATE ON scrutiny_erasure
FOR EACH STATEMENT EXECUTE FUNCTION scrutiny_only_grows();
CREATE TRIGGER scrutiny_content_kept BEFORE UPDATE ON scrutiny_content
FOR EACH ROW EXECUTE FUNCTION scrutiny_only_grows();
CREATE TRIGGER scrutiny_content_not_emptied BEFORE TRUNCATE ON scrutiny_content
FOR EACH STATEMENT EXECUTE FUNCTION scrutiny_only_grows();
CREATE TRIGGER scrutiny_content_erased BEFORE DELETE ON scrutiny_content
FOR EACH ROW EXECUTE FUNCTION scrutiny_content_goes_on_request();
