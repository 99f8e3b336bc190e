//! The ends of a link: it has done its work, or it is revoked, with everything that came by it.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::domain::audit::AuditEvent;
use crate::domain::id::{LinkId, TenantId};
use crate::domain::overtaken::Overtaken;
use crate::store::order::lock_connection;
use crate::store::people::Which;
use crate::store::{Store, StoreError, expect_one};

impl Store {
    /// Revokes a link and the sessions that it opened, and takes back the access of whom it let in;
    /// `false` when there is none, or it was revoked before.
    pub async fn revoke_link(
        &self,
        tenant: TenantId,
        link: LinkId,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, tenant).await?;
        let revoked = sqlx::query(
            "WITH revoked AS (
                UPDATE onboarding_links SET revoked_at = $3
                WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id
             ), ended AS (
                UPDATE sessions SET revoked_at = $3
                WHERE tenant_id = $1 AND link_id = $2 AND revoked_at IS NULL
             )
             SELECT FROM revoked",
        )
        .bind(tenant.as_uuid())
        .bind(link.as_uuid())
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        let is_revoked = revoked.rows_affected() == 1;
        if is_revoked {
            let which = Which::LetInBy(link);
            self.remove_people_in(&mut transaction, tenant, which, event.actor, at)
                .await?;
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(is_revoked)
    }
}

/// The link has done its work. [`StoreError::Overtaken`] where it ended meanwhile.
pub(in crate::store) async fn complete_link(
    connection: &mut PgConnection,
    tenant: TenantId,
    link: LinkId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let completed = sqlx::query(
        "UPDATE onboarding_links SET completed_at = coalesce(completed_at, $3)
         WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > $3",
    )
    .bind(tenant.as_uuid())
    .bind(link.as_uuid())
    .bind(at)
    .execute(connection)
    .await?;
    expect_one(&completed, "onboarding_links").map_err(|_| StoreError::Overtaken(Overtaken::Link))
}
