//! Tenants as they are listed: with the state of their connection, page by page.

mod narrowed;

use time::OffsetDateTime;
use uuid::Uuid;

use super::api_keys::uuids;
use super::{Store, StoreError};
use crate::domain::connection::ConnectionState;
use crate::domain::id::TenantId;

pub use narrowed::Narrowed;

/// One tenant of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantListing {
    pub id: TenantId,
    pub name: String,
    pub external_id: Option<String>,
    /// The organization that is connected, or else the one that the invitation names.
    pub organization: Option<String>,
    pub state: ConnectionState,
    pub created_at: OffsetDateTime,
    pub connected_at: Option<OffsetDateTime>,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    id: Uuid,
    name: String,
    external_id: Option<String>,
    organization: Option<String>,
    state: String,
    reason: Option<String>,
    created_at: OffsetDateTime,
    connected_at: Option<OffsetDateTime>,
}

impl TryFrom<ListRow> for TenantListing {
    type Error = StoreError;

    fn try_from(row: ListRow) -> Result<Self, Self::Error> {
        let state = ConnectionState::from_columns(&row.state, row.reason.as_deref());
        Ok(Self {
            id: TenantId::from_uuid(row.id),
            name: row.name,
            external_id: row.external_id,
            organization: row.organization,
            state: state.ok_or(StoreError::Inconsistent {
                table: "connections",
                column: "state",
                row: row.id,
            })?,
            created_at: row.created_at,
            connected_at: row.connected_at,
        })
    }
}

/// Tenants `t` with their connections `c`. A sign-in ends by itself on a day that is known
/// beforehand, which the stored state does not notice; $1 is now.
macro_rules! select_listing {
    ($rest:literal) => {
        select_listing!("", $rest)
    };
    ($before:expr, $rest:expr) => {
        concat!(
            $before,
            "SELECT listed.* FROM (
                SELECT t.id, t.name, t.external_id, t.created_at, c.connected_at,
                       coalesce(c.organization_origin, t.expected_origin) AS organization,
                       CASE WHEN ended.is_so THEN 'needs_attention' ELSE c.state END AS state,
                       CASE WHEN ended.is_so THEN 'sign_in_expired' ELSE c.attention_reason END AS reason
                FROM tenants t JOIN connections c ON c.tenant_id = t.id
                LEFT JOIN token_sets s ON s.connection_id = c.id
                CROSS JOIN LATERAL (
                    SELECT coalesce(s.refresh_expires_at <= $1 AND c.state IN ('connected', 'needs_attention'), false)
                ) AS ended (is_so)
             ) AS listed ",
            $rest
        )
    };
}
use select_listing;

const PAGE: &str = select_listing!(
    "WHERE id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff') AND $4::uuid[] IS NULL ORDER BY id DESC LIMIT $3"
);
/// A statement of its own, which reads no more than the tenants that are named.
const PAGE_OF_FEW: &str = select_listing!(
    "WHERE id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff') AND id = ANY ($4) ORDER BY id DESC LIMIT $3"
);

impl Store {
    /// All tenants, or `only` these, that were made before this one, the latest first, at most `limit`.
    pub async fn page_tenants(
        &self,
        before: Option<TenantId>,
        only: Option<&[TenantId]>,
        limit: i64,
        at: OffsetDateTime,
    ) -> Result<Vec<TenantListing>, StoreError> {
        let statement = only.map_or(PAGE, |_| PAGE_OF_FEW);
        let rows: Vec<ListRow> = sqlx::query_as(statement)
            .bind(at)
            .bind(before.map(|id| id.as_uuid()))
            .bind(limit)
            .bind(only.map(uuids))
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(TenantListing::try_from).collect()
    }

    /// One tenant as it is listed.
    pub async fn find_listing(
        &self,
        tenant: TenantId,
        at: OffsetDateTime,
    ) -> Result<Option<TenantListing>, StoreError> {
        let row: Option<ListRow> = sqlx::query_as(select_listing!("WHERE id = $2"))
            .bind(at)
            .bind(tenant.as_uuid())
            .fetch_optional(&self.pool)
            .await?;
        row.map(TenantListing::try_from).transpose()
    }
}
