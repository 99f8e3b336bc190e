-- Which keys the webhooks' and the staff's sealed columns need.
CREATE INDEX webhook_endpoints_by_secret_key ON webhook_endpoints (sealed_header(secret));
CREATE INDEX webhook_endpoints_by_previous_secret_key ON webhook_endpoints (sealed_header(previous_secret));
CREATE INDEX staff_sessions_by_id_token_key ON staff_sessions (sealed_header(id_token));
CREATE INDEX staff_sign_ins_by_verifier_key ON staff_sign_ins (sealed_header(verifier));
