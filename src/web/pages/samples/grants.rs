//! Grants and facts for the samples of the status page.

use super::catalog::{CATALOG, Category, Scope, access};
use super::{in_three_months, just_now, when};
use crate::web::pages::{CategoryCard, CategoryState, Facts, Person, ScopeRow, ScopeState};

/// Everything granted, except what `state` says otherwise.
pub fn cards(state: impl Fn(&str) -> ScopeState) -> Vec<CategoryCard> {
    let row = |&(id, name, _, without): &Scope| {
        let state = state(id);
        let evidence = match state {
            ScopeState::Missing => Some(without.to_owned()),
            ScopeState::BlockedByRole => Some(
                "Okta grants it, but the role of the person who signed in cannot use it.".into(),
            ),
            ScopeState::Unavailable => Some("Your Okta edition does not have this feature.".into()),
            _ => None,
        };
        ScopeRow {
            id: id.into(),
            name: name.into(),
            access: access(id),
            counts: state.counts_as_granted() || state == ScopeState::CheckFailed,
            state,
            evidence,
            checked: None,
        }
    };
    let card = |&(id, name, _, scopes): &Category| {
        let scopes: Vec<ScopeRow> = scopes.iter().map(row).collect();
        CategoryCard {
            id: id.into(),
            name: name.into(),
            state: category_state(&scopes),
            scopes,
        }
    };
    CATALOG.iter().map(card).collect()
}

fn category_state(scopes: &[ScopeRow]) -> CategoryState {
    let all = |state| scopes.iter().all(|s| s.state == state);
    match scopes {
        _ if scopes.iter().all(|s| s.counts) => CategoryState::Granted,
        _ if all(ScopeState::Missing) || all(ScopeState::Unrequested) => CategoryState::Missing,
        _ if all(ScopeState::BlockedByRole) => CategoryState::Blocked,
        _ if all(ScopeState::Unavailable) => CategoryState::Unavailable,
        _ if all(ScopeState::Unverified) => CategoryState::Unknown,
        _ => CategoryState::Partial,
    }
}

pub fn facts() -> Facts {
    Facts {
        organization_host: "acme.okta.com".into(),
        organization_id: Some("00o1a2b3c4D5E6F7g8h9".into()),
        edition: Some("Identity Engine".into()),
        client_id: Some("0oa8x1y2z3ABCDEFG5d7".into()),
        connection_kind: "An administrator's sign-in".into(),
        signed_in: Some(Person {
            name: "Ada Byron".into(),
            email: "ada.byron@acme.example".into(),
            at: just_now(),
        }),
        read_at: Some(just_now()),
        read_from: Some("From the token that Okta issued".into()),
        ends_at: Some(in_three_months()),
        catalog_version: "5f1c9a2".into(),
    }
}

pub fn ended_facts() -> Facts {
    let then = when(
        "92 days ago",
        "23 Aug 2026, 17:40 UTC",
        "2026-08-23T17:40:00Z",
    );
    let facts = facts();
    let signed_in = facts.signed_in.map(|who| Person {
        at: then.clone(),
        ..who
    });
    let ends_at = Some(when(
        "2 days ago",
        "21 Nov 2026, 17:40 UTC",
        "2026-11-21T17:40:00Z",
    ));
    Facts {
        signed_in,
        read_at: Some(then),
        ends_at,
        ..facts
    }
}
