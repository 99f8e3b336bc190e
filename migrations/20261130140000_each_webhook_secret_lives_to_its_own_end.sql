-- Secrets before the one before: when an endpoint's secret is rotated again within the overlap, the one
-- that goes on signing moves here, and signs until its own end.
CREATE TABLE webhook_earlier_secrets (
    id uuid PRIMARY KEY,
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    secret bytea NOT NULL,
    generation bigint NOT NULL,
    ends_at timestamptz NOT NULL,
    UNIQUE (endpoint_id, generation)
);
CREATE INDEX webhook_earlier_secrets_key ON webhook_earlier_secrets (sealed_header(secret));
COMMENT ON COLUMN webhook_earlier_secrets.endpoint_id IS 'the endpoint, and the record that the secret is sealed for';
COMMENT ON COLUMN webhook_earlier_secrets.secret IS 'sealed: signs besides the newer ones until it ends';
COMMENT ON COLUMN webhook_earlier_secrets.generation IS 'which of the endpoint''s secrets it is';
COMMENT ON COLUMN webhook_earlier_secrets.ends_at IS 'when it signs no longer';
