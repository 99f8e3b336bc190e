-- Each line of the audit trail follows from the one before it in its chain (one per tenant, one for the
-- service as a whole), and is vouched for by a signature that needs a key which the database does not hold.
-- A line that was changed, removed or slipped in is found by `grantway audit verify`.
ALTER TABLE audit_events
    ADD COLUMN digest bytea CHECK (octet_length(digest) = 32),
    ADD COLUMN chain uuid GENERATED ALWAYS AS (coalesce(tenant_id, '00000000-0000-0000-0000-000000000000')) STORED,
    ADD COLUMN chain_sequence bigint,
    ADD COLUMN chain_hash bytea;
CREATE UNIQUE INDEX audit_events_in_their_chain ON audit_events (chain, chain_sequence) WHERE chain_sequence IS NOT NULL;
COMMENT ON COLUMN audit_events.digest IS 'SHA-256 of what the line says, as the service wrote it; null in lines from before there were chains';
COMMENT ON COLUMN audit_events.chain IS 'the tenant, or zeros for the service as a whole';
COMMENT ON COLUMN audit_events.chain_sequence IS 'counts from 1 within the chain; given by the trigger';
COMMENT ON COLUMN audit_events.chain_hash IS 'SHA-256 of the hash before it and the digest; given by the trigger';

-- Where each chain ends, so that a line removed from its end is missed too.
CREATE TABLE audit_chains (
    chain uuid PRIMARY KEY,
    entries bigint NOT NULL,
    hash bytea NOT NULL
);
COMMENT ON COLUMN audit_chains.entries IS 'how many lines the chain has';
COMMENT ON COLUMN audit_chains.hash IS 'the hash of the last one';

-- How many lines there were before there were chains: none may join them.
CREATE TABLE audit_origin (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    unchained bigint NOT NULL
);
INSERT INTO audit_origin (unchained) SELECT count(*) FROM audit_events;
COMMENT ON COLUMN audit_origin.only_row IS 'there is one row';
COMMENT ON COLUMN audit_origin.unchained IS 'lines from before there were chains';

-- Added and never changed: a new key adds a signature beside the old one.
CREATE TABLE audit_signatures (
    event_id uuid NOT NULL REFERENCES audit_events (id),
    key_id text NOT NULL,
    mac bytea NOT NULL CHECK (octet_length(mac) = 32),
    PRIMARY KEY (event_id, key_id)
);
COMMENT ON COLUMN audit_signatures.key_id IS 'the name in the key ring of the key that the signature''s key is derived from';
COMMENT ON COLUMN audit_signatures.mac IS 'HMAC-SHA-256 of the line''s digest';
CREATE TRIGGER audit_signatures_only_grow BEFORE UPDATE OR DELETE ON audit_signatures
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit();
CREATE TRIGGER audit_signatures_are_not_emptied BEFORE TRUNCATE ON audit_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();

-- Runs with its owner's rights: the service itself may not write where chains end. Temporary
-- tables come last on the path, so that nobody can put one in the place of ours.
CREATE FUNCTION link_audit_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    link audit_chains;
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
    NEW.chain_sequence := link.entries;
    NEW.chain_hash := link.hash;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_events_are_linked BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION link_audit_event();

-- What the service needs, given to a role that is not the tables' owner: everything but to change the
-- audit trail, where its chains end, or the schema.
CREATE FUNCTION grant_service_rights(role_name text) RETURNS void LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        'GRANT USAGE ON SCHEMA public TO %I',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I',
        'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I',
        'REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations, audit_events, audit_signatures, audit_chains, audit_origin FROM %I',
        'GRANT INSERT (id, tenant_id, at, actor_kind, actor, action, detail, digest) ON audit_events TO %I',
        'GRANT INSERT ON audit_signatures TO %I'
    ] LOOP
        EXECUTE format(statement, role_name);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION grant_service_rights(text) FROM PUBLIC;
