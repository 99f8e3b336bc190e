//! Made-up tenants with a past, for the demo: what the service would have written over weeks, dated
//! back, each tenant in one transaction. Nothing of the service calls this.

mod steps;
mod webhooks;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::connections::insert_connection;
use super::{
    Authorized, LastFailure, NewConnection, NewLink, NewTenant, NewVisit, SealedBytes, Store,
    StoreError,
};
use crate::domain::audit::AuditEvent;
use crate::domain::check_run::{CheckOutcome, Trigger};
use crate::domain::connection::{App, ClientId, Organization};
use crate::domain::failure::FailureKind;
use crate::domain::id::{AuthorizationId, EndpointId, LinkId, StaffId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::staff::Issuer;
use crate::domain::state_change::StateChange;

/// A tenant and all that happened to it.
#[derive(Debug)]
pub struct SampleTenant<'a> {
    pub tenant: NewTenant,
    pub connection: NewConnection,
    /// In the order of their times.
    pub steps: Vec<SampleStep<'a>>,
    pub now: OffsetDateTime,
    /// When what waits for an endpoint is tried again.
    pub webhooks_due_at: OffsetDateTime,
}

/// Something that happened, with the line that the audit trail has of it.
#[derive(Debug)]
pub struct SampleStep<'a> {
    pub at: OffsetDateTime,
    pub change: SampleChange<'a>,
    pub event: Option<AuditEvent>,
}

/// What it changed.
#[derive(Debug)]
pub enum SampleChange<'a> {
    /// Nothing but the trail.
    Noted,
    Link(NewLink),
    Opened(LinkId),
    /// By a browser with this session family.
    Claimed(LinkId, Uuid),
    Found(Organization),
    Confirmed,
    PermissionsRead(LinkId),
    /// Entered; `true` when it passed the preflight.
    App(App, Option<SealedBytes>, bool),
    Failed(LastFailure),
    /// The line is in the outcome.
    Authorized(Box<Authorized<'a>>),
    /// A look at all permissions that left no answers.
    Checked(Trigger, CheckOutcome, AuthorizationId),
    Visited(NewVisit),
    /// The line is in the change.
    State(StateChange),
    Upkeep(SampleUpkeep),
    /// With the app whose token Okta ended at once, if it was.
    Disconnected(Option<(OrgOrigin, ClientId)>),
}

/// How keeping the tokens alive goes.
#[derive(Debug, Clone, Copy)]
pub struct SampleUpkeep {
    pub due_at: Option<OffsetDateTime>,
    pub attempts: i32,
    pub failing: Option<(FailureKind, OffsetDateTime)>,
    /// When the latest tokens came.
    pub stored_at: OffsetDateTime,
}

/// What a sample looks like once its permissions were really checked.
#[derive(Debug, Clone, Copy)]
pub struct SettledSample {
    pub tenant: TenantId,
    /// When the check is said to have been.
    pub checked_at: OffsetDateTime,
    /// When the next one is due.
    pub next_check_at: OffsetDateTime,
    /// For tokens that were not renewed any more.
    pub access_ended_at: Option<OffsetDateTime>,
}

