-- One answer of Okta's about one permission. No body of an answer is ever kept.
CREATE TABLE check_results (
    check_id uuid NOT NULL REFERENCES checks (id),
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    scope text NOT NULL,
    finding text NOT NULL,
    endpoint text NOT NULL,
    status integer,
    code text,
    request_id text,
    at timestamptz NOT NULL,
    PRIMARY KEY (check_id, scope)
);
COMMENT ON COLUMN check_results.code IS 'Okta''s error code, or the error of a WWW-Authenticate header';
COMMENT ON COLUMN check_results.request_id IS 'X-Okta-Request-Id, by which Okta''s support finds the request';
