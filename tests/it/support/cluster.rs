//! A PostgreSQL of one test's own, which is taken away and brought back.

use std::fs;
use std::path::Path;
use std::time::Duration;

use grantway::private_postgres::{Options, PrivatePostgres};
use sqlx::{Connection, PgConnection, PgPool};

use super::command::signal_process;
use super::database::{MIGRATIONS, new_folder, options, pool};

/// A cluster of one test's own, for tests that take PostgreSQL away.
#[derive(Debug)]
pub struct OwnCluster {
    pub pool: PgPool,
    pub url: String,
    options: Options,
    server: Option<PrivatePostgres>,
}

impl OwnCluster {
    pub async fn start() -> Self {
        Self::start_with(options(&new_folder())).await
    }

    /// One that keeps what it has acknowledged, also when it is killed.
    pub async fn start_durable() -> Self {
        let options = Options {
            durable: true,
            ..options(&new_folder())
        };
        Self::start_with(options).await
    }

    /// One whose files are all in this folder.
    pub async fn start_in(folder: &Path) -> Self {
        Self::start_with(options(&folder.join("server"))).await
    }

    async fn start_with(options: Options) -> Self {
        let server = PrivatePostgres::start(options.clone()).await.unwrap();
        server.create_database("own").await.unwrap();
        let pool = pool(server.connect_options("own")).await;
        MIGRATIONS.run(&pool).await.unwrap();
        Self {
            pool,
            url: server.url("own"),
            options,
            server: Some(server),
        }
    }

    /// Takes PostgreSQL away, as an outage does; the data stays.
    pub async fn stop_server(&mut self) {
        let server = self.server.take().expect("the server runs");
        server.keep_data();
        server.stop().await.unwrap();
    }

    /// Ends it as `pg_ctl stop -m immediate` does: every process of the server ends where it stands,
    /// and the next start recovers from the log.
    pub async fn crash_server(&mut self) {
        let server = self.server.take().expect("the server runs");
        server.keep_data();
        let pid = server
            .server_pid()
            .expect("a server that runs has a number");
        signal_process(pid, "QUIT").await;
        while signal_process(pid, "0").await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.stop().await.unwrap();
    }

    /// Brings it back, at the same address.
    pub async fn start_server(&mut self) {
        assert!(self.server.is_none(), "the server runs already");
        self.server = Some(PrivatePostgres::start(self.options.clone()).await.unwrap());
    }
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        if self.server.is_none() {
            let _ = fs::remove_dir_all(&self.options.data_dir);
        }
    }
}

#[tokio::test]
async fn a_cluster_of_its_own_can_go_and_come_back() {
    let mut cluster = OwnCluster::start().await;
    sqlx::raw_sql("create table kept (a int)")
        .execute(&cluster.pool)
        .await
        .unwrap();
    cluster.stop_server().await;
    let gone = tokio::time::timeout(Duration::from_secs(30), cluster.pool.acquire()).await;
    assert!(
        matches!(gone, Ok(Err(_))),
        "no connection while the server is away"
    );
    cluster.start_server().await;
    sqlx::raw_sql("select * from kept")
        .execute(&cluster.pool)
        .await
        .unwrap();
    PgConnection::connect(&cluster.url)
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_durable_cluster_keeps_through_a_crash_what_it_acknowledged() {
    let mut cluster = OwnCluster::start_durable().await;
    sqlx::raw_sql("create table kept (a int); insert into kept values (1)")
        .execute(&cluster.pool)
        .await
        .unwrap();
    cluster.crash_server().await;
    cluster.start_server().await;
    let mut connection = PgConnection::connect(&cluster.url).await.unwrap();
    let kept: i32 = sqlx::query_scalar("select a from kept")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(kept, 1);
    connection.close().await.unwrap();
}
