//! What goes on while keys are rotated: people who read and refresh, and kills.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use grantway::vault::Vault;
use sqlx::PgPool;
use tokio::task::JoinSet;

use super::both;
use super::crowd::{Member, vault_of};
use super::rotation::variables;
use crate::support::command::command;
use crate::support::database::TestDatabase;

/// People who read and refresh tokens all the time, each failure of whom is a failed test.
pub struct Load {
    stop: Arc<AtomicBool>,
    pub reads: Arc<AtomicU64>,
    tasks: JoinSet<()>,
}

impl Load {
    pub fn begin(database: &TestDatabase, members: &[Member]) -> Self {
        let mut load = Self {
            stop: Arc::default(),
            reads: Arc::default(),
            tasks: JoinSet::new(),
        };
        let vault = Arc::new(vault_of(&both()));
        for (number, part) in members.chunks(members.len().div_ceil(4)).enumerate() {
            let (pool, vault) = (database.pool.clone(), Arc::clone(&vault));
            let (stop, reads) = (Arc::clone(&load.stop), Arc::clone(&load.reads));
            let (part, writes) = (part.to_vec(), number % 2 == 0);
            load.tasks.spawn(async move {
                for member in part.iter().cycle() {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    use_tokens(member, &pool, &vault, writes).await;
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        load
    }

    /// Ends it; gives how many reads there were, none of which failed.
    pub async fn end(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        self.reads.load(Ordering::Relaxed)
    }
}

async fn use_tokens(member: &Member, pool: &PgPool, vault: &Vault, writes: bool) {
    if writes {
        member.refresh(pool, vault).await;
    } else {
        member.read(pool, vault).await;
    }
}

/// Makes the re-sealing stop in the middle of a walk, at this member's token in this column, for as
/// long as the test holds the lock; only in sessions of the service's.
async fn trap(pool: &PgPool, member: &Member, column: &str) {
    let connection = member.connection;
    for statement in [
        "DROP TRIGGER IF EXISTS trap ON token_sets".to_owned(),
        format!(
            "CREATE OR REPLACE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF current_setting('application_name') = 'grantway' AND NEW.connection_id = '{connection}'
                   AND NEW.{column} <> OLD.{column} THEN PERFORM pg_advisory_xact_lock(7); END IF;
                RETURN NEW; END $$"
        ),
        "CREATE TRIGGER trap BEFORE UPDATE ON token_sets FOR EACH ROW EXECUTE FUNCTION trap()"
            .to_owned(),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(pool)
            .await
            .unwrap();
    }
}

/// Begins a rotation, and kills it when it has come to the trap: to a member whom nobody refreshes.
pub async fn kill_on_the_way(database: &TestDatabase, member: &Member, column: &str) {
    trap(&database.pool, member, column).await;
    let mut held = database.pool.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(7)")
        .execute(&mut *held)
        .await
        .unwrap();
    let mut child = command(&["keyring", "rotate"], &variables(database, &both()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let waits = "pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let mut came = false;
    for _ in 0..1_200 {
        came = database.count(waits).await > 0;
        if came || child.try_wait().unwrap().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(came, "it ended before it came to {column}");
    child.kill().await.unwrap();
    held.rollback().await.unwrap();
}
