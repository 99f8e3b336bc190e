-- A session is one browser's standing with us. The cookie holds a random token, the row its hash.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    family uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('visitor', 'onboarding', 'administrator')),
    tenant_id uuid REFERENCES tenants (id),
    link_id uuid REFERENCES onboarding_links (id),
    person_id uuid,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CHECK ((kind = 'onboarding') = (link_id IS NOT NULL)),
    CHECK ((kind = 'administrator') = (person_id IS NOT NULL)),
    CHECK ((kind = 'visitor') = (tenant_id IS NULL))
);
CREATE INDEX sessions_by_link ON sessions (link_id) WHERE link_id IS NOT NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);
COMMENT ON COLUMN sessions.family IS 'stays when the cookie is rotated, so that work begun before a rotation can be finished after it';
