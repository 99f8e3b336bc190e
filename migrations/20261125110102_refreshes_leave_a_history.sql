-- What became of refreshes, for support: each failure, and successes counted in runs. The run under way
-- stands with the refresh itself, so that a success costs no statement more.
ALTER TABLE refreshes
    ADD COLUMN refreshed_times integer NOT NULL DEFAULT 0,
    ADD COLUMN refreshed_since timestamptz,
    ADD COLUMN refreshed_at timestamptz;
COMMENT ON COLUMN refreshes.refreshed_times IS 'successes in a row';
COMMENT ON COLUMN refreshes.refreshed_since IS 'the first of them';
COMMENT ON COLUMN refreshes.refreshed_at IS 'the latest of them';

CREATE TABLE refresh_history (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    since timestamptz NOT NULL,
    at timestamptz NOT NULL,
    times integer NOT NULL DEFAULT 1,
    failure text,
    error text,
    description text,
    request_id text
);
CREATE INDEX refresh_history_by_tenant ON refresh_history (tenant_id, at DESC, id DESC);
CREATE INDEX refresh_history_by_time ON refresh_history (at);
COMMENT ON COLUMN refresh_history.since IS 'the first of what is counted together';
COMMENT ON COLUMN refresh_history.at IS 'the latest of it';
COMMENT ON COLUMN refresh_history.times IS 'how many: successes in a row, or the failures after the first twenty in a row';
COMMENT ON COLUMN refresh_history.failure IS 'the failure''s code; null for successes';
COMMENT ON COLUMN refresh_history.error IS 'Okta''s error code, where it sent one';
COMMENT ON COLUMN refresh_history.description IS 'Okta''s own words, cut and cleaned';
COMMENT ON COLUMN refresh_history.request_id IS 'Okta''s id of the request';
