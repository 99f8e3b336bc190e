//! The migrations, compiled into the binary, and the rights of the role that the service runs as.

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, PgPool};

use super::StoreError;

pub(super) static MIGRATOR: Migrator = sqlx::migrate!();

pub(super) async fn apply(pool: &PgPool) -> Result<(), StoreError> {
    MIGRATOR.run(pool).await.map_err(StoreError::Migration)
}

/// Applies the migrations as the tables' owner and, where another role is named, gives that one what
/// the service needs. Rights on tables are given anew each time, because new ones may have come.
pub async fn migrate_as_owner(url: &str, service_role: Option<&str>) -> Result<(), StoreError> {
    let options: PgConnectOptions = url.parse()?;
    let mut connection = PgConnection::connect_with(&options).await?;
    MIGRATOR
        .run(&mut connection)
        .await
        .map_err(StoreError::Migration)?;
    if let Some(role) = service_role {
        sqlx::query("SELECT grant_service_rights($1)")
            .bind(role)
            .execute(&mut connection)
            .await?;
    }
    Ok(connection.close().await?)
}
