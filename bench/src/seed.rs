//! Fills a database: a crowd of tenants, in bulk; some of whom are asked for and therefore whole, with
//! sealed tokens, the catalog's scopes and a check's answers.

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _};
use grantway::domain::id::TenantId;
use grantway::domain::org_url::OrgOrigin;
use grantway::flows::Shared;
use grantway::vault::{self, Field, SealContext};
use secrecy::SecretString;
use sqlx::postgres::PgCopyIn;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::crowd::rows::{self, IndexMaker, IndexRows};
use crate::crowd::{Crowd, Customer, Kind};

/// Customers whose rows are sent together.
const CHUNK: usize = 10_000;
/// Rows come as they would stay: nothing follows from them, and nobody waits for the disk.
const IN_BULK: &str = "SET session_replication_role = replica; SET synchronous_commit = off;
                       SET maintenance_work_mem = '3GB'; SET work_mem = '256MB';
                       SET max_parallel_maintenance_workers = 0";

/// What makes tenants whole, of rows `given (n, access, refresh, client, key)` and scopes in $5.
const MADE_WHOLE: [&str; 5] = [
    "UPDATE connections c SET client_secret = g.client, client_key = g.key FROM given g WHERE c.id = id_of(2, g.n)",
    "UPDATE authorizations a SET requested_scopes = $5, granted_scopes = $5 FROM given g WHERE a.id = id_of(4, g.n)",
    "INSERT INTO checks (id, tenant_id, authorization_id, trigger, created_at, due_at, started_at, total, finished_at, outcome)
     SELECT id_of(5, n), id_of(1, n), id_of(4, n), 'connected', now(), now(), now(), 25, now(), 'complete' FROM given",
    "INSERT INTO check_results (check_id, tenant_id, scope, finding, endpoint, status, request_id, at)
     SELECT id_of(5, n), id_of(1, n), scope, 'effective', '/api/v1/things?limit=1', 200, 'a request of Okta''s', now()
     FROM given, unnest($5::text[]) scope ORDER BY n",
    "UPDATE token_sets s SET access_token = g.access, refresh_token = g.refresh, scopes = $5
     FROM given g WHERE s.connection_id = id_of(2, g.n)",
];

/// A tenant that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub number: u32,
    pub tenant: Uuid,
    pub connection: Uuid,
}

/// The secrets of one tenant.
#[derive(Debug)]
pub struct Secrets {
    pub access_token: String,
    pub refresh_token: String,
    pub client_secret: String,
    /// The organization that they are for, where it is not the crowd's own.
    pub origin: Option<String>,
}

impl From<Customer> for Asked {
    fn from(customer: Customer) -> Self {
        Self {
            number: customer.number,
            tenant: customer.id(Kind::Tenant),
            connection: customer.id(Kind::Connection),
        }
    }
}

/// Makes the whole crowd, and with `is_indexed` what support looks it up by.
pub async fn fill(
    pool: &PgPool,
    shared: &Shared,
    crowd: Crowd,
    is_indexed: bool,
) -> anyhow::Result<()> {
    sqlx::raw_sql(include_str!("crowd/before.sql"))
        .execute(pool)
        .await?;
    copy_facts(pool, crowd).await?;
    let statements = include_str!("crowd/facts.sql")
        .replace("{tenants}", &crowd.size.to_string())
        .replace("{catalog}", shared.catalog.version());
    let facts = async {
        let mut connection = in_bulk(pool).await?;
        sqlx::raw_sql(AssertSqlSafe(statements))
            .execute(&mut *connection)
            .await?;
        connection.close().await?;
        anyhow::Ok(())
    };
    let index = async {
        if is_indexed {
            let maker = IndexMaker::new(crowd, &shared.catalog);
            copy_index(pool, crowd, maker).await?;
        }
        anyhow::Ok(())
    };
    tokio::try_join!(facts, index)?;
    put_back(pool).await
}

