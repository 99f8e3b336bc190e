//! The scopes that the org authorization server knows: Okta's own API scopes and the `OpenID` ones.
//! Written from Okta's documents, not from anybody's list of wanted permissions.

/// Resources with both an `okta.<resource>.read` and an `okta.<resource>.manage` scope.
const READ_AND_MANAGE: &[&str] = &[
    "agentPools",
    "apiTokens",
    "appGrants",
    "apps",
    "authenticators",
    "authorizationServers",
    "behaviors",
    "brands",
    "captchas",
    "certificateAuthorities",
    "clients",
    "deviceAssurance",
    "devices",
    "domains",
    "emailDomains",
    "emailServers",
    "enduser",
    "eventHooks",
    "factors",
    "features",
    "governance.accessCertifications",
    "governance.accessRequests",
    "governance.entitlements",
    "groups",
    "identitySources",
    "idps",
    "inlineHooks",
    "linkedObjects",
    "logStreams",
    "networkZones",
    "oauthIntegrations",
    "orgs",
    "personal.adminSettings",
    "policies",
    "principalRateLimits",
    "profileMappings",
    "pushProviders",
    "rateLimits",
    "realmAssignments",
    "realms",
    "resourceSelectors",
    "riskEvents",
    "riskProviders",
    "roles",
    "schemas",
    "securityEventsProviders",
    "sessions",
    "templates",
    "threatInsights",
    "trustedOrigins",
    "uischemas",
    "userRisk",
    "userTypes",
    "users",
];

/// Scopes that stand alone.
const ALONE: &[&str] = &[
    "okta.clients.register",
    "okta.logs.read",
    "okta.reports.read",
    "okta.manifests.read",
    "okta.users.read.self",
    "okta.users.manage.self",
    "okta.myAccount.profile.read",
    "okta.myAccount.profile.manage",
];

const OPEN_ID: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "groups",
];

/// Documented scopes that a recorded real organization leaves out of `scopes_supported`.
const UNADVERTISED: &[&str] = &[
    "okta.authenticators.manage",
    "okta.emailDomains.manage",
    "okta.captchas.manage",
    "okta.devices.read",
    "okta.authorizationServers.manage",
];

/// Whether the org authorization server has heard of this scope.
pub fn is_known(scope: &str) -> bool {
    OPEN_ID.contains(&scope) || ALONE.contains(&scope) || {
        scope
            .strip_prefix("okta.")
            .and_then(|rest| {
                rest.strip_suffix(".read")
                    .or_else(|| rest.strip_suffix(".manage"))
            })
            .is_some_and(|resource| READ_AND_MANAGE.contains(&resource))
    }
}

/// Whether this is an Okta API scope, which an app must have been granted.
pub fn is_api(scope: &str) -> bool {
    scope.starts_with("okta.")
}

/// Whether asking for this scope requires `openid` too.
pub(crate) fn needs_openid(scope: &str) -> bool {
    OPEN_ID.contains(&scope) && scope != "openid" && scope != "offline_access"
}

/// All Okta API scopes, in alphabetical order, as the Admin Console lists them.
pub fn api_scopes() -> Vec<String> {
    let mut all: Vec<String> = READ_AND_MANAGE
        .iter()
        .flat_map(|resource| {
            [
                format!("okta.{resource}.manage"),
                format!("okta.{resource}.read"),
            ]
        })
        .chain(ALONE.iter().map(ToString::to_string))
        .collect();
    all.sort();
    all
}

/// What the metadata documents advertise; incomplete on purpose, as Okta's is.
pub(crate) fn advertised() -> Vec<String> {
    OPEN_ID
        .iter()
        .map(ToString::to_string)
        .chain(
            api_scopes()
                .into_iter()
                .filter(|scope| !UNADVERTISED.contains(&scope.as_str())),
        )
        .collect()
}

/// Whether a token with these scopes may make a call that asks for `needed`:
/// a `.manage` scope includes the `.read` of its resource.
pub(crate) fn covers(held: &[String], needed: &str) -> bool {
    held.iter().any(|scope| {
        scope == needed
            || needed
                .strip_suffix(".read")
                .is_some_and(|resource| scope.strip_suffix(".manage") == Some(resource))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_scopes_are_known_and_others_are_not() {
        for scope in ["okta.users.manage", "okta.logs.read", "openid", "groups"] {
            assert!(is_known(scope), "{scope}");
        }
        for scope in [
            "okta.logs.manage",
            "okta.cats.read",
            "users",
            "okta..read",
            "",
        ] {
            assert!(!is_known(scope), "{scope}");
        }
    }

    #[test]
    fn a_manage_scope_includes_its_read_scope_and_no_more() {
        let held = vec!["okta.users.manage".to_owned()];
        assert!(covers(&held, "okta.users.read"));
        assert!(!covers(&held, "okta.groups.read"));
        assert!(!covers(
            &["okta.users.read".to_owned()],
            "okta.users.manage"
        ));
    }

    #[test]
    fn five_documented_scopes_are_not_advertised() {
        let advertised = advertised();
        assert!(UNADVERTISED.iter().all(|scope| is_known(scope)));
        assert!(
            UNADVERTISED
                .iter()
                .all(|s| !advertised.contains(&(*s).to_owned()))
        );
    }
}
