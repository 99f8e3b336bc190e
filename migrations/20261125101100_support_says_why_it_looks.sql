-- A visit is one of the staff's looks at one tenant: why, and for how long it counts. The administrator
-- sees it on their own page.
CREATE TABLE support_visits (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants (id),
    staff_id uuid NOT NULL REFERENCES staff (id),
    session_family uuid NOT NULL,
    reason text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 300),
    at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX support_visits_by_tenant ON support_visits (tenant_id, at DESC);
COMMENT ON COLUMN support_visits.session_family IS 'the browser in which the reason was given';
COMMENT ON COLUMN support_visits.reason IS 'in the staff''s own words, shown to the administrator';
COMMENT ON COLUMN support_visits.ends_at IS 'after this the reason is asked again';

CREATE INDEX audit_events_by_tenant_and_time ON audit_events (tenant_id, at DESC, id DESC);