impl Store {
    /// Writes a tenant with its past, all or nothing.
    pub async fn add_sample(&self, sample: &SampleTenant<'_>) -> Result<(), StoreError> {
        let begins = sample.steps.first().map(|step| step.at);
        let begins = begins.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let mut transaction = self.pool.begin().await?;
        // The demo's data need not survive a power cut, and this is much of it.
        sqlx::query("SET LOCAL synchronous_commit = off")
            .execute(&mut *transaction)
            .await?;
        insert_tenant(&mut transaction, &sample.tenant, begins).await?;
        let tenant = sample.tenant.id;
        insert_connection(&mut *transaction, tenant, &sample.connection, begins).await?;
        for step in &sample.steps {
            self.take_step(&mut transaction, tenant, step).await?;
        }
        webhooks::deliver(&mut transaction, sample).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The samples of this prefix that there are.
    pub async fn find_samples(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        Ok(
            sqlx::query_scalar(
                "SELECT external_id FROM tenants WHERE starts_with(external_id, $1)",
            )
            .bind(prefix)
            .fetch_all(&self.pool)
            .await?,
        )
    }

    /// The connections of the samples of this prefix, by the vendor's own id.
    pub async fn find_sample_connections(
        &self,
        prefix: &str,
    ) -> Result<Vec<(String, Uuid)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT t.external_id, c.id FROM tenants t JOIN connections c ON c.tenant_id = t.id
             WHERE starts_with(t.external_id, $1)",
        )
        .bind(prefix)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The samples of this prefix whose first check was asked for or run, and not yet settled: it is of
    /// long ago and runs only now.
    pub async fn find_unsettled_samples(
        &self,
        prefix: &str,
        now: OffsetDateTime,
    ) -> Result<Vec<(TenantId, String)>, StoreError> {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "SELECT t.id, t.external_id FROM tenants t JOIN checks k ON k.tenant_id = t.id
             WHERE starts_with(t.external_id, $1) AND k.trigger = 'connected' AND k.outcome IS DISTINCT FROM 'superseded'
               AND coalesce(k.started_at, $2) > k.created_at + interval '30 minutes'",
        )
        .bind(prefix)
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        let row = |(tenant, external_id)| (TenantId::from_uuid(tenant), external_id);
        Ok(rows.into_iter().map(row).collect())
    }

    /// Dates the check that was just run back, and the tokens that nobody renewed.
    pub async fn settle_sample(&self, settled: &SettledSample) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "UPDATE check_results r SET at = $2 - (k.finished_at - r.at) FROM checks k
             WHERE k.id = r.check_id AND k.tenant_id = $1 AND k.trigger = 'connected' AND k.finished_at IS NOT NULL",
        )
        .bind(settled.tenant.as_uuid())
        .bind(settled.checked_at)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE checks SET created_at = $2, due_at = $3
             WHERE tenant_id = $1 AND finished_at IS NULL AND trigger <> 'connected'",
        )
        .bind(settled.tenant.as_uuid())
        .bind(settled.checked_at)
        .bind(settled.next_check_at)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("UPDATE token_sets SET access_expires_at = coalesce($2, access_expires_at) WHERE tenant_id = $1")
            .bind(settled.tenant.as_uuid())
            .bind(settled.access_ended_at)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "UPDATE checks SET trigger = 'daily', created_at = $2 - interval '1 day', due_at = $2 - interval '4 seconds',
                    started_at = $2 - interval '3 seconds', finished_at = $2
             WHERE tenant_id = $1 AND trigger = 'connected' AND finished_at IS NOT NULL",
        )
        .bind(settled.tenant.as_uuid())
        .bind(settled.checked_at)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Counts the refreshes that the samples' pasts hold, day by day, of today as much as is over.
    pub async fn count_sample_refreshes(&self, now: OffsetDateTime) -> Result<(), StoreError> {
        sqlx::query(
            "WITH days AS (
                SELECT day, least(1, extract(epoch FROM $1 - day) / 86400)::float8 AS part
                FROM generate_series(date_trunc('day', $1, 'UTC') - interval '30 days', $1, '1 day') AS day
             )
             INSERT INTO refresh_days AS known (day, outcome, count)
             SELECT (day AT TIME ZONE 'UTC')::date, 'refreshed',
                    floor(part * (count(*) * 29 + extract(day FROM day)::integer * 7 % 11))::bigint
             FROM days JOIN authorizations a ON a.at < day GROUP BY day, part
             UNION ALL
             SELECT (day AT TIME ZONE 'UTC')::date, r.failure, ceil(part * count(*) * 20)::bigint
             FROM days JOIN refreshes r ON r.failure IS NOT NULL AND r.failing_since < day + interval '1 day'
             GROUP BY day, part, r.failure
             ON CONFLICT (day, outcome) DO UPDATE SET count = greatest(known.count, excluded.count)",
        )
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Says that an endpoint has failed for a while.
    pub async fn fail_sample_endpoint(
        &self,
        endpoint: EndpointId,
        since: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE webhook_endpoints SET failing_since = $2 WHERE id = $1")
            .bind(endpoint.as_uuid())
            .bind(since)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// One of the vendor's people, as their first sign-in would have noted them.
    pub async fn add_sample_staff(
        &self,
        (issuer, subject): (&Issuer, &str),
        (name, email): (&str, &str),
        at: OffsetDateTime,
    ) -> Result<StaffId, StoreError> {
        let id: Uuid = sqlx::query_scalar(
            "INSERT INTO staff (id, issuer, subject, name, email, first_signed_in_at, last_signed_in_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)
             ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name RETURNING id",
        )
        .bind(StaffId::new().as_uuid())
        .bind(issuer.as_str())
        .bind(subject)
        .bind(name)
        .bind(email)
        .bind(at)
        .fetch_one(&self.pool)
        .await?;
        Ok(StaffId::from_uuid(id))
    }
}

async fn insert_tenant(
    connection: &mut PgConnection,
    tenant: &NewTenant,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO tenants (id, name, external_id, expected_origin, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(tenant.id.as_uuid())
    .bind(&tenant.name)
    .bind(&tenant.external_id)
    .bind(tenant.expected_origin.as_ref().map(OrgOrigin::as_str))
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}
