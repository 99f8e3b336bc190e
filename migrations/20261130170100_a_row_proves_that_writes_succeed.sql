-- Readiness writes it: that a database answers does not prove that it takes a write.
CREATE TABLE write_proofs (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    written_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO write_proofs (written_at) VALUES (now());
COMMENT ON COLUMN write_proofs.only_row IS 'there is one row';
COMMENT ON COLUMN write_proofs.written_at IS 'when readiness last proved that a write succeeds';
