//! `GET /support`: finds customers. Looking through the list is no look at a customer: it shows what an
//! invoice's list would, and no page of theirs.

use std::sync::Arc;

use axum::extract::{Query, State};
use serde::Deserialize;
use time::OffsetDateTime;
use url::form_urlencoded;
use uuid::Uuid;

use super::words;
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::connection::ConnectionState;
use crate::domain::grant_status::CategoryState;
use crate::domain::look_up::{Filter, LookUpQuery, MAX_QUERY, Urgency};
use crate::flows::{LookUp, LookUpPlace, LookedUp};
use crate::web::error::PageError;
use crate::web::pages::{FilterOption, LookUpPage, LookUpRow, SupportPlace};
use crate::web::staff::SupportUser;
use crate::web::state::Site;
use crate::web::status_page::has_ended;
use crate::web::when::{from_micros, when};

/// What the address holds. Whatever makes no sense is as if it were not there.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    category_state: String,
    #[serde(default)]
    expiring: String,
    #[serde(default)]
    after: String,
}

/// What a category may be filtered by: nearly all are granted, so that is no filter.
const CATEGORY_STATES: [CategoryState; 5] = [
    CategoryState::Missing,
    CategoryState::Partial,
    CategoryState::Blocked,
    CategoryState::Unavailable,
    CategoryState::Unknown,
];

pub(super) async fn show(
    user: SupportUser,
    State(site): State<Arc<Site>>,
    State(catalog): State<Arc<Catalog>>,
    State(clock): State<SharedClock>,
    State(look_up): State<LookUp>,
    Query(search): Query<Search>,
) -> Result<LookUpPage, PageError> {
    let query = search.query(&catalog);
    let found = look_up.search(&query, search.place()).await?;
    let now = clock.now();
    let chosen = |value: &str, current: &str, label: &str| FilterOption {
        chosen: value == current,
        value: value.to_owned(),
        label: label.to_owned(),
    };
    let any = |current: &str, label: &str| chosen("", current, label);
    let states = words::STATES
        .iter()
        .map(|(code, word)| chosen(code, &search.state, word));
    let reasons = words::reasons().map(|(code, word)| chosen(code, &search.reason, word));
    let categories = catalog
        .categories()
        .map(|category| chosen(category.id(), &search.category, category.name()));
    let current = search.category_state().code();
    Ok(LookUpPage {
        layout: site.layout("Find a customer"),
        staff: user.frame(SupportPlace::LookUp),
        typed: search.q.chars().take(MAX_QUERY).collect(),
        states: [any(&search.state, "Any state")]
            .into_iter()
            .chain(states)
            .collect(),
        reasons: [any(&search.reason, "Any reason")]
            .into_iter()
            .chain(reasons)
            .collect(),
        categories: [any(&search.category, "Any category")]
            .into_iter()
            .chain(categories)
            .collect(),
        category_states: CATEGORY_STATES
            .iter()
            .map(|state| chosen(state.code(), current, words::of_category(*state)))
            .collect(),
        expiring: search.is_expiring(),
        is_guess: found.is_guess,
        begins_href: found.is_exact.then(|| search.all_that_begin()),
        next_href: found
            .next
            .map(|place| search.address(&search.q, Some(place))),
        summary: summary(&found, &query, &search),
        rows: found
            .tenants
            .iter()
            .map(|tenant| row(tenant, now))
            .collect(),
    })
}

fn summary(found: &LookedUp, query: &LookUpQuery, search: &Search) -> String {
    let number = found.tenants.len();
    let is_all = !query.has_text() && query.flags().is_empty();
    match (number, is_all) {
        (0, true) => "No customers yet".to_owned(),
        (0, false) => "No customer found".to_owned(),
        (1, _) if found.is_guess => "Did you mean this customer?".to_owned(),
        _ if found.is_guess => format!("Did you mean one of these {number} customers?"),
        _ if !search.after.is_empty() => format!("The next {number}"),
        (_, true) => "Who needs help most".to_owned(),
        (1, false) => "1 customer".to_owned(),
        _ if found.next.is_some() => format!("The {number} customers that need help most"),
        (_, false) => format!("{number} customers, those that need help most first"),
    }
}

