//! A sign-in and a disconnection find a tenant's rows by an index, however many tenants there are.

use std::time::Duration as StdDuration;

use sqlx::{Connection, PgPool};

use super::races::Ring;
use crate::checks::world::World;

/// Many other tenants, written on a connection of its own: a server process tells what it scanned when it ends.
const MANY: &str = "
    INSERT INTO tenants (id, name, created_at) SELECT gen_random_uuid(), 'many', now() FROM generate_series(1, 3000);
    INSERT INTO connections (id, tenant_id, kind, state, client_key_id, client_key_public, created_at)
        SELECT gen_random_uuid(), id, 'user', 'connected', 'k', '{}', now() FROM tenants WHERE name = 'many';
    INSERT INTO token_sets (connection_id, tenant_id, authorization_id, generation, access_token, access_expires_at, stored_at)
        SELECT c.id, c.tenant_id, (SELECT id FROM authorizations LIMIT 1), 1, '\\x00', now(), now()
        FROM connections c JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'many';
    INSERT INTO authorization_attempts (id, tenant_id, connection_id, session_family, purpose, state_hash, nonce_hash, verifier,
            redirect_uri, organization_origin, client_id, uses_next_app, requested_scopes, created_at, expires_at)
        SELECT gen_random_uuid(), c.tenant_id, c.id, gen_random_uuid(), 'connect', sha256(c.id::text::bytea), sha256('n'),
               '\\x00', 'r', 'o', 'c', false, '{}', now(), now() + interval '1 hour'
        FROM connections c JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'many';
    ANALYZE";

/// What was scanned from end to end, once every other process has told.
async fn scans(pool: &PgPool) -> Vec<(String, i64)> {
    tokio::time::sleep(StdDuration::from_millis(700)).await;
    sqlx::query_as(
        "SELECT relname::text, seq_scan FROM pg_stat_user_tables
         WHERE relname IN ('token_sets', 'connections', 'authorization_attempts') ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// The look-ups of tokens that a sign-in and a disconnection make, and that of open round trips.
#[tokio::test]
async fn sign_in_and_disconnect_read_no_table_from_end_to_end() {
    let world = World::new(&["acme"]).await;
    let ring = Ring::of(&world).await;
    let pool = &world.database.pool;
    let mut own = pool.acquire().await.unwrap().detach();
    sqlx::raw_sql(MANY).execute(&mut own).await.unwrap();
    own.close().await.unwrap();
    ring.store.close().await;
    let before = scans(pool).await;
    let shared = world.place().shared(&world.clock).await;
    let ring = Ring {
        store: shared.store.clone(),
        ..ring
    };

    for _ in 0..3 {
        ring.sign_in().await.unwrap();
        ring.store.find_tokens(ring.tenant).await.unwrap();
        ring.disconnect().await.unwrap();
    }
    ring.store.close().await;

    assert_eq!(scans(pool).await, before);
}
