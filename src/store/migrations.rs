//! The migrations, compiled into the binary, the schema that they make tables in, and the rights of the role
//! that the service runs as.

use std::sync::atomic::Ordering;

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::fitness::{self, Sessions, Unfit};
use super::{Store, StoreError, address};
use crate::domain::database_tls::DatabaseTls;

pub(super) static MIGRATOR: Migrator = sqlx::migrate!();

impl Store {
    /// Applies the migrations that are missing. sqlx holds an advisory lock meanwhile, so that
    /// replicas that start together take turns.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        apply(&self.pool.connect_options(), None).await
    }

    /// Whether the service can live at this address: until it was once seen, and only then.
    pub async fn check_fitness(&self) -> Result<(), StoreError> {
        if !self.is_fit.load(Ordering::Relaxed) {
            fitness::sessions(&self.pool.connect_options()).await?;
            self.is_fit.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Applies the migrations as the tables' owner and, where another role is named, gives that one what
/// the service needs. Rights on tables are given anew each time, because new ones may have come.
pub async fn migrate_as_owner(
    url: &str,
    tls: Option<DatabaseTls>,
    service_role: Option<&str>,
) -> Result<(), StoreError> {
    apply(&address::options(url, tls)?, service_role).await
}

async fn apply(options: &PgConnectOptions, service_role: Option<&str>) -> Result<(), StoreError> {
    if fitness::sessions(options).await? == Sessions::Shared {
        return Err(Unfit::SharedSession.into());
    }
    let mut connection = PgConnection::connect_with(options).await?;
    let home = fitness::look_at_schema(&mut connection).await?;
    // An early migration's functions look into public. Elsewhere they are not looked through until
    // `settle` has led them home.
    if home != "public" {
        sqlx::query("SET check_function_bodies = off")
            .execute(&mut connection)
            .await?;
    }
    MIGRATOR.run(&mut connection).await?;
    settle(&mut connection).await?;
    if let Some(role) = service_role {
        sqlx::query("SELECT grant_service_rights($1)")
            .bind(role)
            .execute(&mut connection)
            .await?;
    }
    Ok(connection.close().await?)
}

/// Leads each function of ours that has a search path of its own to the schema that it is in, and to temporary
/// tables last, so that nobody can put one in the place of ours.
async fn settle(connection: &mut PgConnection) -> Result<(), StoreError> {
    let strays: Vec<String> = sqlx::query_scalar(
        "SELECT format('ALTER FUNCTION %s SET search_path = %s, pg_temp', f.oid::regprocedure, home)
         FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace, unnest(f.proconfig) AS setting,
              quote_ident(current_schema()) AS home
         WHERE n.nspname = current_schema() AND f.proname = ANY ($1)
           AND setting LIKE 'search_path=%' AND setting <> format('search_path=%s, pg_temp', home)",
    )
    .bind(created("FUNCTION"))
    .fetch_all(&mut *connection)
    .await?;
    for statement in strays {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The names of the tables or functions that migrations make.
pub(super) fn created(kind: &str) -> Vec<&'static str> {
    let starts = ["CREATE ", "CREATE OR REPLACE "].map(|start| format!("{start}{kind} "));
    let names = MIGRATOR.iter().flat_map(|migration| {
        migration.sql.as_str().lines().filter_map(|line| {
            let rest = starts
                .iter()
                .find_map(|start| line.strip_prefix(start.as_str()))?;
            rest.split([' ', '(']).next()
        })
    });
    names.collect()
}
