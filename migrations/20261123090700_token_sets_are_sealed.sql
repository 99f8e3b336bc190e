-- The live tokens of a connection: at most one set, replaced as a whole.
CREATE TABLE token_sets (
    connection_id uuid PRIMARY KEY REFERENCES connections (id),
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    authorization_id uuid NOT NULL REFERENCES authorizations (id),
    generation bigint NOT NULL CHECK (generation > 0),
    access_token bytea NOT NULL,
    access_expires_at timestamptz NOT NULL,
    refresh_token bytea,
    refresh_expires_at timestamptz,
    stored_at timestamptz NOT NULL
);
COMMENT ON COLUMN token_sets.generation IS 'grows with each replacement and is bound into the seal, so that an older ciphertext never opens';
COMMENT ON COLUMN token_sets.access_token IS 'sealed';
COMMENT ON COLUMN token_sets.refresh_token IS 'sealed; null when Okta gave none';
COMMENT ON COLUMN token_sets.refresh_expires_at IS 'the fixed end, 90 days after the sign-in; use does not extend it';
