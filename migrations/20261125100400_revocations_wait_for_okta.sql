-- Tokens that nobody may use any more and that Okta still has to end. A row holds all that the request
-- to Okta needs, sealed, and nothing of it once the row has ended.
CREATE TABLE revocations (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    connection_id uuid NOT NULL REFERENCES connections (id),
    reason text NOT NULL CHECK (reason IN ('disconnected', 'replaced')),
    organization_origin text NOT NULL,
    client_id text NOT NULL,
    client_auth_method text NOT NULL CHECK (client_auth_method IN ('private_key_jwt', 'client_secret_basic')),
    token_kind text NOT NULL CHECK (token_kind IN ('refresh_token', 'access_token')),
    token bytea,
    client_secret bytea,
    client_key bytea,
    client_key_id text,
    client_key_public jsonb,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    last_tried_at timestamptz,
    last_failure jsonb,
    claimed_by uuid,
    claim_ends_at timestamptz,
    ended_at timestamptz,
    outcome text CHECK (outcome IN ('revoked', 'refused', 'expired')),
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK ((claimed_by IS NULL) = (claim_ends_at IS NULL)),
    CHECK ((ended_at IS NULL) = (token IS NOT NULL)),
    CHECK (ended_at IS NULL OR (client_secret IS NULL AND client_key IS NULL)),
    CHECK ((client_key_id IS NULL) = (client_key_public IS NULL))
);
CREATE INDEX revocations_due ON revocations (due_at) WHERE ended_at IS NULL;
CREATE INDEX revocations_by_tenant ON revocations (tenant_id, created_at DESC);
COMMENT ON TABLE revocations IS 'one token that Okta is to end; revoking a refresh token ends its access tokens too';
COMMENT ON COLUMN revocations.reason IS 'disconnected: the connection was ended; replaced: somebody authorized again, and these tokens were the ones before';
COMMENT ON COLUMN revocations.token IS 'sealed; null once the row has ended';
COMMENT ON COLUMN revocations.client_secret IS 'sealed: proves the app at Okta, where that is its method; null once the row has ended';
COMMENT ON COLUMN revocations.client_key IS 'sealed: the private key that signs the proof, where that is the method; null once the row has ended';
COMMENT ON COLUMN revocations.client_key_public IS 'its public half as a JWK, served to Okta as long as the row is open';
COMMENT ON COLUMN revocations.expires_at IS 'when the token ends by itself, so that nothing is left to revoke';
COMMENT ON COLUMN revocations.due_at IS 'when Okta is asked next';
COMMENT ON COLUMN revocations.last_failure IS 'why the latest try failed: {kind, error, description, request_id}';
COMMENT ON COLUMN revocations.claim_ends_at IS 'when another worker may take the row over';
COMMENT ON COLUMN revocations.outcome IS 'revoked: Okta has confirmed it; refused: Okta does not accept the app any more; expired: Okta never answered, and the token has ended by itself';
