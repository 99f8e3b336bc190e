//! The words for each kind of happening, and the kinds to cut a timeline down to. Whatever the trail can
//! hold of a tenant has words here: a test reads the trail's own list.

/// Kinds to cut the timeline down to, with how their actions begin. The first is all of them.
pub(in crate::web::support) const KINDS: [(&str, &str, &[&str]); 6] = [
    ("all", "Everything", &[""]),
    (
        "onboarding",
        "Onboarding",
        &[
            "tenant.",
            "link.",
            "links.",
            "sessions.",
            "organization.",
            "permissions.",
            "app.",
            "authorization.",
            "administrator.",
            "person.",
            "hand_off.",
        ],
    ),
    (
        "connection",
        "Connection",
        &["connection.", "grants.", "catalog."],
    ),
    (
        "tokens",
        "Checks and tokens",
        &["check.", "token.", "tokens."],
    ),
    ("webhooks", "Webhooks", &["webhook."]),
    ("support", "Look-ups", &["support."]),
];

/// What the customer does on the way to the first connection.
const STEPS: [&str; 10] = [
    "link.opened",
    "link.claimed",
    "organization.found",
    "organization.confirmed",
    "organization.refused",
    "permissions.read",
    "app.saved",
    "app.refused",
    "authorization.begun",
    "authorization.failed",
];

/// Of each action, what it is called and in which tone.
pub(super) const WORDS: [(&str, &str, &str); 45] = [
    ("tenant.created", "Invited", "neutral"),
    ("link.created", "Link made", "neutral"),
    ("link.opened", "Link opened", "neutral"),
    ("link.claimed", "Onboarding begun", "neutral"),
    ("link.revoked", "Link revoked", "warn"),
    ("links.revoked", "All open links revoked", "warn"),
    ("sessions.revoked", "Sessions ended", "warn"),
    ("organization.found", "Organization found", "neutral"),
    (
        "organization.confirmed",
        "Organization confirmed",
        "neutral",
    ),
    ("organization.refused", "Organization refused", "warn"),
    ("organization.pinned", "Organization pinned", "neutral"),
    ("permissions.read", "Permissions read", "neutral"),
    (
        "app.saved",
        "App passed the checks before the sign-in",
        "neutral",
    ),
    (
        "app.refused",
        "App failed the checks before the sign-in",
        "warn",
    ),
    ("authorization.begun", "Sent to Okta to sign in", "neutral"),
    ("authorization.failed", "Sign-in failed", "bad"),
    (
        "administrator.signed_in",
        "Administrator signed in",
        "neutral",
    ),
    (
        "administrator.refused",
        "Sign-in by somebody who was not let in",
        "warn",
    ),
    (
        "administrator.signed_out",
        "Administrator signed out",
        "neutral",
    ),
    (
        "administrator.role_verified",
        "Administrator's role verified",
        "neutral",
    ),
    ("authorization.held", "Weaker sign-in not used", "warn"),
    ("person.removed", "Access removed", "warn"),
    (
        "hand_off.created",
        "Repair handed to a colleague",
        "neutral",
    ),
    (
        "grants.added",
        "Permissions granted from the status page",
        "neutral",
    ),
    ("grants.changed", "What works has changed", "warn"),
    ("catalog.changed", "The catalog changed", "neutral"),
    ("connection.connected", "Connected", "good"),
    ("connection.needs_attention", "Needs attention", "bad"),
    ("connection.recovered", "Works again", "good"),
    ("connection.expiring", "The sign-in ends soon", "warn"),
    ("connection.disconnected", "Disconnected", "warn"),
    ("connection.activated", "Activated", "good"),
    ("check.requested", "Check asked for", "neutral"),
    ("check.finished", "Check finished", "neutral"),
    ("token.issued", "Tokens given to a program", "neutral"),
    ("token.refreshed", "Tokens refreshed", "good"),
    ("token.refresh_failed", "Refresh failed", "warn"),
    ("tokens.revoked", "Okta revoked the tokens", "neutral"),
    (
        "tokens.not_revoked",
        "Okta did not revoke the tokens",
        "warn",
    ),
    ("support.looked", "Support looked", "neutral"),
    ("webhook.delivered", "Webhook delivered", "good"),
    ("webhook.failed", "Webhook failed, and waits", "warn"),
    ("webhook.dead", "Webhook given up", "bad"),
    ("webhook.waiting", "Webhook waits to be sent", "neutral"),
    ("webhook.held", "Webhook waits for its endpoint", "warn"),
];

/// Whether it is a step of the customer's on the way to the first connection.
pub(in crate::web::support) fn is_step(action: &str) -> bool {
    STEPS.contains(&action)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever belongs to the service as a whole, so that no tenant's timeline holds it.
    const OF_THE_SERVICE: [&str; 4] = ["api_key.", "staff.", "webhook.", "key_ring."];

    /// The trail's codes as they stand in its source, so that a new one cannot be forgotten.
    fn codes() -> Vec<&'static str> {
        let source = include_str!("../../../domain/audit.rs");
        let (_, rest) = source.split_once("fn code(self)").expect("the codes");
        let (codes, _) = rest.split_once("is_published").expect("their end");
        let codes = codes.split("=> \"").skip(1);
        codes
            .map(|rest| rest.split('"').next().unwrap_or_default())
            .collect()
    }

    #[test]
    fn whatever_the_trail_can_hold_of_a_tenant_has_words() {
        let codes = codes();
        assert!(codes.len() > 40, "{codes:?}");
        for code in codes {
            let is_service = OF_THE_SERVICE.iter().any(|of| code.starts_with(of));
            let has_words = WORDS.iter().any(|(action, ..)| *action == code);
            assert!(has_words || is_service, "{code} has no words");
        }
    }

    #[test]
    fn every_happening_is_of_one_kind() {
        for (action, ..) in WORDS {
            let kinds = KINDS.iter().skip(1);
            let of = kinds.filter(|(_, _, prefixes)| {
                prefixes.iter().any(|prefix| action.starts_with(prefix))
            });
            assert_eq!(of.count(), 1, "{action}");
        }
    }

    #[test]
    fn each_step_has_words() {
        for step in STEPS {
            assert!(WORDS.iter().any(|(action, ..)| *action == step), "{step}");
        }
    }
}
