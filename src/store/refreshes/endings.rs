//! The fixed end of a sign-in: who has to be told of it, and that it was told, once.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::AuditEvent;
use crate::domain::id::TenantId;
use crate::domain::state_change::StateChange;
use crate::store::connections::{ConnectionRow, select_connection};
use crate::store::order::lock_connection;
use crate::store::{ConnectionRecord, Store, StoreError};

/// A sign-in of which something is to be said.
#[derive(Debug)]
pub struct DueNotice {
    pub record: ConnectionRecord,
    pub ends_at: OffsetDateTime,
    /// When it was to be said: names what is answered with [`Told`].
    notice_at: OffsetDateTime,
}

/// What was said, and when the next word is due.
#[derive(Debug)]
pub struct Told {
    pub next: Option<OffsetDateTime>,
    pub change: Option<StateChange>,
    pub event: Option<AuditEvent>,
}

#[derive(FromRow)]
struct EndingRow {
    #[sqlx(flatten)]
    connection: ConnectionRow,
    refresh_expires_at: OffsetDateTime,
    notice_at: OffsetDateTime,
}

impl Store {
    /// The sign-ins of which something is to be said, at most `limit`.
    pub async fn find_endings(
        &self,
        at: OffsetDateTime,
        limit: i64,
    ) -> Result<Vec<DueNotice>, StoreError> {
        let rows: Vec<EndingRow> = sqlx::query_as(select_connection!(
            ", s.refresh_expires_at, r.notice_at
             FROM refreshes r JOIN connections c ON c.id = r.connection_id
             JOIN token_sets s ON s.connection_id = r.connection_id AND s.refresh_expires_at IS NOT NULL
             WHERE r.notice_at <= $1 ORDER BY r.notice_at LIMIT $2"
        ))
        .bind(at)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let ending = |row: EndingRow| -> Result<DueNotice, StoreError> {
            Ok(DueNotice {
                record: row.connection.try_into()?,
                ends_at: row.refresh_expires_at,
                notice_at: row.notice_at,
            })
        };
        rows.into_iter().map(ending).collect()
    }

    /// Writes down what was said; `false` when another replica said it.
    pub async fn tell_ending(
        &self,
        ending: &DueNotice,
        told: &Told,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let tenant: TenantId = ending.record.connection.tenant;
        let mut transaction = self.pool.begin().await?;
        if told.change.is_some() {
            lock_connection(&mut *transaction, tenant).await?;
        }
        let ours: Option<Uuid> = sqlx::query_scalar(
            "UPDATE refreshes SET notice_at = $3 WHERE tenant_id = $1 AND notice_at = $2 RETURNING connection_id",
        )
        .bind(tenant.as_uuid())
        .bind(ending.notice_at)
        .bind(told.next)
        .fetch_optional(&mut *transaction)
        .await?;
        if ours.is_none() {
            return Ok(false);
        }
        if let Some(change) = &told.change {
            self.change_state_in(&mut transaction, change, at).await?;
        }
        if let Some(event) = &told.event {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}
