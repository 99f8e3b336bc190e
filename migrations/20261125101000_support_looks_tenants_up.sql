-- What support looks tenants up by: derived from the facts, written by one replica at a time, and made
-- anew when a fact or the catalog changes. Nothing else reads it, and it can be emptied at any time.
CREATE TABLE support_index (
    tenant_id uuid PRIMARY KEY REFERENCES tenants (id),
    catalog_version text NOT NULL,
    urgency smallint NOT NULL,
    since timestamptz NOT NULL,
    sign_in_ends_at timestamptz,
    name text NOT NULL,
    host text,
    external_id text,
    state text NOT NULL,
    reason text,
    granted integer NOT NULL,
    working integer NOT NULL,
    total integer NOT NULL,
    flags text[] NOT NULL,
    haystack text NOT NULL,
    near integer[] NOT NULL
);
CREATE INDEX support_index_near ON support_index USING gin (near);
CREATE INDEX support_index_by_end ON support_index (sign_in_ends_at) WHERE sign_in_ends_at IS NOT NULL;
CREATE INDEX support_index_by_catalog ON support_index (catalog_version);
COMMENT ON COLUMN support_index.catalog_version IS 'the catalog that the states were computed with';
COMMENT ON COLUMN support_index.urgency IS '0 needs help most';
COMMENT ON COLUMN support_index.since IS 'since when it is so';
COMMENT ON COLUMN support_index.flags IS 'what can be filtered by, as state:on_hold or category:users:missing';
COMMENT ON COLUMN support_index.haystack IS 'every word that finds it, each after a space';
COMMENT ON COLUMN support_index.near IS 'hashes of words with a letter left out, so that a mistyped word meets them';

-- Words that a search may begin with. In the order of bytes, so that a prefix is a range.
CREATE TABLE support_terms (
    term text COLLATE "C" NOT NULL,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (term, tenant_id)
);
CREATE INDEX support_terms_by_tenant ON support_terms (tenant_id);
COMMENT ON COLUMN support_terms.term IS 'in small letters: a word of the name, a host, an id, an e-mail address';

-- The filters again, in the order in which they are listed.
CREATE TABLE support_flags (
    flag text NOT NULL,
    urgency smallint NOT NULL,
    since timestamptz NOT NULL,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    PRIMARY KEY (flag, urgency, since, tenant_id)
);
CREATE INDEX support_flags_by_tenant ON support_flags (tenant_id);
COMMENT ON COLUMN support_flags.flag IS 'one of support_index.flags';
COMMENT ON COLUMN support_flags.urgency IS 'as in support_index';

-- Tenants of which something changed. Only added to and taken from, so that nobody waits here.
CREATE TABLE support_changes (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL
);
COMMENT ON COLUMN support_changes.sequence IS 'first come, first indexed';
INSERT INTO support_changes (tenant_id) SELECT id FROM tenants;

CREATE FUNCTION note_support_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO support_changes (tenant_id)
    VALUES ((to_jsonb(NEW) ->> TG_ARGV[0])::uuid);
    RETURN NULL;
END $$;
CREATE TRIGGER tenants_are_looked_up AFTER INSERT OR UPDATE ON tenants
    FOR EACH ROW EXECUTE FUNCTION note_support_change('id');
CREATE TRIGGER connections_are_looked_up AFTER INSERT OR UPDATE ON connections
    FOR EACH ROW EXECUTE FUNCTION note_support_change('tenant_id');
CREATE TRIGGER people_are_looked_up AFTER INSERT OR UPDATE OF email, name, let_in_at ON people
    FOR EACH ROW EXECUTE FUNCTION note_support_change('tenant_id');
CREATE TRIGGER authorizations_are_looked_up AFTER INSERT ON authorizations
    FOR EACH ROW EXECUTE FUNCTION note_support_change('tenant_id');
CREATE TRIGGER checks_are_looked_up AFTER UPDATE OF finished_at ON checks
    FOR EACH ROW EXECUTE FUNCTION note_support_change('tenant_id');

CREATE INDEX audit_events_by_reference ON audit_events ((detail ->> 'reference')) WHERE detail ? 'reference';
