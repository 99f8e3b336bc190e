-- Under which key a secret is sealed stands in front of it, readable: a byte for the layout, a byte for
-- the length of the key's id, the id. An index on that answers at once which keys are still needed,
-- however many rows there are.
CREATE FUNCTION sealed_header(sealed bytea) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN octet_length(sealed) < 2 THEN sealed
                ELSE substring(sealed FROM 1 FOR 2 + get_byte(sealed, 1)) END;
COMMENT ON FUNCTION sealed_header(bytea) IS 'the part of a sealed secret that names its key';

CREATE INDEX connections_by_client_secret_key ON connections (sealed_header(client_secret));
CREATE INDEX connections_by_next_client_secret_key ON connections (sealed_header(next_client_secret));
CREATE INDEX connections_by_client_key_key ON connections (sealed_header(client_key));
CREATE INDEX authorization_attempts_by_verifier_key ON authorization_attempts (sealed_header(verifier));
CREATE INDEX token_sets_by_access_token_key ON token_sets (sealed_header(access_token));
CREATE INDEX token_sets_by_refresh_token_key ON token_sets (sealed_header(refresh_token));
CREATE INDEX idempotent_requests_by_answer_key ON idempotent_requests (sealed_header(answer));
CREATE INDEX revocations_by_token_key ON revocations (sealed_header(token));
CREATE INDEX revocations_by_client_secret_key ON revocations (sealed_header(client_secret));
CREATE INDEX revocations_by_client_key_key ON revocations (sealed_header(client_key));
