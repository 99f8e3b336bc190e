//! The real categories with sample sentences; the service's own come from its catalog.

use crate::web::pages::Access;

/// Scope, plain name, why it is needed, what stops without it.
pub type Scope = (&'static str, &'static str, &'static str, &'static str);
/// Id, name, summary, scopes.
pub type Category = (&'static str, &'static str, &'static str, &'static [Scope]);

pub fn access(scope: &str) -> Access {
    if scope.rsplit('.').next() == Some("read") {
        Access::Read
    } else {
        Access::Manage
    }
}

pub const CATALOG: [Category; 13] = [
    (
        "users",
        "Users",
        "Accounts and the MFA factors they enrolled.",
        &[
            (
                "okta.users.manage",
                "User accounts",
                "Backs up every account with its profile and status, and restores accounts that were deleted or changed.",
                "No user is backed up, and no restore can bring one back.",
            ),
            (
                "okta.factors.manage",
                "MFA factor enrolments",
                "Records which factors each user enrolled, and removes or re-enrols them in a restore.",
                "Restored users have to set up their factors again.",
            ),
        ],
    ),
    (
        "groups",
        "Groups",
        "Groups, who is in them, and the rules that put them there.",
        &[(
            "okta.groups.manage",
            "Groups, memberships and rules",
            "Backs up groups, memberships and group rules, and restores them.",
            "Groups are not backed up, and restored users are in none.",
        )],
    ),
    (
        "applications",
        "Applications",
        "App integrations, who may use them, and what they may do.",
        &[
            (
                "okta.apps.manage",
                "Application integrations",
                "Backs up each app's settings and assignments, and restores them.",
                "A deleted app has to be set up again by hand.",
            ),
            (
                "okta.appGrants.manage",
                "Scope grants of applications",
                "Backs up which API scopes each app was granted, and grants them again in a restore.",
                "Restored apps come back without their API permissions.",
            ),
            (
                "okta.clients.read",
                "OAuth clients",
                "Reads OAuth clients, so that each app's client settings are in the backup.",
                "OAuth client settings are not in the backup.",
            ),
        ],
    ),
    (
        "schemas-and-profiles",
        "Schemas and Profiles",
        "The shape of profiles, and how attributes flow between them.",
        &[
            (
                "okta.schemas.manage",
                "Profile schemas",
                "Backs up custom attributes of user, group and app profiles, and restores them.",
                "Restored profiles lose their custom attributes.",
            ),
            (
                "okta.profileMappings.manage",
                "Profile mappings",
                "Backs up attribute mappings between profiles, and restores them.",
                "Attributes stop flowing between Okta and restored apps.",
            ),
            (
                "okta.userTypes.manage",
                "User types",
                "Backs up custom user types, and restores them before their users.",
                "Users of a custom type cannot be restored as that type.",
            ),
        ],
    ),
    (
        "security-and-policies",
        "Security and Policies",
        "Who may sign in, from where, and with what.",
        &[
            (
                "okta.policies.manage",
                "Policies and their rules",
                "Backs up sign-on, MFA enrolment, password and other policies with their rules, and restores them.",
                "A changed or deleted policy cannot be put back.",
            ),
            (
                "okta.networkZones.manage",
                "Network zones",
                "Backs up the IP and location lists that policies refer to, and restores them.",
                "Restored policies refer to zones that are not there.",
            ),
        ],
    ),
    (
        "authenticators",
        "Authenticators",
        "The sign-in methods that your organization offers.",
        &[(
            "okta.authenticators.manage",
            "System authenticators",
            "Backs up the settings of each authenticator, and restores them.",
            "Authenticator settings are not backed up.",
        )],
    ),
    (
        "organization-settings",
        "Organization Settings",
        "Settings that hold for the whole organization.",
        &[
            (
                "okta.orgs.manage",
                "Settings and contacts",
                "Backs up organization-wide settings and contacts, and restores them.",
                "Organization settings are not backed up.",
            ),
            (
                "okta.emailDomains.manage",
                "E-mail domains",
                "Backs up custom e-mail domains, and restores them.",
                "Okta's mails come from its default address after a restore.",
            ),
            (
                "okta.trustedOrigins.manage",
                "Trusted origins",
                "Backs up the origins allowed for CORS and redirects, and restores them.",
                "Sites that call Okta from the browser are refused after a restore.",
            ),
            (
                "okta.features.manage",
                "Feature switches",
                "Backs up which self-service features are on, and switches them back.",
                "Features have to be switched back by hand.",
            ),
            (
                "okta.threatInsights.manage",
                "ThreatInsight",
                "Backs up the ThreatInsight configuration, and restores it.",
                "ThreatInsight settings are not backed up.",
            ),
            (
                "okta.captchas.manage",
                "CAPTCHAs",
                "Backs up CAPTCHA configurations, and restores them.",
                "CAPTCHA configurations are not backed up.",
            ),
        ],
    ),
    (
        "workflows",
        "Workflows",
        "Hooks that call your own services.",
        &[
            (
                "okta.eventHooks.manage",
                "Event hooks",
                "Backs up event hooks, and restores them.",
                "Your services are no longer told of events after a restore.",
            ),
            (
                "okta.inlineHooks.manage",
                "Inline hooks",
                "Backs up registration, SAML, token and other inline hooks, and restores them.",
                "Sign-ins that rely on a hook go on without it.",
            ),
        ],
    ),
    (
        "system-monitoring",
        "System Monitoring",
        "What happened in the organization.",
        &[(
            "okta.logs.read",
            "System Log",
            "Reads the System Log, to tell who changed what between two backups.",
            "Backups cannot say who made a change.",
        )],
    ),
    (
        "devices",
        "Devices",
        "Devices known to Okta.",
        &[(
            "okta.devices.read",
            "Device lifecycle",
            "Reads devices and their state, so that they are in the backup.",
            "Devices are not in the backup.",
        )],
    ),
    (
        "admin-roles",
        "Admin Roles",
        "Who may administer what.",
        &[(
            "okta.roles.manage",
            "Role assignments and custom roles",
            "Backs up administrator roles and who holds them, and restores them.",
            "Restored administrators come back without their roles.",
        )],
    ),
    (
        "authorization-servers",
        "Authorization Servers",
        "Custom authorization servers for your own APIs.",
        &[(
            "okta.authorizationServers.manage",
            "Custom authorization servers",
            "Backs up servers with their scopes, claims and policies, and restores them.",
            "APIs behind a deleted server stay unreachable.",
        )],
    ),
    (
        "identity-provider",
        "Identity Provider",
        "Other places from which people sign in.",
        &[(
            "okta.idps.manage",
            "Identity providers",
            "Backs up identity providers and their users, and restores them.",
            "People who sign in through another provider are locked out after a restore.",
        )],
    ),
];
