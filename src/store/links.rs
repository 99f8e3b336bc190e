//! Onboarding links.

mod ending;
mod hand_offs;

use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

pub(super) use ending::complete_link;
pub use hand_offs::HandOffAsker;

use super::order::lock_live_connection;
use super::{Hash, Store, StoreError, expect_one};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{LinkId, PersonId, StaffId, TenantId};
use crate::domain::onboarding_link::{LinkPurpose, OnboardingLink};
use crate::domain::overtaken::Overtaken;

/// A link that is about to be made.
#[derive(Debug)]
pub struct NewLink {
    pub id: LinkId,
    pub token_hash: Hash,
    pub created_by: String,
    pub expires_at: OffsetDateTime,
    pub purpose: LinkPurpose,
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: Uuid,
    tenant_id: Uuid,
    expires_at: OffsetDateTime,
    open_count: i32,
    claimed_by: Option<Uuid>,
    permissions_read_at: Option<OffsetDateTime>,
    permissions_read_version: Option<String>,
    completed_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
    asked_by: Option<Uuid>,
    asked_by_staff: Option<Uuid>,
    reason: Option<String>,
}

/// A link in a list.
#[derive(Debug, Clone)]
pub struct LinkListing {
    pub link: OnboardingLink,
    pub created_at: OffsetDateTime,
    pub last_opened_at: Option<OffsetDateTime>,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    #[sqlx(flatten)]
    link: LinkRow,
    created_at: OffsetDateTime,
    last_opened_at: Option<OffsetDateTime>,
}

impl From<LinkRow> for OnboardingLink {
    fn from(row: LinkRow) -> Self {
        Self {
            id: LinkId::from_uuid(row.id),
            tenant: TenantId::from_uuid(row.tenant_id),
            expires_at: row.expires_at,
            open_count: row.open_count,
            claimed_by: row.claimed_by,
            permissions_read_at: row.permissions_read_at,
            permissions_read_version: row.permissions_read_version,
            completed_at: row.completed_at,
            revoked_at: row.revoked_at,
            purpose: match row.asked_by {
                Some(person) => LinkPurpose::Repair {
                    asked_by: PersonId::from_uuid(person),
                    reason: row.reason.unwrap_or_default(),
                    by_staff: row.asked_by_staff.map(StaffId::from_uuid),
                },
                None => LinkPurpose::Onboarding,
            },
        }
    }
}

impl Store {
    /// The link with this token, counting one opening.
    pub async fn open_link(
        &self,
        token_hash: &Hash,
        at: OffsetDateTime,
    ) -> Result<Option<OnboardingLink>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as(
            "UPDATE onboarding_links SET open_count = open_count + 1, last_opened_at = $2 WHERE token_hash = $1
             RETURNING id, tenant_id, expires_at, open_count, claimed_by, permissions_read_at, permissions_read_version, completed_at, revoked_at, asked_by, asked_by_staff, reason",
        )
        .bind(token_hash.as_slice())
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(Into::into))
    }

    pub async fn find_link(
        &self,
        tenant: TenantId,
        link: LinkId,
    ) -> Result<Option<OnboardingLink>, StoreError> {
        let row: Option<LinkRow> = sqlx::query_as(
            "SELECT id, tenant_id, expires_at, open_count, claimed_by, permissions_read_at, permissions_read_version, completed_at, revoked_at, asked_by, asked_by_staff, reason
             FROM onboarding_links WHERE tenant_id = $1 AND id = $2",
        )
        .bind(tenant.as_uuid())
        .bind(link.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(Into::into))
    }

    /// Makes another link for a tenant.
    pub async fn create_link(
        &self,
        tenant: TenantId,
        link: &NewLink,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        if link.purpose != LinkPurpose::Onboarding {
            lock_live_connection(&mut *transaction, tenant).await?;
        }
        insert_link(&mut *transaction, tenant, link, at).await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Binds the link to the browser with this session family, which read what is asked, if it did.
    /// `false` when another one was first.
    pub async fn claim_link(
        &self,
        (tenant, link): (TenantId, LinkId),
        family: Uuid,
        read_version: Option<&str>,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let claimed = sqlx::query(
            "UPDATE onboarding_links SET claimed_by = $3, claimed_at = coalesce(claimed_at, $4),
                    permissions_read_version = coalesce($5, permissions_read_version)
             WHERE tenant_id = $1 AND id = $2 AND (claimed_by IS NULL OR claimed_by = $3) AND revoked_at IS NULL",
        )
        .bind(tenant.as_uuid())
        .bind(link.as_uuid())
        .bind(family)
        .bind(at)
        .bind(read_version)
        .execute(&mut *transaction)
        .await?;
        if claimed.rows_affected() == 0 {
            return Ok(false);
        }
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Remembers that this version of the list of permissions was read to its end.
    pub async fn mark_permissions_read(
        &self,
        tenant: TenantId,
        link: LinkId,
        version: &str,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let marked = sqlx::query(
            "UPDATE onboarding_links SET permissions_read_at = $3, permissions_read_version = $4
             WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL",
        )
        .bind(tenant.as_uuid())
        .bind(link.as_uuid())
        .bind(at)
        .bind(version)
        .execute(&mut *transaction)
        .await?;
        expect_one(&marked, "onboarding_links")
            .map_err(|_| StoreError::Overtaken(Overtaken::Link))?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The tenant's links, the latest first, older than `before`.
    pub async fn list_links(
        &self,
        tenant: TenantId,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<LinkListing>, StoreError> {
        let rows: Vec<ListRow> = sqlx::query_as(
            "SELECT id, tenant_id, expires_at, open_count, claimed_by, permissions_read_at, permissions_read_version, completed_at, revoked_at, asked_by, asked_by_staff, reason,
                    created_at, last_opened_at
             FROM onboarding_links
             WHERE tenant_id = $1 AND id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY id DESC LIMIT $3",
        )
        .bind(tenant.as_uuid())
        .bind(before)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let listing = |row: ListRow| LinkListing {
            link: row.link.into(),
            created_at: row.created_at,
            last_opened_at: row.last_opened_at,
        };
        Ok(rows.into_iter().map(listing).collect())
    }
}

pub(super) async fn insert_link(
    executor: impl PgExecutor<'_>,
    tenant: TenantId,
    link: &NewLink,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let (purpose, asked_by, reason, by_staff) = match &link.purpose {
        LinkPurpose::Onboarding => ("onboarding", None, None, None),
        LinkPurpose::Repair {
            asked_by,
            reason,
            by_staff,
        } => (
            "repair",
            Some(asked_by.as_uuid()),
            Some(reason),
            by_staff.map(|staff| staff.as_uuid()),
        ),
    };
    sqlx::query(
        "INSERT INTO onboarding_links
            (id, tenant_id, token_hash, created_at, created_by, expires_at, purpose, asked_by, reason, asked_by_staff)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(link.id.as_uuid())
    .bind(tenant.as_uuid())
    .bind(link.token_hash.as_slice())
    .bind(at)
    .bind(&link.created_by)
    .bind(link.expires_at)
    .bind(purpose)
    .bind(asked_by)
    .bind(reason)
    .bind(by_staff)
    .execute(executor)
    .await?;
    Ok(())
}
