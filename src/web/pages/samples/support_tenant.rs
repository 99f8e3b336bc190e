//! One tenant, for support: the reason first, then the cause in every tone.

use askama::Template;

use super::grants::{cards, ended_facts, facts};
use super::layout;
use super::support::{ago, frame};
use super::support_acts::{acts, nothing_to_check, operators_acts};
use crate::web::pages::{
    Facts, HappeningRow, Look, ScopeState, SupportCause, SupportPlace, SupportTenant, TenantStatus,
    TimelineFilter,
};

pub(super) const PATH: &str = "/support/tenants/0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90";
const LONG: &str =
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH";

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("support-tenant-works", works().render()),
        ("support-tenant-needs-attention", needs_attention().render()),
        ("support-tenant-partial", partial().render()),
        ("support-tenant-pending", pending().render()),
        ("support-tenant-on-hold", on_hold().render()),
        ("support-tenant-disconnected", disconnected().render()),
        ("support-tenant-as-operator", as_operator().render()),
        ("support-tenant-long", long().render()),
        ("support-tenant-other-scripts", other_scripts().render()),
        (
            "support-tenant-nothing-of-this-kind",
            nothing_of_this_kind().render(),
        ),
        ("support-customer-view", customer_view().render()),
        ("status-looked-at", looked_at().render()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn cause(sentence: &str, tell: &str) -> SupportCause {
    SupportCause {
        sentence: sentence.into(),
        tell: tell.into(),
        okta_said: None,
        reference: None,
        happened: None,
        inside: None,
    }
}

fn works() -> SupportTenant {
    SupportTenant {
        layout: layout("Acme Ltd"),
        staff: frame(false, SupportPlace::LookUp),
        path: PATH.into(),
        tenant_id: "0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90".into(),
        tenant_name: "Acme Ltd".into(),
        state: "Connected",
        tone: "good",
        is_over: false,
        cause: cause(
            "All 25 permissions work.",
            "All 25 permissions work. Northvault backs up all 13 categories. There is nothing left to do.",
        ),
        visit_reason: "Ticket 4711: backups stopped".into(),
        visit_at: ago("2 minutes ago"),
        categories: cards(|_| ScopeState::Effective),
        facts: facts(),
        kinds: kinds("Everything"),
        happenings: happenings(),
        older_href: Some(format!("{PATH}?kind=all&before=1.x#timeline")),
        acts: acts(),
    }
}

fn kinds(chosen: &str) -> Vec<TimelineFilter> {
    let labels = [
        "Everything",
        "Onboarding",
        "Connection",
        "Checks and tokens",
        "Webhooks",
        "Look-ups",
    ];
    let filter = |label: &'static str| TimelineFilter {
        label,
        href: format!("{PATH}?kind=x#timeline"),
        chosen: label == chosen,
    };
    labels.map(filter).into()
}

fn happened(tone: &'static str, what: &str, who: &str, detail: Option<&str>) -> HappeningRow {
    HappeningRow {
        at: ago("2 hours ago"),
        tone,
        what: what.into(),
        who: who.into(),
        detail: detail.map(Into::into),
        reference: None,
    }
}

fn happenings() -> Vec<HappeningRow> {
    let failed = happened(
        "bad",
        "Sign-in failed",
        "Ada Byron",
        Some(
            "Okta did not let you in: the app is not assigned to you · Okta said: access_denied: User is not assigned to the client application. · Okta's request ZkQv3c1x9bTQy7u0",
        ),
    );
    vec![
        happened(
            "neutral",
            "Support looked",
            "Sam Okonkwo, support",
            Some("Ticket 4711: backups stopped"),
        ),
        happened("good", "Connected", "Ada Byron", None),
        HappeningRow {
            reference: Some("0193a1c2-7b44-7c10-9a55-3f0e6d1b2c99".into()),
            ..failed
        },
        happened("neutral", "Link opened", "whoever holds the link", None),
        happened("neutral", "Invited", "on the command line", None),
    ]
}

fn needs_attention() -> SupportTenant {
    let dead = cause(
        "Okta has ended the sign-in.",
        "Okta has ended the sign-in behind this connection, so backups have stopped. That happens when the person who signed in is deactivated, or the app's tokens are revoked.\n1. Open the status page.\n2. Press Authorize again, and sign in as a Super Administrator.",
    );
    SupportTenant {
        state: "Needs attention",
        tone: "bad",
        cause: SupportCause {
            okta_said: Some("The refresh token is invalid or expired.".into()),
            reference: Some("0193a1c2-7b44-7c10-9a55-3f0e6d1b2c99".into()),
            happened: Some(ago("2 hours ago")),
            inside: Some("Okta answered invalid_grant to the refresh token.".into()),
            ..dead
        },
        facts: ended_facts(),
        is_over: true,
        ..works()
    }
}