/// A connection that is closed after its use, because of its settings.
async fn in_bulk(pool: &PgPool) -> anyhow::Result<sqlx::pool::PoolConnection<Postgres>> {
    let mut connection = pool.acquire().await?;
    sqlx::raw_sql(IN_BULK).execute(&mut *connection).await?;
    Ok(connection)
}

async fn copy_facts(pool: &PgPool, crowd: Crowd) -> anyhow::Result<()> {
    let mut connection = in_bulk(pool).await?;
    let mut copy = connection.copy_in_raw("COPY crowd FROM STDIN").await?;
    let mut text = String::new();
    for customer in crowd.customers() {
        rows::facts(&mut text, &crowd, customer);
        if (customer.number as usize).is_multiple_of(CHUNK) {
            copy.send(text.as_bytes()).await?;
            text.clear();
        }
    }
    copy.send(text.as_bytes()).await?;
    copy.finish().await?;
    sqlx::raw_sql("ANALYZE crowd")
        .execute(&mut *connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// Rows are made by one thread, and taken in by three connections at once.
async fn copy_index(pool: &PgPool, crowd: Crowd, maker: IndexMaker) -> anyhow::Result<()> {
    let (sender, mut made) = mpsc::channel(2);
    let making = tokio::task::spawn_blocking(move || {
        let customers: Vec<_> = crowd.customers().collect();
        for chunk in customers.chunks(CHUNK) {
            let mut rows = IndexRows::default();
            for customer in chunk {
                maker.add(&mut rows, *customer);
            }
            if sender.blocking_send(rows).is_err() {
                return;
            }
        }
    });
    let (mut one, mut two, mut three) =
        tokio::try_join!(in_bulk(pool), in_bulk(pool), in_bulk(pool))?;
    let mut index = emptied(&mut one, "support_index").await?;
    let mut terms = emptied(&mut two, "support_terms").await?;
    let mut flags = emptied(&mut three, "support_flags").await?;
    while let Some(rows) = made.recv().await {
        tokio::try_join!(
            index.send(rows.index.as_bytes()),
            terms.send(rows.terms.as_bytes()),
            flags.send(rows.flags.as_bytes()),
        )?;
    }
    making.await?;
    tokio::try_join!(index.finish(), terms.finish(), flags.finish())?;
    for mut connection in [one, two, three] {
        sqlx::raw_sql("COMMIT").execute(&mut *connection).await?;
        connection.close().await?;
    }
    Ok(())
}

/// Begins to fill a table in the transaction that empties it, so that nothing of it is logged, and no
/// row has to be visited again to be frozen.
async fn emptied<'c>(
    connection: &'c mut PgConnection,
    table: &str,
) -> anyhow::Result<PgCopyIn<&'c mut PgConnection>> {
    let begin = format!("BEGIN; TRUNCATE {table}");
    sqlx::raw_sql(AssertSqlSafe(begin))
        .execute(&mut *connection)
        .await?;
    let copy = format!("COPY {table} FROM STDIN WITH (FREEZE)");
    Ok(connection.copy_in_raw(&copy).await?)
}

/// Makes the indexes that were put aside, two at a time.
async fn put_back(pool: &PgPool) -> anyhow::Result<()> {
    let statements: Vec<String> =
        sqlx::query_scalar("SELECT statement FROM put_aside ORDER BY position")
            .fetch_all(pool)
            .await?;
    let made = statements.into_iter().map(|statement| async move {
        let mut connection = in_bulk(pool).await?;
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await?;
        connection.close().await?;
        anyhow::Ok(())
    });
    let made = futures_util::stream::iter(made).buffer_unordered(2);
    made.try_collect::<()>().await?;
    sqlx::raw_sql("DROP TABLE put_aside; DROP TABLE crowd")
        .execute(pool)
        .await?;
    Ok(())
}

