-- What a program sent with an Idempotency-Key, and what it was answered, for a day.
CREATE TABLE idempotent_requests (
    id uuid PRIMARY KEY,
    api_key_id uuid NOT NULL REFERENCES api_keys (id),
    key_hash bytea NOT NULL CHECK (octet_length(key_hash) = 32),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    created_at timestamptz NOT NULL,
    held_until timestamptz NOT NULL,
    answer bytea,
    answered_at timestamptz,
    UNIQUE (api_key_id, key_hash),
    CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX idempotent_requests_by_age ON idempotent_requests (created_at);
COMMENT ON COLUMN idempotent_requests.key_hash IS 'SHA-256 of the Idempotency-Key';
COMMENT ON COLUMN idempotent_requests.request_hash IS 'SHA-256 of the call and its body';
COMMENT ON COLUMN idempotent_requests.held_until IS 'a request that has no answer by then was cut off with its process, and may be made again';
COMMENT ON COLUMN idempotent_requests.answer IS 'sealed: the status and body that are given again';
