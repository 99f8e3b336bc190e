//! `/support/tenants/{tenant}`: the cause first, what can be done, and what happened.

use std::sync::Arc;

use axum::extract::{FromRef, Query, State};
use serde::Deserialize;
use uuid::Uuid;

use super::visitor::Visitor;
use super::{cause, links, operator, timeline, words};
use crate::domain::catalog::Catalog;
use crate::domain::connection::ConnectionState;
use crate::flows::{DoorRecord, Doors, StaffSessions, Status, StatusView, Support, TimelinePlace};
use crate::web::error::PageError;
use crate::web::pages::{ActDone, SupportActs, SupportTenant, TimelineFilter};
use crate::web::state::{AppState, Site};
use crate::web::status_page::{has_ended, present};
use crate::web::when::{from_micros, when};

/// Which part of the timeline, and what was just done.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    before: String,
    #[serde(default)]
    done: String,
}

/// What the page asks besides the status.
#[derive(Debug)]
pub(super) struct Around {
    support: Support,
    doors: Doors,
    staff: StaffSessions,
}

pub(super) async fn show(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(catalog): State<Arc<Catalog>>,
    State(status): State<Status>,
    State(around): State<Around>,
    Query(part): Query<Part>,
) -> Result<SupportTenant, PageError> {
    let tenant = visitor.tenant;
    let view = status.read(tenant).await?;
    let (kind, _, prefixes) = part.kind();
    let support = &around.support;
    let latest = support.timeline(tenant, None, &[""]).await?;
    let chosen = if part.is_all() {
        None
    } else {
        Some(support.timeline(tenant, part.place(), prefixes).await?)
    };
    let happened = chosen.as_ref().unwrap_or(&latest);
    let doors = around.doors.read(tenant).await?;
    let acts = around
        .acts(
            &visitor,
            &view,
            &doors,
            operator::done(&part.done, &latest, &view),
        )
        .await?;
    let (path, now) = (visitor.path(), view.now);
    let (state, tone) = (view.connection.state, tone(&view));
    let older = happened.next.map(|place| older_address(&path, kind, place));
    let rows = happened.happenings.iter();
    let page = present(&site, &catalog, &view, tenant, None);
    Ok(SupportTenant {
        layout: site.layout(&page.vendor_account),
        staff: visitor.frame(),
        tenant_id: tenant.to_string(),
        tenant_name: page.vendor_account.clone(),
        state: words::of_state(state),
        tone,
        is_over: has_ended(view.connection.state),
        cause: cause::of(&page, &view, &latest)
            .minding(&doors, &view)
            .leading_to(&site, &view),
        visit_at: when(visitor.visit.at, now),
        visit_reason: visitor.visit.reason,
        kinds: kinds(&path, kind),
        happenings: rows.map(|one| timeline::row(one, now)).collect(),
        older_href: older,
        categories: page.categories,
        facts: page.facts,
        acts,
        path,
    })
}

impl FromRef<AppState> for Around {
    fn from_ref(state: &AppState) -> Self {
        Self {
            support: state.support.clone(),
            doors: state.doors.clone(),
            staff: state.staff_sessions.clone(),
        }
    }
}

impl Around {
    async fn acts(
        &self,
        visitor: &Visitor,
        view: &StatusView,
        doors: &DoorRecord,
        done: Option<ActDone>,
    ) -> Result<SupportActs, PageError> {
        let offered = operator::offered(visitor, view, doors, &self.staff).await?;
        let (operator, operators_can) = offered;
        Ok(SupportActs {
            can_check: can_check(view),
            hand_off: view.wants_hand_off().then(|| links::label(doors)),
            operator,
            operators_can,
            done,
        })
    }
}

fn can_check(view: &StatusView) -> bool {
    view.authorization.is_some() && view.connection.state != ConnectionState::Disconnected
}

fn tone(view: &StatusView) -> &'static str {
    let lacks = view.grants.lacking().next().is_some() || view.grants.counts().blocked > 0;
    match view.connection.state {
        ConnectionState::NeedsAttention(_) => "bad",
        _ if view.last_failure.is_some() || view.stalled_since().is_some() => "bad",
        ConnectionState::OnHold => "warn",
        ConnectionState::Pending | ConnectionState::Disconnected => "neutral",
        ConnectionState::Connected if lacks || view.ends_soon().is_some() => "warn",
        ConnectionState::Connected => "good",
    }
}

fn kinds(path: &str, chosen: &str) -> Vec<TimelineFilter> {
    let filter = |(kind, label, _): &(&'static str, &'static str, &[&str])| TimelineFilter {
        label,
        href: format!("{path}?kind={kind}#timeline"),
        chosen: *kind == chosen,
    };
    timeline::KINDS.iter().map(filter).collect()
}

fn older_address(path: &str, kind: &str, place: TimelinePlace) -> String {
    let micros = place.at.unix_timestamp_nanos() / 1_000;
    format!("{path}?kind={kind}&before={micros}.{}#timeline", place.id)
}

impl Part {
    fn kind(&self) -> (&'static str, &'static str, &'static [&'static str]) {
        let found = timeline::KINDS.iter().find(|(kind, ..)| *kind == self.kind);
        *found.unwrap_or(&timeline::KINDS[0])
    }

    /// Whether it is the newest of everything.
    fn is_all(&self) -> bool {
        self.kind().0 == timeline::KINDS[0].0 && self.place().is_none()
    }

    /// `microseconds.id`
    fn place(&self) -> Option<TimelinePlace> {
        let (micros, id) = self.before.split_once('.')?;
        let at = from_micros(micros)?;
        let id: Uuid = id.parse().ok()?;
        Some(TimelinePlace { at, id })
    }
}
