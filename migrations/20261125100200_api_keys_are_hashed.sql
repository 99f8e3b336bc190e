-- An API key lets one of the vendor's programs in.
CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    role text NOT NULL CHECK (role IN ('onboarding', 'worker', 'support')),
    key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);
COMMENT ON COLUMN api_keys.name IS 'what the vendor calls the program';
COMMENT ON COLUMN api_keys.role IS 'which calls it may make';
COMMENT ON COLUMN api_keys.key_hash IS 'SHA-256 of the whole key, whose 256 random bits are never stored';
COMMENT ON COLUMN api_keys.last_used_at IS 'written in batches, so up to some seconds late';
