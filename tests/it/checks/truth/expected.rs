//! What each cell must be, written from Okta's documents and the requirement, not from the catalog.

use super::Situation;

/// Category, scope and the path that tells of it; no path for what no answer can tell.
pub(super) const SCOPES: [(&str, &str, &str); 25] = [
    ("users", "okta.users.manage", "/api/v1/users"),
    ("users", "okta.factors.manage", ""),
    ("groups", "okta.groups.manage", "/api/v1/groups"),
    ("applications", "okta.apps.manage", "/api/v1/apps"),
    (
        "applications",
        "okta.appGrants.manage",
        "/api/v1/apps/{client_id}/grants",
    ),
    ("applications", "okta.clients.read", "/oauth2/v1/clients"),
    (
        "schemas-and-profiles",
        "okta.schemas.manage",
        "/api/v1/meta/schemas/user/default",
    ),
    (
        "schemas-and-profiles",
        "okta.profileMappings.manage",
        "/api/v1/mappings",
    ),
    (
        "schemas-and-profiles",
        "okta.userTypes.manage",
        "/api/v1/meta/types/user",
    ),
    (
        "security-and-policies",
        "okta.policies.manage",
        "/api/v1/policies",
    ),
    (
        "security-and-policies",
        "okta.networkZones.manage",
        "/api/v1/zones",
    ),
    (
        "authenticators",
        "okta.authenticators.manage",
        "/api/v1/authenticators",
    ),
    ("organization-settings", "okta.orgs.manage", "/api/v1/org"),
    (
        "organization-settings",
        "okta.emailDomains.manage",
        "/api/v1/email-domains",
    ),
    (
        "organization-settings",
        "okta.trustedOrigins.manage",
        "/api/v1/trustedOrigins",
    ),
    (
        "organization-settings",
        "okta.features.manage",
        "/api/v1/features",
    ),
    (
        "organization-settings",
        "okta.threatInsights.manage",
        "/api/v1/threats/configuration",
    ),
    (
        "organization-settings",
        "okta.captchas.manage",
        "/api/v1/captchas",
    ),
    ("workflows", "okta.eventHooks.manage", "/api/v1/eventHooks"),
    (
        "workflows",
        "okta.inlineHooks.manage",
        "/api/v1/inlineHooks",
    ),
    ("system-monitoring", "okta.logs.read", "/api/v1/logs"),
    ("devices", "okta.devices.read", "/api/v1/devices"),
    ("admin-roles", "okta.roles.manage", "/api/v1/iam/roles"),
    (
        "authorization-servers",
        "okta.authorizationServers.manage",
        "/api/v1/authorizationServers",
    ),
    ("identity-provider", "okta.idps.manage", "/api/v1/idps"),
];

pub(super) const CATEGORIES: [&str; 13] = [
    "users",
    "groups",
    "applications",
    "schemas-and-profiles",
    "security-and-policies",
    "authenticators",
    "organization-settings",
    "workflows",
    "system-monitoring",
    "devices",
    "admin-roles",
    "authorization-servers",
    "identity-provider",
];

/// One situation, with what it makes of most scopes and categories, and of the others.
pub(super) struct Column {
    /// Also the organization's name.
    pub name: &'static str,
    pub situation: Situation,
    scopes: &'static str,
    other_scopes: &'static [(&'static str, &'static str)],
    categories: &'static str,
    other_categories: &'static [(&'static str, &'static str)],
    /// Status, code and whether Okta's request id is known, of what is asked; nothing is asked.
    evidence: Option<&'static str>,
}

/// Never asked: what is granted and cannot be told.
const FACTORS: (&str, &str) = ("okta.factors.manage", "unverified");

