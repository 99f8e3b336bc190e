//! PostgreSQL's own account of the statements that are measured: which indexes, how many rows, how long.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use grantway::domain::look_up::LookUpQuery;
use grantway::flows::LookUp;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use crate::growth;
use crate::lab::Service;
use crate::reads;
use crate::report;

/// The server, as its superuser.
pub struct Plans {
    server: PgConnectOptions,
    log: PathBuf,
}

impl Plans {
    /// Has every later connection able to tell its plans; `None` where PostgreSQL came without the
    /// module for it.
    pub async fn prepare(server: PgConnectOptions, log: PathBuf) -> anyhow::Result<Option<Self>> {
        let mut connection = PgConnection::connect_with(&server).await?;
        if sqlx::raw_sql("LOAD 'auto_explain'")
            .execute(&mut connection)
            .await
            .is_err()
        {
            return Ok(None);
        }
        sqlx::raw_sql("ALTER SYSTEM SET session_preload_libraries = 'auto_explain'")
            .execute(&mut connection)
            .await?;
        sqlx::raw_sql("SELECT pg_reload_conf()")
            .execute(&mut connection)
            .await?;
        Ok(Some(Self { server, log }))
    }

    /// Does each thing once, and writes down what PostgreSQL did for it.
    pub async fn write(
        &self,
        large: &Service,
        searches: Vec<(&str, LookUpQuery)>,
        file: &str,
    ) -> anyhow::Result<()> {
        let look_up = LookUp::new(large.shared.clone());
        self.speak(true).await?;
        let mut text = "Plans among all tenants.\n".to_owned();
        for (name, page) in [
            ("a worker's token", reads::broker()),
            ("the status page", reads::status()),
        ] {
            let load = page.load(large);
            let read = tokio::task::spawn_blocking(move || load.once());
            text += &self.said(name, async { read.await?.map(drop) }).await?;
        }
        let claim = async { growth::claim(large).await.map(drop) };
        text += &self.said("a claim of due refreshes", claim).await?;
        for (name, query) in searches {
            let search = async { Ok(look_up.search(&query, None).await.map(drop)?) };
            text += &self.said(name, search).await?;
        }
        self.speak(false).await?;
        fs::write(report::folder()?.join(file), text)?;
        Ok(())
    }

    /// Switches the telling on or off, and waits until it is.
    async fn speak(&self, is_on: bool) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&self.server).await?;
        let least = if is_on { "0" } else { "-1" };
        for statement in [
            format!("ALTER SYSTEM SET auto_explain.log_min_duration = {least}"),
            "ALTER SYSTEM SET auto_explain.log_analyze = on".to_owned(),
            "ALTER SYSTEM SET auto_explain.log_buffers = on".to_owned(),
            "SELECT pg_reload_conf()".to_owned(),
        ] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
                .execute(&mut connection)
                .await?;
        }
        // Servers read their settings when they are told to, some milliseconds later.
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(())
    }

    /// What is logged while `work` is done.
    async fn said(
        &self,
        name: &str,
        work: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<String> {
        let before = fs::read_to_string(&self.log)?.len();
        work.await?;
        let log = fs::read_to_string(&self.log)?;
        let said = log.get(before..).context("the log only grows")?;
        Ok(format!("\n\n=== {name}\n\n{said}"))
    }
}
