-- A connection is how a tenant's organization is reached.
CREATE TABLE connections (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL UNIQUE REFERENCES tenants (id),
    kind text NOT NULL CHECK (kind IN ('user', 'service_app', 'api_service_integration')),
    state text NOT NULL CHECK (state IN ('pending', 'connected', 'needs_attention', 'on_hold', 'disconnected')),
    attention_reason text CHECK ((state = 'needs_attention') = (attention_reason IS NOT NULL)),
    organization_origin text,
    organization_id text,
    organization_edition text,
    organization_confirmed_at timestamptz,
    client_id text,
    client_auth_method text CHECK (client_auth_method IN ('private_key_jwt', 'client_secret_basic')),
    client_secret bytea,
    client_key bytea NOT NULL,
    client_key_id text NOT NULL,
    client_key_public jsonb NOT NULL,
    next_client_id text,
    next_client_auth_method text CHECK (next_client_auth_method IN ('private_key_jwt', 'client_secret_basic')),
    next_client_secret bytea,
    next_checked_at timestamptz,
    created_at timestamptz NOT NULL,
    connected_at timestamptz,
    last_failure jsonb,
    CHECK ((organization_origin IS NULL) = (organization_id IS NULL)),
    CHECK ((client_id IS NULL) = (client_auth_method IS NULL)),
    CHECK ((next_client_id IS NULL) = (next_client_auth_method IS NULL))
);
CREATE INDEX connections_by_organization ON connections (organization_origin, connected_at DESC);
COMMENT ON COLUMN connections.client_secret IS 'sealed';
COMMENT ON COLUMN connections.client_key IS 'sealed: the private half of the key that signs client assertions';
COMMENT ON COLUMN connections.client_key_public IS 'the public half as a JWK, served to Okta';
COMMENT ON COLUMN connections.organization_confirmed_at IS 'when a person confirmed the organization that was found';
COMMENT ON COLUMN connections.client_id IS 'the app that the live tokens belong to';
COMMENT ON COLUMN connections.next_client_id IS 'the app that an onboarding entered: it takes the place of the live one only when a sign-in with it succeeds';
COMMENT ON COLUMN connections.next_client_secret IS 'sealed';
COMMENT ON COLUMN connections.next_checked_at IS 'when the entered app and its credentials passed the preflight';
COMMENT ON COLUMN connections.last_failure IS 'why the latest authorization failed: {kind, at, reference, error, description}; null after a success';
