-- Lines are signed together with their place, and each chain's end is signed too: what is taken out of the
-- middle or off the end is missed, also when everything is counted and hashed anew. And a line says what
-- its actor was called at the time.
ALTER TABLE audit_events ADD COLUMN actor_name text;
COMMENT ON COLUMN audit_events.actor_name IS 'what the person or key was called at that moment; null in lines from before that was written, and where there is no name';
COMMENT ON COLUMN audit_signatures.mac IS 'HMAC-SHA-256 of the line''s digest together with its place; in older lines, of the digest alone';

-- The service's word on where each chain ends, replaced with each line.
CREATE TABLE audit_ends (
    chain uuid PRIMARY KEY,
    entries bigint NOT NULL CHECK (entries > 0),
    older bigint NOT NULL,
    since timestamptz NOT NULL,
    key_id text NOT NULL,
    mac bytea NOT NULL CHECK (octet_length(mac) = 32)
);
CREATE INDEX audit_ends_by_key ON audit_ends (key_id);
CREATE INDEX audit_ends_by_time ON audit_ends (since);
COMMENT ON COLUMN audit_ends.chain IS 'the tenant, or zeros for the service as a whole';
COMMENT ON COLUMN audit_ends.entries IS 'how many lines the chain had when the service signed its end';
COMMENT ON COLUMN audit_ends.older IS 'up to which line signatures may be of the content alone';
COMMENT ON COLUMN audit_ends.since IS 'since when ends are signed in this database';
COMMENT ON COLUMN audit_ends.key_id IS 'the name in the key ring of the key that the signature''s key is derived from';
COMMENT ON COLUMN audit_ends.mac IS 'HMAC-SHA-256 of all of this and the hash of the last line';

-- Locks a chain for the rest of the transaction, so that whoever signs a line knows its place, and says
-- where it ends. It runs with its owner's rights: the service itself may not write where chains end.
CREATE FUNCTION lock_audit_chain(which uuid) RETURNS TABLE (
    entries bigint, hash bytea, end_entries bigint, end_older bigint, end_since timestamptz, end_key text,
    end_mac bytea, ends_since timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM 1 FROM audit_chains c WHERE c.chain = which FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_chains AS c (chain, entries, hash) VALUES (which, 0, '') ON CONFLICT (chain) DO NOTHING;
        PERFORM 1 FROM audit_chains c WHERE c.chain = which FOR UPDATE;
    END IF;
    -- A statement of its own sees what was committed before the lock was ours.
    RETURN QUERY SELECT c.entries, c.hash, e.entries, e.older, e.since, e.key_id, e.mac,
                        (SELECT min(s.since) FROM audit_ends s)
                 FROM audit_chains c LEFT JOIN audit_ends e ON e.chain = c.chain WHERE c.chain = which;
END $$;

-- As before, and refuses a line that was signed for another place than it gets. A version of the service
-- that signs no places gives none.
CREATE OR REPLACE FUNCTION link_audit_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
DECLARE
    link audit_chains;
    signed_for bigint := NEW.chain_sequence;
BEGIN
    NEW.chain_sequence := NULL;
    NEW.chain_hash := NULL;
    IF NEW.digest IS NULL THEN
        RETURN NEW;
    END IF;
    INSERT INTO audit_chains AS before (chain, entries, hash)
    VALUES (coalesce(NEW.tenant_id, '00000000-0000-0000-0000-000000000000'), 1, sha256(NEW.digest))
    ON CONFLICT (chain) DO UPDATE SET entries = before.entries + 1, hash = sha256(before.hash || NEW.digest)
    RETURNING * INTO link;
    IF signed_for <> link.entries THEN
        RAISE EXCEPTION 'the line was signed for another place' USING ERRCODE = 'serialization_failure';
    END IF;
    NEW.chain_sequence := link.entries;
    NEW.chain_hash := link.hash;
    RETURN NEW;
END $$;

REVOKE EXECUTE ON FUNCTION lock_audit_chain(uuid) FROM PUBLIC;
