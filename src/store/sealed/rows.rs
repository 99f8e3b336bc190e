//! The statements over a column of sealed secrets.

use sqlx::{AssertSqlSafe, FromRow, PgConnection};
use uuid::Uuid;

use super::{Resealed, SealedColumn, SealedRow};
use crate::domain::id::TenantId;
use crate::store::{SealedBytes, Store, StoreError};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    record: Uuid,
    tenant: Uuid,
    generation: i64,
    origin: Option<String>,
    sealed: Vec<u8>,
}

impl From<Row> for SealedRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            record: row.record,
            tenant: TenantId::from_uuid(row.tenant),
            generation: row.generation,
            origin: row.origin,
            sealed: SealedBytes(row.sealed),
        }
    }
}

impl SealedColumn {
    /// How a row of the column is read.
    fn select(&self) -> String {
        let Self {
            table,
            column,
            id,
            record,
            tenant,
            generation,
            origin,
            ..
        } = self;
        format!(
            "SELECT {id} AS id, {record} AS record, {tenant} AS tenant, ({generation})::bigint AS generation,
                    {origin} AS origin, {column} AS sealed
             FROM {table} WHERE {column} IS NOT NULL"
        )
    }

    /// Jumps in the index from one header to the next, so that its cost grows with the number of
    /// headers and not with that of rows.
    fn select_headers(&self) -> String {
        let Self { table, column, .. } = self;
        let first = |condition: &str| {
            format!(
                "(SELECT sealed_header({column}) FROM {table} WHERE {condition} ORDER BY 1 LIMIT 1)"
            )
        };
        let lowest = first(&format!("sealed_header({column}) IS NOT NULL"));
        let next = first(&format!("sealed_header({column}) > headers.header"));
        format!(
            "WITH RECURSIVE headers AS (
                SELECT {lowest} AS header UNION ALL SELECT {next} FROM headers WHERE header IS NOT NULL
             ) SELECT header FROM headers WHERE header IS NOT NULL LIMIT $1"
        )
    }
}

impl Store {
    /// The different headers in a column, at most `limit` of them.
    pub async fn sealed_headers(
        &self,
        column: &SealedColumn,
        limit: i64,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        by_index(&mut transaction).await?;
        let headers = sqlx::query_scalar(AssertSqlSafe(column.select_headers()))
            .bind(limit)
            .fetch_all(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(headers)
    }

    /// Some rows under a header.
    pub async fn sealed_examples(
        &self,
        column: &SealedColumn,
        header: &[u8],
        limit: i64,
    ) -> Result<Vec<SealedRow>, StoreError> {
        let column_name = column.column;
        let select = column.select();
        let mut transaction = self.pool.begin().await?;
        by_index(&mut transaction).await?;
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
            "{select} AND sealed_header({column_name}) = $1 LIMIT $2"
        )))
        .bind(header)
        .bind(limit)
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(rows.into_iter().map(SealedRow::from).collect())
    }

    /// How many rows lie under each header.
    pub async fn count_sealed(
        &self,
        column: &SealedColumn,
    ) -> Result<Vec<(Vec<u8>, i64)>, StoreError> {
        let SealedColumn { table, column, .. } = column;
        let counts = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT sealed_header({column}), count(*) FROM {table}
             WHERE sealed_header({column}) IS NOT NULL GROUP BY 1 ORDER BY 1"
        )))
        .fetch_all(&self.pool)
        .await?;
        Ok(counts)
    }

    /// The next rows of a walk in the order of their ids, without those under `passed_over`.
    pub async fn walk_sealed(
        &self,
        column: &SealedColumn,
        after: Option<Uuid>,
        passed_over: Option<&[u8]>,
        limit: i64,
    ) -> Result<Vec<SealedRow>, StoreError> {
        let SealedColumn {
            column: name, id, ..
        } = column;
        let select = column.select();
        // The nil id is before every other.
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
            "{select} AND {id} > $1 AND ($2::bytea IS NULL OR sealed_header({name}) <> $2)
             ORDER BY {id} LIMIT $3"
        )))
        .bind(after.unwrap_or_default())
        .bind(passed_over)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(SealedRow::from).collect())
    }

    /// Puts secrets that were sealed anew in the place of the old ones, where those still stand;
    /// gives how many did. A row that somebody else is changing is passed over, not waited for: so
    /// nobody blocks anybody, and two that do this at once cannot deadlock.
    pub async fn replace_sealed(
        &self,
        column: &SealedColumn,
        resealed: &[Resealed],
    ) -> Result<u64, StoreError> {
        let SealedColumn {
            table, column, id, ..
        } = column;
        let ids: Vec<Uuid> = resealed.iter().map(|row| row.id).collect();
        let old: Vec<&[u8]> = resealed.iter().map(|row| row.old.0.as_slice()).collect();
        let new: Vec<&[u8]> = resealed.iter().map(|row| row.new.0.as_slice()).collect();
        let replaced = sqlx::query(AssertSqlSafe(format!(
            "WITH due AS (
                SELECT t.{id} AS due_id, v.old, v.new
                FROM {table} t JOIN unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS v(id, old, new)
                  ON t.{id} = v.id AND t.{column} = v.old
                FOR UPDATE OF t SKIP LOCKED
             )
             UPDATE {table} SET {column} = due.new FROM due
             WHERE {table}.{id} = due.due_id AND {table}.{column} = due.old"
        )))
        .bind(ids)
        .bind(old)
        .bind(new)
        .execute(&self.pool)
        .await?;
        Ok(replaced.rows_affected())
    }
}

/// The planner knows little of a header that few rows have, or of a table that was filled a moment
/// ago; reading the whole table is never what is wanted here.
async fn by_index(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("SET LOCAL enable_seqscan = off")
        .execute(&mut *connection)
        .await?;
    Ok(())
}
