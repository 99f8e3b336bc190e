-- People of a tenant's organization who signed in with Okta at least once.
CREATE TABLE people (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    okta_user_id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    let_in_at timestamptz,
    let_in_by uuid REFERENCES onboarding_links (id),
    last_signed_in_at timestamptz NOT NULL,
    UNIQUE (tenant_id, okta_user_id)
);
ALTER TABLE sessions ADD FOREIGN KEY (person_id) REFERENCES people (id);
COMMENT ON COLUMN people.okta_user_id IS 'the ID token''s sub: unique within the organization';
COMMENT ON COLUMN people.let_in_at IS 'set when one of the tenant''s links let the person in; without it the person is no administrator here';