fn row(tenant: &crate::flows::FoundTenant, now: OffsetDateTime) -> LookUpRow {
    let state = ConnectionState::from_columns(&tenant.state, tenant.reason.as_deref());
    let state = state.unwrap_or(ConnectionState::Pending);
    let was_connected = !matches!(
        state,
        ConnectionState::Pending | ConnectionState::Disconnected
    );
    LookUpRow {
        href: format!("/support/tenants/{}", tenant.tenant()),
        name: tenant.name.clone(),
        host: tenant.host.clone(),
        external_id: tenant.external_id.clone(),
        tone: words::tone(tenant.urgency),
        state: words::of_state(state),
        reason: words::why(state, tenant.urgency),
        joint: words::joint(state, tenant.urgency),
        since: when(tenant.since, now),
        permissions: was_connected.then(|| permissions(tenant)),
        ends: tenant
            .sign_in_ends_at
            .filter(|_| was_connected && !has_ended(state) && !is(tenant, Urgency::EndsSoon))
            .map(|end| when(end, now)),
    }
}

fn is(tenant: &crate::flows::FoundTenant, urgency: Urgency) -> bool {
    tenant.urgency == urgency.number()
}

/// Of a connection that is broken, what it could do before.
fn permissions(tenant: &crate::flows::FoundTenant) -> String {
    if tenant.working > 0 {
        let work = if is(tenant, Urgency::Broken) {
            "worked"
        } else {
            "work"
        };
        format!("{} of {} {work}", tenant.working, tenant.total)
    } else {
        format!("{} of {} granted", tenant.granted, tenant.total)
    }
}

impl Search {
    fn category_state(&self) -> CategoryState {
        let found = CATEGORY_STATES
            .into_iter()
            .find(|state| state.code() == self.category_state);
        found.unwrap_or(CategoryState::Missing)
    }

    fn is_expiring(&self) -> bool {
        self.expiring == "true"
    }

    fn query(&self, catalog: &Catalog) -> LookUpQuery {
        let mut filters = Vec::new();
        let known = |code: &str| words::STATES.iter().any(|(known, _)| *known == code);
        if known(&self.state) {
            filters.push(Filter::State(self.state.clone()));
        }
        if words::reasons().any(|(known, _)| known == self.reason) {
            filters.push(Filter::Reason(self.reason.clone()));
        }
        if catalog
            .categories()
            .any(|category| category.id() == self.category)
        {
            filters.push(Filter::Category(
                self.category.clone(),
                self.category_state(),
            ));
        }
        if self.is_expiring() {
            filters.push(Filter::Expiring);
        }
        LookUpQuery::new(&self.q, filters)
    }

    /// `urgency.microseconds.tenant`
    fn place(&self) -> Option<LookUpPlace> {
        let mut parts = self.after.splitn(3, '.');
        let urgency = parts.next()?.parse().ok()?;
        let since = from_micros(parts.next()?)?;
        let tenant: Uuid = parts.next()?.parse().ok()?;
        Some(LookUpPlace {
            urgency,
            since,
            tenant,
        })
    }

    /// The same search for all that begin with what was typed.
    fn all_that_begin(&self) -> String {
        self.address(&format!("{}*", self.q.trim()), None)
    }

    /// The same search, from a place on.
    fn address(&self, typed: &str, place: Option<LookUpPlace>) -> String {
        let after = place.map_or_else(String::new, |place| {
            let micros = place.since.unix_timestamp_nanos() / 1_000;
            format!("{}.{micros}.{}", place.urgency, place.tenant)
        });
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("q", typed),
            ("state", &self.state),
            ("reason", &self.reason),
            ("category", &self.category),
            ("category_state", &self.category_state),
            ("expiring", &self.expiring),
            ("after", &after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, &value.chars().take(MAX_QUERY).collect::<String>());
            }
        }
        format!("/support?{}", query.finish())
    }
}
