-- A disconnection ends the round trips that somebody is at Okta for.
CREATE INDEX authorization_attempts_open ON authorization_attempts (tenant_id) WHERE consumed_at IS NULL;
