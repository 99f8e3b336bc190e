//! The staff's door and their sessions.

use askama::Template;

use super::support::{ago, frame};
use super::{layout, when};
use crate::web::pages::{
    StaffSessionRow, StaffSessions, StaffSignIn, StaffSignedOut, SupportPlace,
};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("staff-sign-in", sign_in().render()),
        ("staff-signed-out", signed_out().render()),
        ("staff-sessions", sessions(false).render()),
        ("staff-sessions-as-operator", sessions(true).render()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn sign_in() -> StaffSignIn {
    StaffSignIn {
        layout: layout("Staff sign-in"),
        provider_host: "northvault.okta.com".into(),
        authorize_url: "https://northvault.okta.com/oauth2/v1/authorize?state=x".into(),
        expires: when(
            "in 10 minutes",
            "23 Nov 2026, 17:52 UTC",
            "2026-11-23T17:52:00Z",
        ),
    }
}

fn signed_out() -> StaffSignedOut {
    StaffSignedOut {
        layout: layout("You are signed out"),
        provider_host: "northvault.okta.com".into(),
    }
}

fn sessions(is_operator: bool) -> StaffSessions {
    let row = |name: &str, role: &str, browser: &str, is_this: bool| StaffSessionRow {
        id: "0193a1c2-7b44-7c10-9a55-3f0e6d1b2c91".into(),
        name: name.into(),
        email: format!(
            "{}@northvault.example",
            name.to_lowercase().replace(' ', ".")
        ),
        role: role.into(),
        browser: browser.into(),
        since: ago("3 hours ago"),
        last_seen: ago("just now"),
        is_this,
        may_end: is_operator,
    };
    StaffSessions {
        layout: layout("Staff sessions"),
        staff: frame(is_operator, SupportPlace::Sessions),
        sessions: vec![
            row("Sam Okonkwo", "support", "Firefox on Linux", !is_operator),
            row("Olga Ferreira", "operator", "Safari on macOS", is_operator),
            row(
                "Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh-Cholmondeley",
                "support",
                "A browser that does not say what it is",
                false,
            ),
        ],
    }
}