pub(super) static TABLE: [Column; 11] = [
    Column {
        name: "works",
        situation: Situation::Works,
        scopes: "effective",
        other_scopes: &[FACTORS],
        categories: "granted",
        other_categories: &[],
        evidence: Some("200 - true"),
    },
    Column {
        name: "role-refused",
        situation: Situation::RoleRefused,
        scopes: "blocked_by_role",
        other_scopes: &[FACTORS],
        categories: "blocked",
        // Multifactor enrolments are granted, and nothing shows that they do not work.
        other_categories: &[("users", "partial")],
        evidence: Some("403 E0000006 true"),
    },
    Column {
        name: "nothing-to-see",
        situation: Situation::NothingToSee,
        scopes: "effective",
        other_scopes: &[
            FACTORS,
            ("okta.users.manage", "blocked_by_role"),
            ("okta.groups.manage", "blocked_by_role"),
            ("okta.apps.manage", "blocked_by_role"),
        ],
        categories: "granted",
        other_categories: &[
            ("users", "partial"),
            ("groups", "blocked"),
            ("applications", "partial"),
        ],
        evidence: Some("200 - true"),
    },
    Column {
        name: "not-granted",
        situation: Situation::NotGranted,
        scopes: "missing",
        other_scopes: &[],
        categories: "missing",
        other_categories: &[],
        evidence: None,
    },
    Column {
        name: "scope-refused",
        situation: Situation::ScopeRefused,
        scopes: "missing",
        other_scopes: &[FACTORS],
        categories: "missing",
        other_categories: &[("users", "partial")],
        evidence: Some("403 insufficient_scope true"),
    },
    Column {
        name: "other-edition",
        situation: Situation::OtherEdition,
        scopes: "effective",
        other_scopes: &[
            FACTORS,
            ("okta.authenticators.manage", "unavailable"),
            ("okta.captchas.manage", "unavailable"),
            ("okta.devices.read", "unavailable"),
        ],
        categories: "granted",
        other_categories: &[
            ("authenticators", "unavailable"),
            ("organization-settings", "partial"),
            ("devices", "unavailable"),
        ],
        evidence: Some("200 - true"),
    },
    Column {
        name: "unlicensed",
        situation: Situation::Unlicensed,
        scopes: "unavailable",
        other_scopes: &[FACTORS],
        categories: "unavailable",
        other_categories: &[("users", "partial")],
        evidence: Some("401 E0000015 true"),
    },
    // What says nothing of a permission takes nothing from it: what was granted stays granted.
    Column {
        name: "rate-limited",
        situation: Situation::RateLimited,
        scopes: "check_failed",
        other_scopes: &[FACTORS],
        categories: "granted",
        other_categories: &[],
        evidence: Some("429 E0000047 true"),
    },
    Column {
        name: "timed-out",
        situation: Situation::TimedOut,
        scopes: "check_failed",
        other_scopes: &[FACTORS],
        categories: "granted",
        other_categories: &[],
        evidence: Some("0 okta_timed_out false"),
    },
    Column {
        name: "broken",
        situation: Situation::Broken,
        scopes: "check_failed",
        other_scopes: &[FACTORS],
        categories: "granted",
        other_categories: &[],
        evidence: Some("500 E0000009 true"),
    },
    Column {
        name: "token-refused",
        situation: Situation::TokenKindRefused,
        scopes: "unverified",
        other_scopes: &[],
        categories: "granted",
        other_categories: &[],
        evidence: Some("403 E0000005 true"),
    },
];

impl Column {
    pub(super) fn of_scope(&self, scope: &str) -> &'static str {
        of(self.other_scopes, scope).unwrap_or(self.scopes)
    }

    pub(super) fn of_category(&self, category: &str) -> &'static str {
        of(self.other_categories, category).unwrap_or(self.categories)
    }

    /// Endpoint, status, code, and whether the request id is known. Nothing is asked of what is known
    /// without asking.
    pub(super) fn of_evidence(&self, scope: &str, path: &str) -> String {
        let is_absent =
            self.situation == Situation::OtherEdition && self.of_scope(scope) == "unavailable";
        match self.evidence {
            None => "none".to_owned(),
            Some(_) if path.is_empty() || is_absent => " 0 - false".to_owned(),
            Some(answer) => format!("{path} {answer}"),
        }
    }
}

fn of(others: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    let found = others.iter().find(|(of, _)| *of == name);
    found.map(|(_, state)| *state)
}
