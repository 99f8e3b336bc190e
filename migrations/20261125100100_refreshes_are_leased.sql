-- What keeps a connection's tokens alive: when they are due, how the latest tries went, who is at it.
CREATE TABLE refreshes (
    connection_id uuid PRIMARY KEY REFERENCES connections (id),
    tenant_id uuid NOT NULL UNIQUE REFERENCES tenants (id),
    due_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    failure text,
    failing_since timestamptz,
    lease_owner uuid,
    lease_generation bigint NOT NULL DEFAULT 0,
    lease_ends_at timestamptz,
    heartbeat_at timestamptz,
    spending bigint,
    spent_by uuid,
    spent_under bigint NOT NULL DEFAULT 0,
    notice_at timestamptz,
    CHECK ((failure IS NULL) = (failing_since IS NULL)),
    CHECK ((lease_owner IS NULL) = (lease_ends_at IS NULL))
);
CREATE INDEX refreshes_due ON refreshes (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX refreshes_notices ON refreshes (notice_at) WHERE notice_at IS NOT NULL;
COMMENT ON COLUMN refreshes.due_at IS 'when the next refresh is due; null when only a new sign-in helps';
COMMENT ON COLUMN refreshes.attempts IS 'failures in a row';
COMMENT ON COLUMN refreshes.failure IS 'the code of the latest failure; null after a success';
COMMENT ON COLUMN refreshes.lease_owner IS 'the process that is at it; null when nobody is';
COMMENT ON COLUMN refreshes.lease_generation IS 'grows with each claim';
COMMENT ON COLUMN refreshes.lease_ends_at IS 'by the database''s clock: when another process may take over';
COMMENT ON COLUMN refreshes.heartbeat_at IS 'when the owner last moved the lease on';
COMMENT ON COLUMN refreshes.spending IS 'the generation of the token set whose refresh token may have been spent without an answer';
COMMENT ON COLUMN refreshes.spent_by IS 'the process that last went to Okta: only its answer may be stored';
COMMENT ON COLUMN refreshes.spent_under IS 'the lease generation under which it went';
COMMENT ON COLUMN refreshes.notice_at IS 'when the next word about the fixed end of the sign-in is due: 14 days before, then at the end, then null';

INSERT INTO refreshes (connection_id, tenant_id, due_at, notice_at)
SELECT connection_id, tenant_id,
       CASE WHEN refresh_token IS NOT NULL THEN access_expires_at - interval '15 minutes' END,
       refresh_expires_at - interval '14 days'
FROM token_sets;
