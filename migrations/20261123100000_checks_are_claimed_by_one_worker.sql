-- A check asks Okta what each granted permission can really do. At most one is open per tenant: it
-- waits until it is due, is claimed by one worker, and ends. Its successor is made when it ends.
CREATE TABLE checks (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    authorization_id uuid REFERENCES authorizations (id),
    trigger text NOT NULL CHECK (trigger IN ('connected', 'again', 'daily')),
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    started_at timestamptz,
    claimed_by uuid,
    claim_ends_at timestamptz,
    total integer NOT NULL DEFAULT 0,
    app_grants text[],
    finished_at timestamptz,
    outcome text CHECK (outcome IN ('complete', 'failed', 'superseded')),
    failure text,
    changes jsonb NOT NULL DEFAULT '[]',
    CHECK ((finished_at IS NULL) = (outcome IS NULL)),
    CHECK ((claimed_by IS NULL) = (claim_ends_at IS NULL))
);
CREATE UNIQUE INDEX checks_one_open_per_tenant ON checks (tenant_id) WHERE finished_at IS NULL;
CREATE INDEX checks_due ON checks (due_at) WHERE finished_at IS NULL;
CREATE INDEX checks_by_tenant ON checks (tenant_id, finished_at DESC);
COMMENT ON COLUMN checks.authorization_id IS 'the authorization whose token was used; findings say nothing of another one';
COMMENT ON COLUMN checks.claim_ends_at IS 'when another worker may take the check over; the claiming one moves it on while it lives';
COMMENT ON COLUMN checks.app_grants IS 'the scopes that the app''s grants collection really holds; null when it could not be read';
COMMENT ON COLUMN checks.changes IS 'what differs from the check before: [{scope, from, to}]';
