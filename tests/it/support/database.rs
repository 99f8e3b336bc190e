//! Databases for tests: real PostgreSQL, a fresh database each, in milliseconds.
//!
//! One private cluster per test process, in memory where there is room. Migrations run once, into
//! a template that every test's database is a copy of. The cluster and its folder vanish with
//! the process, also when it is killed.
//!
//! Each `#[tokio::test]` has a runtime of its own, so nothing here keeps a connection beyond a
//! call: a pool belongs to the test that made it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use grantway::private_postgres::{Options, PrivatePostgres};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use tokio::sync::OnceCell;

pub use super::cluster::OwnCluster;
use super::dump::dump;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
static SHARED: OnceCell<PrivatePostgres> = OnceCell::const_new();
static NEXT_NUMBER: AtomicU32 = AtomicU32::new(1);

/// How many migrations there are.
pub fn migrations() -> i64 {
    i64::try_from(MIGRATIONS.iter().count()).unwrap()
}

const TEMPLATE: &str = "template_migrated";
const SERVICE: &str = "grantway_service";
/// PostgreSQL's files of a busy test run, with room to spare.
const MEMORY_NEEDED_KIB: u64 = 1024 * 1024;

/// A migrated, empty database of one test's own, dropped after it.
#[derive(Debug)]
pub struct TestDatabase {
    /// As the superuser, who may do what the service may not.
    pub pool: PgPool,
    pub url: String,
    /// As the role that the service runs as.
    pub service_url: String,
    name: String,
    bin_dir: PathBuf,
}

impl TestDatabase {
    pub async fn new() -> Self {
        let server = SHARED.get_or_init(start_shared).await;
        let name = format!("test_{}", NEXT_NUMBER.fetch_add(1, Ordering::Relaxed));
        create_from_template(server, &name).await;
        Self {
            pool: pool(server.connect_options(&name)).await,
            url: server.url(&name),
            service_url: as_service(&server.url(&name)),
            bin_dir: server.bin_dir().to_owned(),
            name,
        }
    }

    /// All data as text, and every binary value again as the text it may hold: a search for a
    /// secret in this finds it wherever it lies unsealed.
    pub async fn dump(&self) -> String {
        dump(&self.bin_dir, &self.url).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // At the end of the process the channel may be gone, and the whole cluster with it.
        let _ = janitor().send(self.name.clone());
    }
}

/// Memory when there is a gigabyte of it to spare (a container may have less), else the disk.
pub fn fast_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if free_kib(memory).is_some_and(|free| free >= MEMORY_NEEDED_KIB) {
        return memory.to_owned();
    }
    std::env::temp_dir()
}

fn free_kib(folder: &Path) -> Option<u64> {
    let answer = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(answer.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

pub(super) fn new_folder() -> PathBuf {
    let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
    fast_folder().join(format!("grantway-test-{}-{number}", std::process::id()))
}

pub(super) fn options(data_dir: &Path) -> Options {
    Options::ephemeral_in(data_dir)
        .setting("max_connections", "200")
        // Its background work only slows the tests that run meanwhile.
        .setting("autovacuum", "off")
}

async fn start_shared() -> PrivatePostgres {
    let server = PrivatePostgres::start(options(&new_folder()))
        .await
        .unwrap();
    server.create_database(TEMPLATE).await.unwrap();
    let mut connection = PgConnection::connect_with(&server.connect_options(TEMPLATE))
        .await
        .unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE ROLE {SERVICE} LOGIN")))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    grantway::store::migrate_as_owner(&server.url(TEMPLATE), None, Some(SERVICE))
        .await
        .unwrap();
    server
}

/// The same address, for the role that may not change the audit trail.
fn as_service(url: &str) -> String {
    let (before, rest) = url.split_once("user=").unwrap();
    let (_, after) = rest.split_once('&').unwrap();
    format!("{before}user={SERVICE}&{after}")
}

async fn create_from_template(server: &PrivatePostgres, name: &str) {
    // Copying files is several times faster than logging every page (PostgreSQL 15 and later).
    let statement = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy");
    run_as_superuser(&server.connect_options("postgres"), statement)
        .await
        .unwrap();
}

async fn run_as_superuser(options: &PgConnectOptions, statement: String) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await
}

pub(super) async fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(10)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await
        .unwrap()
}

/// Drops databases in a thread of its own: a test's end has no runtime left to wait in.
fn janitor() -> &'static mpsc::Sender<String> {
    static JANITOR: OnceLock<mpsc::Sender<String>> = OnceLock::new();
    JANITOR.get_or_init(|| {
        let (sender, names) = mpsc::channel::<String>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let Some(server) = SHARED.get() else { return };
            let options = server.connect_options("postgres");
            for name in names {
                let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                // A leftover database costs a few megabytes until the process ends: no more.
                let _ = runtime.block_on(run_as_superuser(&options, statement));
            }
        });
        sender
    })
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    let (one, other) = tokio::join!(TestDatabase::new(), TestDatabase::new());
    assert_ne!(one.url, other.url);
    sqlx::raw_sql("create table only_here (a int)")
        .execute(&one.pool)
        .await
        .unwrap();
    sqlx::raw_sql("create table only_here (a int)")
        .execute(&other.pool)
        .await
        .unwrap();
}