fn partial() -> SupportTenant {
    let state = |id: &str| match id {
        "okta.devices.read" => ScopeState::Missing,
        "okta.roles.manage" | "okta.policies.manage" => ScopeState::BlockedByRole,
        "okta.captchas.manage" => ScopeState::Unavailable,
        "okta.users.manage" => ScopeState::CheckFailed,
        _ => ScopeState::Effective,
    };
    SupportTenant {
        tone: "warn",
        cause: cause(
            "20 of 25 permissions work. Admin Roles, Devices and Policies are not backed up yet.",
            "20 of 25 permissions work. Everything else is running.\n1. A Super Administrator: Grant these in Okta (Applications → Applications): okta.devices.read.\n2. Then press Authorize again on the status page.",
        ),
        categories: cards(state),
        ..works()
    }
}

fn pending() -> SupportTenant {
    SupportTenant {
        state: "Not connected yet",
        tone: "neutral",
        cause: cause(
            "Invited; nothing has happened since.",
            "Please open the link that you were sent, as a Super Administrator of your Okta organization.",
        ),
        categories: cards(|_| ScopeState::Unrequested),
        facts: Facts {
            organization_id: None,
            edition: None,
            client_id: None,
            signed_in: None,
            read_at: None,
            read_from: None,
            ends_at: None,
            ..facts()
        },
        happenings: happenings().split_off(4),
        older_href: None,
        acts: nothing_to_check(),
        ..works()
    }
}

fn on_hold() -> SupportTenant {
    SupportTenant {
        state: "On hold",
        tone: "warn",
        cause: cause(
            "Waiting for activation by Northvault.",
            "Northvault looks at each new connection and activates it by hand. There is nothing for you to do.",
        ),
        ..works()
    }
}

fn disconnected() -> SupportTenant {
    SupportTenant {
        state: "Disconnected",
        tone: "neutral",
        cause: cause(
            "Ada Byron disconnected this organization.",
            "You disconnected this organization. To connect it again, open the link that we send you.",
        ),
        acts: nothing_to_check(),
        ..works()
    }
}

fn as_operator() -> SupportTenant {
    SupportTenant {
        staff: frame(true, SupportPlace::LookUp),
        acts: operators_acts(),
        ..needs_attention()
    }
}

fn long() -> SupportTenant {
    let words = "The organization's sign-on policy refuses the address that this service calls from, and answers with an explanation that goes on for longer than anybody would read aloud. ";
    SupportTenant {
        tenant_name: LONG.into(),
        visit_reason: LONG.repeat(3),
        cause: SupportCause {
            sentence: words.repeat(2).trim().into(),
            tell: words.repeat(5),
            okta_said: Some(LONG.repeat(3)),
            reference: Some("0193a1c2-7b44-7c10-9a55-3f0e6d1b2c99".into()),
            happened: Some(ago("2 hours ago")),
            inside: None,
        },
        happenings: vec![happened(
            "bad",
            "Sign-in failed",
            LONG,
            Some(&LONG.repeat(4)),
        )],
        ..needs_attention()
    }
}

fn other_scripts() -> SupportTenant {
    SupportTenant {
        tenant_name: "شركة الاتصالات المتحدة".into(),
        visit_reason: "チケット 4711 <b>止まった</b>".into(),
        happenings: vec![happened(
            "good",
            "Connected",
            "अदा बायरन",
            Some("\u{202e}gnp.exe"),
        )],
        ..works()
    }
}

fn nothing_of_this_kind() -> SupportTenant {
    SupportTenant {
        kinds: kinds("Webhooks"),
        happenings: Vec::new(),
        older_href: None,
        ..works()
    }
}

fn looked_at() -> TenantStatus {
    let look = |by: &str, reason: &str| Look {
        by: by.into(),
        reason: reason.into(),
        at: ago("2 hours ago"),
    };
    TenantStatus {
        looks: vec![
            look("Sam Okonkwo", "Ticket 4711: backups stopped"),
            look("Olga Ferreira", &LONG.repeat(3)),
            look("Sam Okonkwo", "تذكرة 12"),
        ],
        ..super::status::full()
    }
}

fn customer_view() -> TenantStatus {
    TenantStatus {
        layout: layout("Grant status"),
        seen_from: Some(PATH.into()),
        ..looked_at()
    }
}
