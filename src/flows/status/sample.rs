//! A tenant's status for the tests of what is shown of it.

use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::StatusView;
use crate::domain::catalog::Catalog;
use crate::domain::check::{Evidence, Finding};
use crate::domain::check_run::{CheckOutcome, CheckProgress};
use crate::domain::connection::{
    App, ClientAuthMethod, Connection, ConnectionState, Edition, Organization,
};
use crate::domain::failure::FailureKind;
use crate::domain::grant_status::{GrantFacts, GrantStatus};
use crate::domain::id::{AuthorizationId, CheckId, ConnectionId, PersonId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::token_set::ScopesSource;
use crate::store::{
    AuthorizationFacts, CheckRecord, EvidenceByScope, LastCheck, Standing, TokenFacts,
};

const NOW: OffsetDateTime = datetime!(2026-11-23 17:40 UTC);

/// All is granted and all is well, until a test says otherwise.
#[derive(Debug, Clone)]
pub struct Sample {
    pub state: ConnectionState,
    pub is_super: Option<bool>,
    /// Scopes that the token lacks.
    pub lacking: &'static str,
    /// The app's grants lack these; as the token's when not read.
    pub app_lacks: Option<&'static str>,
    /// Whether a check has ended: then all works, but for `findings`.
    pub checked: bool,
    pub findings: Vec<(&'static str, Finding)>,
    pub open: Option<(usize, usize)>,
    pub outcome: CheckOutcome,
    /// Why the tokens cannot be renewed.
    pub failing: Option<FailureKind>,
    /// How much time the access token has left.
    pub token_lasts: Duration,
    /// How much time the sign-in has left.
    pub sign_in_lasts: Duration,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            state: ConnectionState::Connected,
            is_super: Some(true),
            lacking: "",
            app_lacks: None,
            checked: true,
            findings: Vec::new(),
            open: None,
            outcome: CheckOutcome::Complete,
            failing: None,
            token_lasts: Duration::minutes(57),
            sign_in_lasts: Duration::days(90),
        }
    }
}

impl Sample {
    #[must_use]
    pub fn found(mut self, scope: &'static str, finding: Finding) -> Self {
        self.findings.push((scope, finding));
        self
    }

    #[must_use]
    pub fn view(&self) -> StatusView {
        let granted = all_but(self.lacking);
        let evidence = self.evidence();
        let facts = GrantFacts {
            requested: Some(Catalog::default_catalog().scope_set()),
            granted: Some(granted.clone()),
            source: Some(ScopesSource::TokenResponse),
            evidence: evidence.clone(),
        };
        StatusView {
            tenant_name: "Acme Ltd".to_owned(),
            connection: self.connection(),
            authorization: Some(authorization(granted, self)),
            last_failure: None,
            ending: None,
            grants: GrantStatus::compute(Catalog::default_catalog(), &facts),
            checks: self.checks(evidence),
            tokens: Some(TokenFacts {
                access_expires_at: NOW + self.token_lasts,
                standing: Some(Standing {
                    due_at: Some(NOW + Duration::minutes(40)),
                    attempts: u32::from(self.failing.is_some()),
                    failing: self.failing.map(|kind| (kind, NOW - Duration::minutes(90))),
                }),
            }),
            catalog_change: None,
            visits: Vec::new(),
            now: NOW,
        }
    }

    fn evidence(&self) -> EvidenceByScope {
        let found = |scope: &Scope| {
            let named = self.findings.iter().find(|(id, _)| *id == scope.as_str());
            match named {
                Some((_, finding)) => Some(*finding),
                None if !self.checked => None,
                None if scope.as_str() == "okta.factors.manage" => Some(Finding::CannotTell),
                None => Some(Finding::Effective),
            }
        };
        let evidence = |scope: &Scope| {
            let evidence = Evidence::without_asking(found(scope)?, NOW - Duration::minutes(2));
            Some((scope.clone(), evidence))
        };
        Catalog::default_catalog()
            .scopes()
            .filter_map(evidence)
            .collect()
    }

    fn checks(&self, evidence: EvidenceByScope) -> CheckRecord {
        let has_ended = self.checked || self.outcome != CheckOutcome::Complete;
        CheckRecord {
            open: self.open.map(|(done, total)| CheckProgress {
                check: CheckId::new(),
                is_running: total > 0,
                done,
                total,
            }),
            next_due: self.open.is_none().then(|| NOW + Duration::hours(23)),
            last: has_ended.then(|| LastCheck {
                at: NOW - Duration::minutes(2),
                outcome: self.outcome,
                changes: Vec::new(),
            }),
            evidence,
            app_grants: self.app_lacks.map(all_but),
        }
    }

    fn connection(&self) -> Connection {
        Connection {
            id: ConnectionId::new(),
            tenant: TenantId::new(),
            state: self.state,
            organization: Some(Organization {
                origin: OrgOrigin::from_stored("https://acme.okta.com").expect("an origin"),
                id: "00o1a2b3c4".parse().expect("an id"),
                edition: Edition::IdentityEngine,
            }),
            app: Some(App {
                client_id: "0oa1b2".parse().expect("an id"),
                auth_method: ClientAuthMethod::PrivateKeyJwt,
            }),
            connected_at: Some(NOW - Duration::minutes(3)),
        }
    }
}

fn authorization(granted: ScopeSet, sample: &Sample) -> AuthorizationFacts {
    AuthorizationFacts {
        id: AuthorizationId::new(),
        person: PersonId::new(),
        person_name: "Ada Example".to_owned(),
        person_email: "ada@acme.example".to_owned(),
        catalog_version: Catalog::default_catalog().version().to_owned(),
        requested: Catalog::default_catalog().scope_set(),
        granted,
        scopes_source: ScopesSource::TokenResponse,
        super_administrator: sample.is_super,
        at: NOW - Duration::minutes(3),
        refresh_expires_at: Some(NOW + sample.sign_in_lasts),
    }
}

fn all_but(names: &str) -> ScopeSet {
    let lacking = ScopeSet::parse(names);
    let scopes = Catalog::default_catalog().scopes();
    scopes
        .filter(|scope| !lacking.contains(scope))
        .cloned()
        .collect()
}
