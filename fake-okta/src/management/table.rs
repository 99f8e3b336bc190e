//! The table of calls. A pattern's `*` stands for one part of the path.
//!
//! Users, groups and apps are listed for everybody, and show a role what it may see; the rest is
//! refused to roles that are too weak. Which roles suffice follows Okta's documents where they say it; where they don't, organization
//! and read-only administrators may read what no document reserves for super administrators.

use super::{Context, Reply, apps, grants, people, plain};
use crate::state::Role::{self, AppAdmin, GroupAdmin, OrgAdmin, ReadOnlyAdmin, SuperAdmin};
use crate::web::Problem;

#[derive(Clone, Copy)]
pub(super) struct Endpoint {
    pub method: &'static str,
    pub pattern: &'static str,
    /// The scope that suffices; the `.manage` scope of the same resource does too.
    pub scope: &'static str,
    pub roles: &'static [Role],
    /// Identity Engine only.
    pub idx_only: bool,
    pub answer: fn(&Context<'_>) -> Result<Reply, Problem>,
}

impl Endpoint {
    /// The variable parts of a path that fits the pattern.
    pub(super) fn match_path<'a>(&self, path: &'a str) -> Option<Vec<&'a str>> {
        let mut parts = Vec::new();
        let mut given = path.split('/');
        for wanted in self.pattern.split('/') {
            let part = given.next()?;
            match wanted {
                "*" if !part.is_empty() => parts.push(part),
                _ if wanted == part => {}
                _ => return None,
            }
        }
        given.next().is_none().then_some(parts)
    }
}

/// Those who administer nothing too.
const ALL: &[Role] = &[
    SuperAdmin,
    OrgAdmin,
    AppAdmin,
    GroupAdmin,
    ReadOnlyAdmin,
    Role::None,
];
const ANY: &[Role] = &[SuperAdmin, OrgAdmin, ReadOnlyAdmin];
const SUPER: &[Role] = &[SuperAdmin];
const SCHEMAS: &[Role] = &[SuperAdmin, OrgAdmin, AppAdmin];
const CLIENTS: &[Role] = &[SuperAdmin, AppAdmin, ReadOnlyAdmin];
const LOGS: &[Role] = &[SuperAdmin, OrgAdmin, AppAdmin, ReadOnlyAdmin];

type Answer = fn(&Context<'_>) -> Result<Reply, Problem>;

const fn row(
    method: &'static str,
    pattern: &'static str,
    scope: &'static str,
    roles: &'static [Role],
    answer: Answer,
) -> Endpoint {
    Endpoint {
        method,
        pattern,
        scope,
        roles,
        idx_only: false,
        answer,
    }
}

const fn get(
    pattern: &'static str,
    scope: &'static str,
    roles: &'static [Role],
    answer: Answer,
) -> Endpoint {
    row("GET", pattern, scope, roles, answer)
}

const fn idx(endpoint: Endpoint) -> Endpoint {
    Endpoint {
        idx_only: true,
        ..endpoint
    }
}

#[rustfmt::skip]
pub(super) static TABLE: &[Endpoint] = &[
    get("/api/v1/users", "okta.users.read", ALL, people::list),
    get("/api/v1/users/*", "okta.users.read", ANY, people::one),
    get("/api/v1/users/*/factors", "okta.users.read", ANY, plain::none),
    get("/api/v1/users/*/roles", "okta.roles.read", SUPER, people::roles),
    get("/api/v1/groups", "okta.groups.read", ALL, plain::groups),
    get("/api/v1/apps", "okta.apps.read", ALL, apps::list),
    row("POST", "/api/v1/apps", "okta.apps.manage", SUPER, apps::create),
    get("/api/v1/apps/*", "okta.apps.read", ANY, apps::one),
    row("DELETE", "/api/v1/apps/*", "okta.apps.manage", SUPER, apps::remove),
    row("POST", "/api/v1/apps/*/lifecycle/*", "okta.apps.manage", SUPER, apps::lifecycle),
    get("/api/v1/apps/*/grants", "okta.appGrants.read", SUPER, grants::list),
    row("POST", "/api/v1/apps/*/grants", "okta.appGrants.manage", SUPER, grants::create),
    get("/api/v1/apps/*/grants/*", "okta.appGrants.read", SUPER, grants::one),
    row("DELETE", "/api/v1/apps/*/grants/*", "okta.appGrants.manage", SUPER, grants::remove),
    get("/oauth2/v1/clients", "okta.clients.read", CLIENTS, apps::clients),
    get("/oauth2/v1/clients/*/roles", "okta.roles.read", SUPER, apps::roles),
    row("POST", "/oauth2/v1/clients/*/roles", "okta.roles.manage", SUPER, apps::add_role),
    row("DELETE", "/oauth2/v1/clients/*/roles/*", "okta.roles.manage", SUPER, apps::remove_role),
    get("/api/v1/meta/schemas/user/default", "okta.schemas.read", SCHEMAS, plain::schema),
    get("/api/v1/meta/schemas/group/default", "okta.schemas.read", SCHEMAS, plain::schema),
    get("/api/v1/mappings", "okta.profileMappings.read", ANY, plain::none),
    get("/api/v1/meta/types/user", "okta.userTypes.read", ANY, plain::user_types),
    get("/api/v1/policies", "okta.policies.read", ANY, plain::policies),
    get("/api/v1/zones", "okta.networkZones.read", ANY, plain::zones),
    idx(get("/api/v1/authenticators", "okta.authenticators.read", ANY, plain::authenticators)),
    get("/api/v1/org", "okta.orgs.read", ANY, plain::org),
    get("/api/v1/email-domains", "okta.emailDomains.read", ANY, plain::none),
    get("/api/v1/trustedOrigins", "okta.trustedOrigins.read", ANY, plain::none),
    get("/api/v1/features", "okta.features.read", ANY, plain::none),
    get("/api/v1/threats/configuration", "okta.threatInsights.read", ANY, plain::threats),
    idx(get("/api/v1/captchas", "okta.captchas.read", ANY, plain::none)),
    idx(get("/api/v1/org/captcha", "okta.captchas.read", ANY, plain::empty)),
    get("/api/v1/eventHooks", "okta.eventHooks.read", ANY, plain::none),
    get("/api/v1/inlineHooks", "okta.inlineHooks.read", ANY, plain::none),
    get("/api/v1/logs", "okta.logs.read", LOGS, plain::logs),
    idx(get("/api/v1/devices", "okta.devices.read", ANY, plain::none)),
    get("/api/v1/iam/roles", "okta.roles.read", SUPER, plain::custom_roles),
    get("/api/v1/iam/assignees/users", "okta.roles.read", SUPER, people::assignees),
    get("/api/v1/authorizationServers", "okta.authorizationServers.read", ANY, plain::servers),
    get("/api/v1/authorizationServers/default", "okta.authorizationServers.read", ANY, plain::default_server),
    get("/api/v1/idps", "okta.idps.read", ANY, plain::none),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_part_of_the_path() {
        let endpoint = get("/a/*/b", "okta.users.read", ANY, plain::none);
        assert_eq!(endpoint.match_path("/a/x/b"), Some(vec!["x"]));
        for path in ["/a/x", "/a//b", "/a/x/b/c", "/a/x/c"] {
            assert_eq!(endpoint.match_path(path), None, "{path}");
        }
    }

    #[test]
    fn every_scope_in_the_table_is_one_that_okta_has() {
        for endpoint in TABLE {
            assert!(
                crate::scopes::is_known(endpoint.scope),
                "{}",
                endpoint.scope
            );
        }
    }
}
