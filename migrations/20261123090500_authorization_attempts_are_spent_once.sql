-- One round trip to an organization's authorize endpoint.
CREATE TABLE authorization_attempts (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    connection_id uuid NOT NULL REFERENCES connections (id),
    session_family uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('connect', 'sign_in')),
    state_hash bytea NOT NULL UNIQUE CHECK (octet_length(state_hash) = 32),
    nonce_hash bytea NOT NULL CHECK (octet_length(nonce_hash) = 32),
    verifier bytea NOT NULL,
    redirect_uri text NOT NULL,
    organization_origin text NOT NULL,
    client_id text NOT NULL,
    uses_next_app boolean NOT NULL,
    requested_scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX authorization_attempts_by_end ON authorization_attempts (expires_at);
COMMENT ON COLUMN authorization_attempts.verifier IS 'sealed: the PKCE code verifier';
COMMENT ON COLUMN authorization_attempts.uses_next_app IS 'begun with the app that an onboarding entered, not with the live one';
COMMENT ON COLUMN authorization_attempts.session_family IS 'the browser that began; another one cannot finish';
