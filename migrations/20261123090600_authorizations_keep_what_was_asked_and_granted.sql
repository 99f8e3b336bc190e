-- Each authorization that Okta granted. Facts only: states are computed when they are read.
CREATE TABLE authorizations (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    connection_id uuid NOT NULL REFERENCES connections (id),
    person_id uuid NOT NULL REFERENCES people (id),
    catalog_version text NOT NULL,
    requested_scopes text[] NOT NULL,
    granted_scopes text[] NOT NULL,
    scopes_source text NOT NULL CHECK (scopes_source IN ('token_response', 'introspection', 'assumed')),
    super_administrator text NOT NULL CHECK (super_administrator IN ('yes', 'no', 'unknown')),
    role_evidence text,
    at timestamptz NOT NULL
);
CREATE INDEX authorizations_by_tenant ON authorizations (tenant_id, at DESC);
COMMENT ON COLUMN authorizations.scopes_source IS 'how the granted scopes are known; assumed means that Okta did not say';
COMMENT ON COLUMN authorizations.super_administrator IS 'what Okta said of the person''s own role right after the sign-in';
