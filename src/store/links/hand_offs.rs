//! Hand-offs that staff make: in the name of who asked before, and in the place of the open ones.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{NewLink, insert_link};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{PersonId, TenantId};
use crate::store::order::lock_live_connection;
use crate::store::{Store, StoreError};

/// Who wants the repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOffAsker {
    pub person: PersonId,
    /// They asked for it themselves since the latest sign-in; otherwise it is their connection.
    pub asked: bool,
    /// In their own words; may be empty.
    pub reason: String,
}

impl Store {
    /// Whoever asked for a repair since the latest sign-in; else whoever signed in.
    pub async fn find_hand_off_asker(
        &self,
        tenant: TenantId,
    ) -> Result<Option<HandOffAsker>, StoreError> {
        let row: Option<(Uuid, bool, String)> = sqlx::query_as(
            "SELECT coalesce(l.asked_by, a.person_id), l.asked_by IS NOT NULL, coalesce(l.reason, '')
             FROM (SELECT person_id, at FROM authorizations WHERE tenant_id = $1 ORDER BY at DESC LIMIT 1) a
             LEFT JOIN LATERAL (
                SELECT asked_by, reason FROM onboarding_links
                WHERE tenant_id = $1 AND purpose = 'repair' AND asked_by_staff IS NULL
                  AND completed_at IS NULL AND created_at >= a.at
                ORDER BY id DESC LIMIT 1
             ) l ON true",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(person, asked, reason)| HandOffAsker {
            person: PersonId::from_uuid(person),
            asked,
            reason,
        }))
    }

    /// Makes a hand-off, and ends those that are open with the sessions that they opened; how many.
    pub async fn replace_hand_offs(
        &self,
        tenant: TenantId,
        link: &NewLink,
        event: impl FnOnce(i64) -> AuditEvent + Send,
        at: OffsetDateTime,
    ) -> Result<i64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        // Of two at once the second waits here, and then ends what the first made.
        lock_live_connection(&mut *transaction, tenant).await?;
        let ended: i64 = sqlx::query_scalar(
            "WITH revoked AS (
                UPDATE onboarding_links SET revoked_at = $2
                WHERE tenant_id = $1 AND purpose = 'repair' AND revoked_at IS NULL AND completed_at IS NULL AND expires_at > $2
                RETURNING id
             ), ended AS (
                UPDATE sessions SET revoked_at = $2
                WHERE tenant_id = $1 AND link_id IN (SELECT id FROM revoked) AND revoked_at IS NULL
             )
             SELECT count(*) FROM revoked",
        )
        .bind(tenant.as_uuid())
        .bind(at)
        .fetch_one(&mut *transaction)
        .await?;
        insert_link(&mut *transaction, tenant, link, at).await?;
        self.record_in(&mut *transaction, &event(ended), at).await?;
        transaction.commit().await?;
        Ok(ended)
    }
}
