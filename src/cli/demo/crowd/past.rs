//! A customer's past as it is put together: step after step, each with its time and its line.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::dice::between;
use super::names::Company;
use super::onboarding::signed_in_at;
use super::plot::Plot;
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::{App, Connection, ConnectionState, Organization};
use crate::domain::id::{ConnectionId, LinkId, PersonId, StaffId, TenantId};
use crate::store::{SampleChange, SampleStep};

/// Who a customer is to us, and what is known of its organization.
#[derive(Debug)]
pub(super) struct Cast {
    pub company: Company,
    pub when: When,
    pub tenant: TenantId,
    pub connection: ConnectionId,
    pub link: LinkId,
    pub person: PersonId,
    /// The vendor's people who look at customers.
    pub staff: StaffId,
    pub organization: Organization,
    pub app: App,
}

/// A customer's times, which follow from its number and the present.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub number: usize,
    pub plot: Plot,
    pub now: OffsetDateTime,
    /// When somebody signed in, or would have come to it.
    pub signed_in_at: OffsetDateTime,
}

/// The steps so far.
#[derive(Debug)]
pub(super) struct Past<'a> {
    pub cast: &'a Cast,
    pub steps: Vec<SampleStep<'a>>,
}

impl When {
    pub(super) fn of(number: usize, now: OffsetDateTime) -> Self {
        let plot = Plot::of(number);
        Self {
            number,
            plot,
            now,
            signed_in_at: signed_in_at(number, plot, now),
        }
    }

    /// A number of minutes that is this customer's own.
    pub(super) fn minutes(&self, salt: u64, low: i64, high: i64) -> Duration {
        Duration::minutes(between(self.number, salt, low, high))
    }
}

impl Cast {
    pub(super) const fn number(&self) -> usize {
        self.when.number
    }

    pub(super) fn minutes(&self, salt: u64, low: i64, high: i64) -> Duration {
        self.when.minutes(salt, low, high)
    }

    pub(super) fn by_link(&self, action: Action) -> AuditEvent {
        AuditEvent::new(self.tenant, Actor::LinkHolder(self.link), action)
    }

    pub(super) fn by_administrator(&self, action: Action) -> AuditEvent {
        AuditEvent::new(self.tenant, Actor::Administrator(self.person), action)
    }

    pub(super) fn by_staff(&self, action: Action) -> AuditEvent {
        AuditEvent::new(self.tenant, Actor::Staff(self.staff), action)
    }

    pub(super) fn by_service(&self, action: Action) -> AuditEvent {
        AuditEvent::new(self.tenant, Actor::Service, action)
    }

    /// The connection in a state, as far as changes of its state look at it.
    pub(super) fn connection_in(&self, state: ConnectionState) -> Connection {
        Connection {
            id: self.connection,
            tenant: self.tenant,
            state,
            organization: Some(self.organization.clone()),
            app: Some(self.app.clone()),
            connected_at: Some(self.when.signed_in_at),
        }
    }

    pub(super) fn described(&self) -> Value {
        let organization = &self.organization;
        json!({ "organization": organization.origin.as_str(), "id": organization.id.as_str() })
    }

    /// The session family of the browser that walked the onboarding.
    pub(super) fn family(&self) -> Uuid {
        self.link.as_uuid()
    }
}

impl<'a> Past<'a> {
    pub(super) fn new(cast: &'a Cast) -> Self {
        Self {
            cast,
            steps: Vec::new(),
        }
    }

    pub(super) fn step(
        &mut self,
        at: OffsetDateTime,
        change: SampleChange<'a>,
        event: impl Into<Option<AuditEvent>>,
    ) {
        let event = event.into();
        self.steps.push(SampleStep { at, change, event });
    }

    /// Nothing but a line.
    pub(super) fn note(&mut self, at: OffsetDateTime, event: AuditEvent) {
        self.step(at, SampleChange::Noted, event);
    }

    /// What was put together by theme, in the order of its times.
    pub(super) fn in_order(mut self) -> Vec<SampleStep<'a>> {
        self.steps.sort_by_key(|step| step.at);
        self.steps
    }
}
