//! Support at one tenant's: says why it looks, and sees what happened.

use time::Duration;
use uuid::Uuid;

use serde_json::json;

use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::TenantId;
use crate::domain::staff::{StaffMember, StaffSession};
use crate::domain::text;
use crate::store::{Happening, NewVisit, TimelinePlace, Visit};

/// How long a given reason counts.
pub const VISIT_LIFETIME: Duration = Duration::hours(1);
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 300;
/// Happenings on one page.
pub const HAPPENINGS: usize = 50;

/// Looks at a tenant for the vendor's own people.
#[derive(Debug, Clone)]
pub struct Support(Shared);

/// A page of what happened.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    pub happenings: Vec<Happening>,
    /// Where the next page begins, if there is one.
    pub next: Option<TimelinePlace>,
}

impl Support {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// The visit that this person is on in this browser, if its reason still counts.
    pub async fn visit(
        &self,
        tenant: TenantId,
        member: &StaffMember,
        session: &StaffSession,
    ) -> Result<Option<Visit>, FlowError> {
        let now = self.0.clock.now();
        let found = self
            .0
            .store
            .find_visit(tenant, member.id, session.family, now);
        Ok(found.await?)
    }

    /// Begins a visit. The reason is kept as it was given, without what does not show.
    pub async fn begin_visit(
        &self,
        tenant: TenantId,
        member: &StaffMember,
        session: &StaffSession,
        reason: &str,
    ) -> Result<bool, FlowError> {
        let store = &self.0.store;
        if store.find_tenant(tenant).await?.is_none() {
            return Err(FlowError::NotFound);
        }
        let Some(reason) = text::said(reason, LONGEST_REASON) else {
            return Ok(false);
        };
        let now = self.0.clock.now();
        let event = AuditEvent::new(tenant, Actor::Staff(member.id), Action::SupportLooked)
            .with(json!({ "reason": reason, "role": member.role.code() }));
        let visit = NewVisit {
            id: Uuid::now_v7(),
            staff: member.id,
            session_family: session.family,
            reason,
            ends_at: now + VISIT_LIFETIME,
        };
        store.begin_visit(tenant, &visit, &event, now).await?;
        Ok(true)
    }

    /// What happened before a place, or until now; of the kinds whose actions begin so.
    pub async fn timeline(
        &self,
        tenant: TenantId,
        before: Option<TimelinePlace>,
        prefixes: &[&str],
    ) -> Result<Timeline, FlowError> {
        let before = before.unwrap_or_else(|| TimelinePlace {
            at: self.0.clock.now() + Duration::DAY,
            id: Uuid::max(),
        });
        let limit = i64::try_from(HAPPENINGS + 1).unwrap_or(i64::MAX);
        let found = self
            .0
            .store
            .find_happenings(tenant, before, prefixes, limit)
            .await?;
        Ok(page(found))
    }
}

fn page(mut happenings: Vec<Happening>) -> Timeline {
    let has_more = happenings.len() > HAPPENINGS;
    happenings.truncate(HAPPENINGS);
    let last = happenings.last().filter(|_| has_more);
    Timeline {
        next: last.map(|last| TimelinePlace {
            at: last.at,
            id: last.id,
        }),
        happenings,
    }
}
