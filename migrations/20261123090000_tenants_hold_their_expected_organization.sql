-- A tenant is one customer of the vendor.
CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    external_id text UNIQUE CHECK (char_length(external_id) BETWEEN 1 AND 200),
    expected_origin text,
    organization_id text,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN tenants.external_id IS 'the vendor''s own id of this customer';
COMMENT ON COLUMN tenants.expected_origin IS 'the organization that the invitation names, as https://acme.okta.com';
COMMENT ON COLUMN tenants.organization_id IS 'Okta''s id (00o…) of the organization that was first connected; another one is refused';
