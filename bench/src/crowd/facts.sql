-- The crowd's facts, made of the rows in `crowd`: tenants with what their calls read. Ids are as the
-- crowd makes them: in the order of their making. Foreign keys are not looked up and triggers do not run
-- meanwhile: all of it is made here. What is emptied in the transaction that fills it needs no log.
TRUNCATE tenants CASCADE;
INSERT INTO tenants (id, name, external_id, expected_origin, organization_id, created_at)
SELECT tenant, name, external_id, 'https://' || host, organization_id, created_at FROM crowd;

INSERT INTO connections (id, tenant_id, kind, state, attention_reason, organization_origin, organization_id, client_id,
                         client_auth_method, client_key, client_key_id, client_key_public, created_at, connected_at)
SELECT connection, tenant, 'user', state, reason, 'https://' || host, organization_id, client_id,
       'client_secret_basic', '\x00', 'k', '{}', created_at, CASE WHEN state <> 'pending' THEN created_at END
FROM crowd;

INSERT INTO people (id, tenant_id, issuer, okta_user_id, name, email, let_in_at, last_signed_in_at)
SELECT person, tenant, 'https://' || host, '00u' || n, 'Ada Byron', email, created_at, created_at FROM crowd;

INSERT INTO authorizations (id, tenant_id, connection_id, person_id, catalog_version, requested_scopes,
                            granted_scopes, scopes_source, super_administrator, at)
SELECT authorized, tenant, connection, person, '{catalog}', '{openid}', '{openid}', 'token_response',
       'yes', created_at
FROM crowd WHERE ends_at IS NOT NULL;

INSERT INTO token_sets (connection_id, tenant_id, authorization_id, generation, access_token, access_expires_at,
                        refresh_token, refresh_expires_at, stored_at, granted)
SELECT connection, tenant, authorized, 1, '\x00', now() + interval '1 hour', '\x00', ends_at, now(), 'openid'
FROM crowd WHERE ends_at IS NOT NULL;

INSERT INTO refreshes (connection_id, tenant_id, due_at, notice_at)
SELECT connection, tenant, CASE WHEN reason IS NULL THEN now() + interval '1 hour' * n / {tenants} END,
       ends_at - interval '14 days'
FROM crowd WHERE ends_at IS NOT NULL;

INSERT INTO checks (id, tenant_id, trigger, created_at, due_at)
SELECT check_due, tenant, 'daily', created_at, now() + interval '1 day' FROM crowd WHERE ends_at IS NOT NULL;

-- Each fifth one has a link and once saw an error page.
INSERT INTO onboarding_links (id, tenant_id, token_hash, created_at, created_by, expires_at)
SELECT link, tenant, sha256(('link ' || n)::bytea), created_at, 'bench', created_at + interval '3 days'
FROM crowd WHERE n % 5 = 0;

INSERT INTO audit_events (id, tenant_id, at, actor_kind, action, detail)
SELECT event, tenant, created_at, 'administrator', 'connection.failed', jsonb_build_object('reference', reference)
FROM crowd WHERE n % 5 = 0;