/// Makes some tenants whole, and gives them.
#[expect(clippy::too_many_lines, reason = "one record of many fields")]
pub async fn complete(
    pool: &PgPool,
    shared: &Shared,
    customers: Vec<Customer>,
    mut secrets: impl FnMut(u32) -> Secrets,
) -> anyhow::Result<Vec<Asked>> {
    let home = |customer: &Customer| format!("https://{}", customer.host());
    let homes: Vec<String> = customers.iter().map(home).collect();
    let asked: Vec<Asked> = customers.into_iter().map(Asked::from).collect();
    let (mut access, mut refresh, mut client) = (Vec::new(), Vec::new(), Vec::new());
    let mut keys = Vec::new();
    for (who, home) in asked.iter().zip(&homes) {
        let made = secrets(who.number);
        let origin = made.origin.as_ref().unwrap_or(home);
        let origin = &OrgOrigin::from_stored(origin).context("no origin")?;
        access.push(sealed(
            shared,
            who,
            (Field::AccessToken, Some(origin)),
            made.access_token,
        )?);
        refresh.push(sealed(
            shared,
            who,
            (Field::RefreshToken, Some(origin)),
            made.refresh_token,
        )?);
        client.push(sealed(
            shared,
            who,
            (Field::ClientSecret, Some(origin)),
            made.client_secret,
        )?);
        // Kept by every connection, and used by those alone that prove themselves with it.
        keys.push(sealed(
            shared,
            who,
            (Field::ClientKey, None),
            "a private key".to_owned(),
        )?);
    }
    let numbers: Vec<i32> = asked
        .iter()
        .map(|asked| asked.number.cast_signed())
        .collect();
    let scopes: Vec<&str> = shared
        .catalog
        .scopes()
        .map(grantway::domain::scope::Scope::as_str)
        .collect();
    let mut transaction = pool.begin().await?;
    for statement in MADE_WHOLE {
        let statement = format!(
            "WITH given AS (
                SELECT * FROM unnest($1::integer[], $2::bytea[], $3::bytea[], $4::bytea[], $6::bytea[]) AS g (n, access, refresh, client, key)
                WHERE $5::text[] IS NOT NULL
             ) {statement}"
        );
        sqlx::query(AssertSqlSafe(statement))
            .bind(&numbers)
            .bind(&access)
            .bind(&refresh)
            .bind(&client)
            .bind(&scopes)
            .bind(&keys)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    settle(pool).await?;
    Ok(asked)
}

/// What was made and changed here is no news to the look-up, and none to the planner.
async fn settle(pool: &PgPool) -> anyhow::Result<()> {
    sqlx::raw_sql("TRUNCATE support_changes")
        .execute(pool)
        .await?;
    sqlx::raw_sql("VACUUM (ANALYZE, PARALLEL 2)")
        .execute(pool)
        .await?;
    Ok(())
}

/// An administrator's session with a tenant.
pub async fn administrator(pool: &PgPool, token: &SecretString, of: &Asked) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, family, kind, tenant_id, person_id, created_at, last_seen_at, expires_at)
         SELECT gen_random_uuid(), $1, gen_random_uuid(), 'administrator', id_of(1, $2), id_of(3, $2),
                now(), now() + interval '10 minutes', now() + interval '1 hour'",
    )
    .bind(vault::fingerprint(token).as_slice())
    .bind(of.number.cast_signed())
    .execute(pool)
    .await?;
    Ok(())
}

fn sealed(
    shared: &Shared,
    who: &Asked,
    (field, origin): (Field, Option<&OrgOrigin>),
    secret: String,
) -> anyhow::Result<Vec<u8>> {
    let context = SealContext {
        tenant: TenantId::from_uuid(who.tenant),
        record: who.connection,
        field,
        generation: 1,
        origin: origin.cloned(),
    };
    let sealed = shared.vault.seal(&context, &SecretString::from(secret))?;
    Ok(sealed.into_bytes())
}
