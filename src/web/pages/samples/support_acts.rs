//! What staff are offered at a tenant's, and each question before it is done.

use askama::Template;

use super::layout;
use super::support::{ago, frame};
use super::support_tenant::PATH;
use crate::web::pages::{Act, ActChoice, ActDone, Compared, ConfirmAct, SupportActs, SupportPlace};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("support-confirm-activation", activation().render()),
        ("support-confirm-disconnect", disconnect().render()),
        ("support-confirm-links", links().render()),
        ("support-confirm-sessions", sessions().render()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

/// For support.
pub(super) fn acts() -> SupportActs {
    SupportActs {
        can_check: true,
        hand_off: Some("Resend the hand-off"),
        operator: Vec::new(),
        operators_can: Some(
            "An operator can disconnect this customer, revoke 3 open links and end 2 sessions. Operators are the people in the group “Platform Operators”. Olga Ferreira is signed in now."
                .into(),
        ),
        done: None,
    }
}

pub(super) fn nothing_to_check() -> SupportActs {
    SupportActs {
        can_check: false,
        hand_off: None,
        ..acts()
    }
}

/// For an operator, who has just done something.
pub(super) fn operators_acts() -> SupportActs {
    let act = |label: &str, place: &str| Act {
        label: label.into(),
        href: format!("{PATH}/{place}"),
    };
    SupportActs {
        operator: vec![
            act("Activate", "activation"),
            act("Disconnect", "disconnect"),
            act("End 2 sessions", "sessions/revoke"),
        ],
        operators_can: None,
        done: Some(ActDone {
            sentence: "All open links revoked: 3 links and 1 session, by Olga Ferreira, staff."
                .into(),
            at: ago("just now"),
        }),
        ..acts()
    }
}

fn question(question: &str, lead: &str, place: &str) -> ConfirmAct {
    ConfirmAct {
        layout: layout("Please confirm"),
        staff: frame(true, SupportPlace::LookUp),
        path: PATH.into(),
        tenant_name: "Acme Ltd".into(),
        action: format!("{PATH}/{place}"),
        question: question.into(),
        lead: lead.into(),
        compare: Vec::new(),
        happens: lines(&[
            "The first thing happens at once.",
            "The second one follows.",
        ]),
        stays: lines(&["The connection, and what is read from the organization."]),
        choices: Vec::new(),
        button: "Revoke 3 links".into(),
        takes_away: true,
    }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn activation() -> ConfirmAct {
    let fact = |what, value: &str, is_exact| Compared {
        what,
        value: value.into(),
        is_exact,
    };
    ConfirmAct {
        compare: vec![
            fact("Customer", "Acme Ltd", false),
            fact("Okta organization", "acme.okta.com", true),
            fact("Its ID", "00o1a2b3c4D5E6F7G8h9", true),
            fact(
                "Signed in",
                "Ada Byron, ada.byron@acme.example, on 23 Nov 2026, 17:40 UTC",
                false,
            ),
            fact("Permissions", "25 of 25 granted", false),
        ],
        button: "Activate".into(),
        takes_away: false,
        ..question(
            "Activate the connection of Acme Ltd?",
            "A new connection waits until somebody has looked whether acme.okta.com really is the organization of Acme Ltd.",
            "activation",
        )
    }
}

fn disconnect() -> ConfirmAct {
    ConfirmAct {
        button: "Disconnect".into(),
        ..question(
            "Disconnect Acme Ltd from acme.okta.com?",
            "Northvault loses its access to acme.okta.com at once.",
            "disconnect",
        )
    }
}

fn links() -> ConfirmAct {
    question(
        "Revoke all open links of Acme Ltd?",
        "3 links and 1 session end.",
        "links/revoke",
    )
}

fn sessions() -> ConfirmAct {
    let choice = |value: &str, label: &str, hint: &str| ActChoice {
        value: value.into(),
        label: label.into(),
        hint: hint.into(),
        chosen: value == "all",
    };
    ConfirmAct {
        choices: vec![
            choice(
                "all",
                "All 3 sessions",
                "Administrators, and whoever opened a link.",
            ),
            choice(
                "0193a1c2-7b44-7c10-9a55-3f0e6d1b2c91",
                "Only 1 session that came by the link of 23 Nov 2026, 17:40 UTC",
                "An onboarding link. It no longer opens.",
            ),
        ],
        button: "End these sessions".into(),
        ..question(
            "End sessions of Acme Ltd?",
            "3 sessions are live: 2 of administrators and 1 of somebody who opened a link.",
            "sessions/revoke",
        )
    }
}
