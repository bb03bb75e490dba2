-- What is needed to repeat a stored evaluation byte for byte: the rule book's own bytes, kept
-- once for each hash, and the facts and the answer as they were. Frozen: later changes are later
-- migrations.
CREATE TABLE book_frozen (
    hash TEXT NOT NULL,
    book_id TEXT NOT NULL,
    content BYTEA NOT NULL,
    frozen_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT book_frozen_pk PRIMARY KEY (hash),
    CONSTRAINT book_frozen_hash_is_hex CHECK (hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT book_frozen_has_bytes CHECK (octet_length(content) > 0)
);
CREATE TABLE evaluation (
    id UUID NOT NULL,
    scrutiny_id UUID,
    made_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    as_of DATE NOT NULL,
    book_hash TEXT NOT NULL,
    engine TEXT NOT NULL,
    facts TEXT NOT NULL,
    answer BYTEA NOT NULL,
    answer_sha256 TEXT NOT NULL,
    CONSTRAINT evaluation_pk PRIMARY KEY (id),
    CONSTRAINT evaluation_scrutiny_id_key UNIQUE (scrutiny_id),
    CONSTRAINT evaluation_scrutiny_id_fk FOREIGN KEY (scrutiny_id) REFERENCES scrutiny (id),
    CONSTRAINT evaluation_book_hash_fk FOREIGN KEY (book_hash) REFERENCES book_frozen (hash),
    CONSTRAINT evaluation_answer_sha256_is_hex CHECK (answer_sha256 ~ '^[0-9a-f]{64}$')
);
CREATE INDEX evaluation_made_at_ix ON evaluation (made_at, id);
ALTER TABLE book_frozen ALTER COLUMN content SET STORAGE EXTERNAL; -- packed already
ALTER TABLE evaluation ALTER COLUMN answer SET STORAGE EXTERNAL;

CREATE FUNCTION evaluation_only_grows() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = 'What was judged is never changed: ' || TG_TABLE_NAME || ' refuses ' || TG_OP;
END $$;

CREATE FUNCTION evaluation_goes_with_its_scrutiny() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM scrutiny_erasure WHERE scrutiny_id = OLD.scrutiny_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'An evaluation goes only with its scrutiny, and that only with a tombstone.';
END $$;

CREATE TRIGGER book_frozen_kept BEFORE UPDATE OR DELETE ON book_frozen
FOR EACH ROW EXECUTE FUNCTION evaluation_only_grows();
CREATE TRIGGER book_frozen_not_emptied BEFORE TRUNCATE ON book_frozen
FOR EACH STATEMENT EXECUTE FUNCTION evaluation_only_grows();
CREATE TRIGGER evaluation_kept BEFORE UPDATE ON evaluation
FOR EACH ROW EXECUTE FUNCTION evaluation_only_grows();
CREATE TRIGGER evaluation_not_emptied BEFORE TRUNCATE ON evaluation
FOR EACH STATEMENT EXECUTE FUNCTION evaluation_only_grows();
CREATE TRIGGER evaluation_erased BEFORE DELETE ON evaluation
FOR EACH ROW EXECUTE FUNCTION evaluation_goes_with_its_scrutiny();
