-- An onboarding link lets its holder walk one tenant's onboarding.
CREATE TABLE onboarding_links (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    expires_at timestamptz NOT NULL,
    open_count integer NOT NULL DEFAULT 0,
    last_opened_at timestamptz,
    claimed_by uuid,
    claimed_at timestamptz,
    permissions_read_at timestamptz,
    completed_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX onboarding_links_by_tenant ON onboarding_links (tenant_id, created_at DESC);
COMMENT ON COLUMN onboarding_links.token_hash IS 'SHA-256 of the 256-bit random token; the token itself is never stored';
COMMENT ON COLUMN onboarding_links.claimed_by IS 'the session family of the browser that pressed Begin; no other browser may go on';
COMMENT ON COLUMN onboarding_links.open_count IS 'opening uses nothing up, because mail scanners open links too';
