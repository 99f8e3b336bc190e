//! Support looks a tenant up: what was typed leads to tenants, those that need help most first.

mod index;

use std::collections::BTreeSet;

use super::{FlowError, Shared};
use crate::domain::look_up::{LookUpQuery, distance, near_keys, near_term};
use crate::store::{FoundTenant, LookUpPlace};

pub use index::LookUpIndex;

/// Tenants on one page.
pub const PAGE: usize = 50;
/// A word may be mistyped by so many letters.
const MISTAKES: usize = 2;

/// Looks up.
#[derive(Debug, Clone)]
pub struct LookUp(Shared);

/// One page of what was found.
#[derive(Debug, Clone, Default)]
pub struct LookedUp {
    pub tenants: Vec<FoundTenant>,
    /// Where the next page begins, if there is one.
    pub next: Option<LookUpPlace>,
    /// Nothing begins so; these are written alike.
    pub is_guess: bool,
    /// These have just the id that was typed; others whose ids go on after it are left out.
    pub is_exact: bool,
}

impl LookUp {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    pub async fn search(
        &self,
        query: &LookUpQuery,
        after: Option<LookUpPlace>,
    ) -> Result<LookedUp, FlowError> {
        let store = &self.0.store;
        let start = after.unwrap_or(LookUpPlace::START);
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        if !query.has_text() {
            return Ok(page(store.list_tenants(query, start, limit).await?));
        }
        let found = store.search_tenants(query, start, limit).await?;
        if !found.is_empty() || after.is_some() {
            let is_exact = found
                .first()
                .is_some_and(|tenant| query.is_just(&tenant.haystack));
            return Ok(LookedUp {
                is_exact,
                ..page(found)
            });
        }
        if let Some(id) = query.as_id() {
            return Ok(page(store.search_id(id).await?));
        }
        self.guess(query).await
    }

    /// The nearest words first, and among them those that need help most.
    async fn guess(&self, query: &LookUpQuery) -> Result<LookedUp, FlowError> {
        let Some(word) = query.near_word() else {
            return Ok(LookedUp::default());
        };
        let keys: Vec<String> = near_keys(&word).into_iter().map(near_term).collect();
        let near = self.0.store.search_near(&keys, &query.flags()).await?;
        let ranked = near.into_iter().filter_map(|tenant| {
            let distance = distance(&word, &tenant.haystack, MISTAKES)?;
            Some(((distance, tenant.urgency, tenant.since), tenant))
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let mut seen = BTreeSet::new();
        let tenants = ranked.into_iter().map(|(_, tenant)| tenant);
        let tenants = tenants
            .filter(|tenant| seen.insert(tenant.tenant()))
            .take(PAGE);
        Ok(LookedUp {
            tenants: tenants.collect(),
            is_guess: true,
            ..LookedUp::default()
        })
    }
}

/// One more was asked for than is shown, which tells whether there is a next page.
fn page(mut tenants: Vec<FoundTenant>) -> LookedUp {
    let has_more = tenants.len() > PAGE;
    tenants.truncate(PAGE);
    LookedUp {
        next: tenants.last().filter(|_| has_more).map(FoundTenant::place),
        tenants,
        ..LookedUp::default()
    }
}
