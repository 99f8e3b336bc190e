-- A key can be limited to tenants and categories, and end by itself. A key without a limit is as before.
ALTER TABLE api_keys
    ADD COLUMN tenants uuid[] CHECK (cardinality(tenants) BETWEEN 1 AND 1000),
    ADD COLUMN categories text[] CHECK (cardinality(categories) BETWEEN 1 AND 100),
    ADD COLUMN expires_at timestamptz;
COMMENT ON COLUMN api_keys.tenants IS 'the only tenants that it is for; null for all';
COMMENT ON COLUMN api_keys.categories IS 'the only categories whose scopes it may ask for; null for all';
COMMENT ON COLUMN api_keys.expires_at IS 'when it ends by itself; null for never';
