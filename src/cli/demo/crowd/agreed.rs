//! What a customer agreed to when it was connected.

use anyhow::Context;
use fake_okta::OrgHandle;

use super::names::Company;
use super::plot::{Flavour, Plot};
use crate::domain::catalog::Catalog;
use crate::domain::connection::AttentionReason;
use crate::domain::identity::{Identity, RoleFinding};
use crate::domain::org_url::OrgOrigin;
use crate::domain::scope::{Scope, ScopeSet};

/// What the earlier catalog did not ask for yet.
const LATER: [&str; 2] = ["okta.devices.read", "okta.captchas.manage"];

/// What was asked for, what was granted of it, and by whom.
#[derive(Debug)]
pub(super) struct Agreed {
    pub version: String,
    pub content: String,
    pub requested: ScopeSet,
    pub granted: ScopeSet,
    pub identity: Identity,
    pub role: RoleFinding,
}

impl Agreed {
    pub(super) fn of(
        catalog: &Catalog,
        plot: Plot,
        company: &Company,
        org: &OrgHandle,
    ) -> anyhow::Result<Self> {
        let (version, content) = if plot == Plot::Works(Flavour::EarlierCatalog) {
            earlier(catalog)?
        } else {
            (catalog.version().to_owned(), catalog.to_json_snapshot())
        };
        let mut requested = ScopeSet::parse("openid profile email offline_access");
        let asked = Catalog::from_snapshot(&content)?;
        asked
            .scopes()
            .for_each(|scope| requested.insert(scope.clone()));
        let left_out: &[&str] = match plot {
            Plot::Works(Flavour::Missing(scopes)) => scopes,
            _ => &[],
        };
        let is_granted = |scope: &&Scope| !left_out.contains(&scope.as_str());
        let human = &company.administrator;
        let person = org.person(&human.email);
        Ok(Self {
            version,
            content,
            granted: requested.iter().filter(is_granted).cloned().collect(),
            requested,
            identity: Identity {
                issuer: OrgOrigin::from_stored(org.origin()).context("no origin")?,
                subject: person.context("nobody administers it")?.id,
                name: human.name(),
                email: human.email.clone(),
            },
            role: role(plot),
        })
    }
}

fn role(plot: Plot) -> RoleFinding {
    if plot == Plot::Broken(AttentionReason::NotSuperAdministrator) {
        let evidence = "403 E0000006".to_owned();
        RoleFinding::NotSuperAdministrator { evidence }
    } else {
        RoleFinding::SuperAdministrator
    }
}

/// The catalog as it was before some permissions came to it.
fn earlier(catalog: &Catalog) -> anyhow::Result<(String, String)> {
    let mut content: serde_json::Value = serde_json::from_str(&catalog.to_json_snapshot())?;
    let categories = content["categories"].as_array_mut();
    for category in categories.context("the catalog has no categories")? {
        if let Some(scopes) = category["scopes"].as_array_mut() {
            let is_later = |scope: &serde_json::Value| {
                LATER
                    .iter()
                    .any(|later| scope["id"].as_str() == Some(later))
            };
            scopes.retain(|scope| !is_later(scope));
        }
    }
    let content = content.to_string();
    let version = Catalog::from_snapshot(&content)?.version().to_owned();
    Ok((version, content))
}
