//! Looks at a tenant by the vendor's own people.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{StaffId, TenantId};

/// A look that is about to begin.
#[derive(Debug)]
pub struct NewVisit {
    pub id: Uuid,
    pub staff: StaffId,
    /// The browser's.
    pub session_family: Uuid,
    pub reason: String,
    pub ends_at: OffsetDateTime,
}

/// A look, as the administrator is told of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Deserialize)]
pub struct Visit {
    pub staff_name: String,
    pub reason: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl Store {
    /// The visit that this person is on at the tenant's, in this browser.
    pub async fn find_visit(
        &self,
        tenant: TenantId,
        staff: StaffId,
        session_family: Uuid,
        at: OffsetDateTime,
    ) -> Result<Option<Visit>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT s.name AS staff_name, v.reason, v.at FROM support_visits v JOIN staff s ON s.id = v.staff_id
             WHERE v.tenant_id = $1 AND v.session_family = $2 AND v.ends_at > $3 AND v.staff_id = $4
             ORDER BY v.at DESC LIMIT 1",
        )
        .bind(tenant.as_uuid())
        .bind(session_family)
        .bind(at)
        .bind(staff.as_uuid())
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Notes a visit and the reason that was given for it.
    pub async fn begin_visit(
        &self,
        tenant: TenantId,
        visit: &NewVisit,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        insert_visit(&mut transaction, tenant, visit, at).await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) async fn insert_visit(
    connection: &mut PgConnection,
    tenant: TenantId,
    visit: &NewVisit,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO support_visits (id, tenant_id, staff_id, session_family, reason, at, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(visit.id)
    .bind(tenant.as_uuid())
    .bind(visit.staff.as_uuid())
    .bind(visit.session_family)
    .bind(&visit.reason)
    .bind(at)
    .bind(visit.ends_at)
    .execute(connection)
    .await?;
    Ok(())
}
