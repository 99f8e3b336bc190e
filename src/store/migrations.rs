//! The migrations, compiled into the binary, and the rights of the role that the service runs as.

use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection, PgPool};

use super::{StoreError, address};
use crate::domain::database_tls::DatabaseTls;

pub(super) static MIGRATOR: Migrator = sqlx::migrate!();

pub(super) async fn apply(pool: &PgPool) -> Result<(), StoreError> {
    Ok(MIGRATOR.run(pool).await?)
}

/// Applies the migrations as the tables' owner and, where another role is named, gives that one what
/// the service needs. Rights on tables are given anew each time, because new ones may have come.
pub async fn migrate_as_owner(
    url: &str,
    tls: Option<DatabaseTls>,
    service_role: Option<&str>,
) -> Result<(), StoreError> {
    let options = address::options(url, tls)?;
    let mut connection = PgConnection::connect_with(&options).await?;
    MIGRATOR.run(&mut connection).await?;
    if let Some(role) = service_role {
        sqlx::query("SELECT grant_service_rights($1)")
            .bind(role)
            .execute(&mut connection)
            .await?;
    }
    Ok(connection.close().await?)
}
