//! Fills a database: a crowd of tenants, some of whom are asked for and therefore whole, with sealed
//! tokens, the catalog's scopes and a check's answers.

use grantway::domain::id::TenantId;
use grantway::flows::Shared;
use grantway::vault::{self, Field, SealContext};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// How many tenants are asked for, in turn.
pub const ASKED: i32 = 256;

/// A tenant that is asked for.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Asked {
    pub tenant: Uuid,
    pub connection: Uuid,
}

/// The secrets of one tenant.
#[derive(Debug)]
pub struct Secrets {
    pub access_token: String,
    pub refresh_token: String,
    pub client_secret: String,
}

/// Makes so many tenants.
pub async fn crowd(pool: &PgPool, tenants: u32, catalog_version: &str) -> anyhow::Result<()> {
    let statements = include_str!("crowd.sql")
        .replace("{tenants}", &tenants.to_string())
        .replace("{catalog}", catalog_version);
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(pool)
        .await?;
    Ok(())
}

/// Makes the first `count` tenants whole, and gives them.
pub async fn complete(
    pool: &PgPool,
    shared: &Shared,
    count: i32,
    mut secrets: impl FnMut(i32) -> Secrets,
) -> anyhow::Result<Vec<Asked>> {
    let asked: Vec<Asked> = sqlx::query_as(
        "SELECT id_of('tenant', n) AS tenant, id_of('connection', n) AS connection FROM generate_series(1, $1) n",
    )
    .bind(count)
    .fetch_all(pool)
    .await?;
    let mut access = Vec::new();
    let mut refresh = Vec::new();
    let mut client = Vec::new();
    for (number, who) in (1..).zip(&asked) {
        let Secrets {
            access_token,
            refresh_token,
            client_secret,
        } = secrets(number);
        access.push(sealed(shared, who, Field::AccessToken, access_token)?);
        refresh.push(sealed(shared, who, Field::RefreshToken, refresh_token)?);
        client.push(sealed(shared, who, Field::ClientSecret, client_secret)?);
    }
    let connections: Vec<Uuid> = asked.iter().map(|asked| asked.connection).collect();
    let scopes: Vec<&str> = shared
        .catalog
        .scopes()
        .map(grantway::domain::scope::Scope::as_str)
        .collect();
    sqlx::query(
        "WITH given AS (SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[]) AS g (id, access, refresh, client)),
         connection AS (UPDATE connections c SET client_secret = given.client FROM given WHERE c.id = given.id),
         authorization_ AS (
            UPDATE authorizations SET requested_scopes = $5, granted_scopes = $5
            WHERE id IN (SELECT id_of('authorization', n) FROM generate_series(1, cardinality($1)) n)),
         answers AS (
            INSERT INTO check_results (check_id, tenant_id, scope, finding, endpoint, status, request_id, at)
            SELECT id_of('check', n), id_of('tenant', n), scope, 'effective', '/api/v1/things?limit=1', 200, 'a request of Okta''s', now()
            FROM generate_series(1, cardinality($1)) n, unnest($5::text[]) scope)
         UPDATE token_sets s SET access_token = given.access, refresh_token = given.refresh, scopes = $5
         FROM given WHERE s.connection_id = given.id",
    )
    .bind(connections)
    .bind(access)
    .bind(refresh)
    .bind(client)
    .bind(scopes)
    .execute(pool)
    .await?;
    sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await?;
    Ok(asked)
}

/// An administrator's session with the first tenant; gives the cookie's value.
pub async fn administrator(pool: &PgPool, token: &SecretString) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, family, kind, tenant_id, person_id, created_at, last_seen_at, expires_at)
         SELECT gen_random_uuid(), $1, gen_random_uuid(), 'administrator', id_of('tenant', 1), id_of('person', 1),
                now(), now() + interval '10 minutes', now() + interval '1 hour'",
    )
    .bind(vault::fingerprint(token).as_slice())
    .execute(pool)
    .await?;
    Ok(())
}

fn sealed(shared: &Shared, who: &Asked, field: Field, secret: String) -> anyhow::Result<Vec<u8>> {
    let context = SealContext {
        tenant: TenantId::from_uuid(who.tenant),
        record: who.connection,
        field,
        generation: 1,
    };
    let sealed = shared.vault.seal(&context, &SecretString::from(secret))?;
    Ok(sealed.into_bytes())
}
