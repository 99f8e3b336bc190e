//! Keeps what support looks up by in step with the facts, within seconds.

use std::time::Duration;

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::domain::id::TenantId;
use crate::domain::look_up::{Rank, RankFacts, SOON, Terms, TermsOf};
use crate::flows::{FlowError, Shared, Status, StatusView};
use crate::store::{IndexEntry, IndexFacts};

/// Tenants in one transaction.
const BATCH: i64 = 50;
/// How often an idle replica looks.
const EVERY: Duration = Duration::from_secs(1);

/// Writes the index.
#[derive(Debug, Clone)]
pub struct LookUpIndex {
    shared: Shared,
    status: Status,
}

impl LookUpIndex {
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self {
            status: Status::new(shared.clone()),
            shared,
        }
    }

    /// Indexes one batch; how many tenants that were.
    pub async fn step(&self) -> Result<usize, FlowError> {
        let (store, now) = (&self.shared.store, self.shared.clock.now());
        let version = self.shared.catalog.version();
        let Some(batch) = store.begin_index(version, SOON, BATCH, now).await? else {
            return Ok(0);
        };
        let mut entries = Vec::with_capacity(batch.tenants.len());
        for tenant in &batch.tenants {
            entries.extend(self.entry(*tenant).await?);
        }
        let count = batch.tenants.len();
        batch.finish(&entries).await?;
        Ok(count)
    }

    /// Goes on while there is something to do, then looks now and then, until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.step().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(error = %error, "the look-up's index was not written and will be tried again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    async fn entry(&self, tenant: TenantId) -> Result<Option<IndexEntry>, FlowError> {
        let Some(facts) = self.shared.store.find_index_facts(tenant).await? else {
            return Ok(None);
        };
        let view = self.status.read(tenant).await?;
        Ok(Some(entry(&self.shared, tenant, &facts, &view)))
    }
}

fn entry(shared: &Shared, tenant: TenantId, facts: &IndexFacts, view: &StatusView) -> IndexEntry {
    let sign_in_ends_at = view
        .authorization
        .as_ref()
        .and_then(|facts| facts.refresh_expires_at);
    let rank = Rank::of(&RankFacts {
        state: view.connection.state,
        grants: &view.grants,
        sign_in_ends_at,
        last_failure_at: view.last_failure.as_ref().map(|failure| failure.at),
        stalled_since: view.stalled_since(),
        changed_at: changed_at(facts, view, sign_in_ends_at),
        now: view.now,
    });
    let terms = terms(tenant, facts, view);
    let (state, reason) = view.connection.state.to_columns();
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    IndexEntry {
        tenant,
        catalog_version: shared.catalog.version().to_owned(),
        urgency: rank.urgency.number(),
        since: rank.since,
        sign_in_ends_at,
        name: facts.name.clone(),
        host: view.host().or_else(|| expected_host(facts)),
        external_id: facts.external_id.clone(),
        state,
        reason,
        granted: count(view.grants.granted_count()),
        working: count(view.grants.effective_count()),
        total: count(view.grants.total()),
        flags: rank.flags,
        haystack: terms.haystack(),
        terms: terms.indexed(),
    }
}

/// A sign-in that ended by itself ended when it did.
fn changed_at(
    facts: &IndexFacts,
    view: &StatusView,
    sign_in_ends_at: Option<OffsetDateTime>,
) -> OffsetDateTime {
    let ended = sign_in_ends_at.filter(|end| *end <= view.now);
    ended.or(facts.changed_at).unwrap_or(facts.created_at)
}

fn expected_host(facts: &IndexFacts) -> Option<String> {
    let origin = facts.expected_origin.as_deref()?;
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    Some(host.to_owned())
}

fn terms(tenant: TenantId, facts: &IndexFacts, view: &StatusView) -> Terms {
    let connection = &view.connection;
    let organization = connection.organization.as_ref();
    let app = connection.app.as_ref();
    let ids = [
        Some(tenant.to_string()),
        Some(facts.connection_id.to_string()),
        facts.external_id.clone(),
        organization.map(|organization| organization.id.to_string()),
        app.map(|app| app.client_id.to_string()),
    ];
    let (host, expected) = (view.host(), expected_host(facts));
    Terms::of(&TermsOf {
        name: &facts.name,
        ids: ids.into_iter().flatten().collect(),
        hosts: [&host, &expected]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect(),
        emails: &facts.emails,
    })
}
