-- What the vendor's programs are told of, written in the same statement as the audit trail's line.
CREATE TABLE outbox_events (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    tenant_id uuid REFERENCES tenants (id),
    at timestamptz NOT NULL,
    type text NOT NULL,
    data jsonb NOT NULL
);
CREATE INDEX outbox_events_by_tenant ON outbox_events (tenant_id, sequence);
COMMENT ON COLUMN outbox_events.sequence IS 'the order in which events were written; a tenant''s are sent in this order';
COMMENT ON COLUMN outbox_events.id IS 'the id of the audit trail''s line, and of the message that is sent';
COMMENT ON COLUMN outbox_events.tenant_id IS 'null for what concerns the service as a whole';
COMMENT ON COLUMN outbox_events.type IS 'as connection.connected';
COMMENT ON COLUMN outbox_events.data IS 'facts for programs; never a token or another secret';
