-- {tenants} connected tenants with what their calls read: connection, authorization, token set, upkeep,
-- one complete check and the one after it. Ids follow from numbers, and are as scattered as random ones.
-- Foreign keys are not looked up meanwhile: all of it is made here.
SET session_replication_role = replica;
SET synchronous_commit = off;

CREATE FUNCTION id_of(kind text, n integer) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT md5(kind || n)::uuid $$;

INSERT INTO tenants (id, name, created_at)
SELECT id_of('tenant', n), 'Customer ' || n, now() FROM generate_series(1, {tenants}) n;

INSERT INTO connections (id, tenant_id, kind, state, organization_origin, organization_id, client_id,
                         client_auth_method, client_key, client_key_id, client_key_public, created_at, connected_at)
SELECT id_of('connection', n), id_of('tenant', n), 'user', 'connected', 'https://customer-' || n || '.okta.com',
       '00o' || n, '0oa' || n, 'client_secret_basic', '\x00', 'k', '{}', now(), now()
FROM generate_series(1, {tenants}) n;

INSERT INTO people (id, tenant_id, okta_user_id, name, email, let_in_at, last_signed_in_at)
SELECT id_of('person', n), id_of('tenant', n), '00u' || n, 'Ada Example', 'ada@customer-' || n || '.example', now(), now()
FROM generate_series(1, {tenants}) n;

INSERT INTO authorizations (id, tenant_id, connection_id, person_id, catalog_version, requested_scopes,
                            granted_scopes, scopes_source, super_administrator, at)
SELECT id_of('authorization', n), id_of('tenant', n), id_of('connection', n), id_of('person', n), '{catalog}',
       '{openid}', '{openid}', 'token_response', 'yes', now()
FROM generate_series(1, {tenants}) n;

INSERT INTO token_sets (connection_id, tenant_id, authorization_id, generation, access_token, access_expires_at,
                        refresh_token, refresh_expires_at, stored_at)
SELECT id_of('connection', n), id_of('tenant', n), id_of('authorization', n), 1, '\x00', now() + interval '1 hour',
       '\x00', now() + interval '90 days', now()
FROM generate_series(1, {tenants}) n;

INSERT INTO refreshes (connection_id, tenant_id, due_at, notice_at)
SELECT id_of('connection', n), id_of('tenant', n), now() + interval '1 hour' * n / {tenants}, now() + interval '76 days'
FROM generate_series(1, {tenants}) n;

INSERT INTO checks (id, tenant_id, authorization_id, trigger, created_at, due_at, started_at, total, finished_at, outcome)
SELECT id_of('check', n), id_of('tenant', n), id_of('authorization', n), 'connected', now(), now(), now(), 25, now(), 'complete'
FROM generate_series(1, {tenants}) n;

INSERT INTO checks (id, tenant_id, trigger, created_at, due_at)
SELECT id_of('next check', n), id_of('tenant', n), 'daily', now(), now() + interval '1 day'
FROM generate_series(1, {tenants}) n;

RESET session_replication_role;
