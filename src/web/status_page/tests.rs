//! What the page says of a status, in words.

use time::Duration;
use url::Url;

use super::*;
use crate::domain::check::Finding;
use crate::domain::check_run::CheckOutcome;
use crate::domain::failure::FailureKind;
use crate::flows::Sample;
use crate::web::pages::{GrantHere, Tone};

fn page(sample: &Sample) -> TenantStatus {
    let site = Site {
        vendor_name: "Northvault".to_owned(),
        support_email: "support@northvault.example".to_owned(),
        public_url: Url::parse("https://connect.northvault.example").expect("an address"),
        trusted_proxies: Vec::new(),
    };
    let person = SignedIn {
        name: "Ada Example".to_owned(),
        email: "ada@acme.example".to_owned(),
        organization_host: "acme.okta.com".to_owned(),
    };
    let view = sample.view();
    let tenant = view.connection.tenant;
    present(
        &site,
        Catalog::default_catalog(),
        &view,
        tenant,
        Some(person),
    )
}

/// The codes of what can be mended here, and of the rest.
fn causes(page: &TenantStatus) -> [Vec<&'static str>; 2] {
    let kit = page.kit.as_ref();
    let codes = |causes: &[crate::web::pages::Cause]| causes.iter().map(|c| c.code).collect();
    [
        kit.map(|kit| codes(&kit.todo)).unwrap_or_default(),
        kit.map(|kit| codes(&kit.rest)).unwrap_or_default(),
    ]
}

fn unchecked() -> Sample {
    Sample {
        checked: false,
        ..Sample::default()
    }
}

const LACKING: &str = "okta.appGrants.manage okta.devices.read okta.roles.manage";

#[test]
fn granted_is_not_said_to_work_before_somebody_looked() {
    let page = page(&Sample {
        open: Some((14, 25)),
        ..unchecked()
    });

    assert_eq!(
        page.verdict.sentence,
        "All 25 permissions are granted. What they can really do is being checked."
    );
    assert_eq!(page.verdict.tone, Tone::Neutral);
    assert!(page.check.open.is_some() && !page.check.can_ask);
    assert_eq!(page.primary, PrimaryAction::None);
    assert!(page.categories.iter().all(|card| card.word() == "Granted"));
}

#[test]
fn what_was_seen_to_work_is_said_to_work() {
    let page = page(&Sample::default());

    assert_eq!(
        page.verdict.sentence,
        "All 25 permissions are granted, and the 24 that can be checked work."
    );
    assert_eq!(page.verdict.tone, Tone::Good);
    assert!(page.kit.is_none(), "what nothing can tell is no gap");
    assert!(page.categories.iter().all(|card| card.word() == "Works"));
    assert_eq!(page.categories[0].count(), "1 of 2 seen to work");
    assert!(page.check.can_ask);
}

#[test]
fn a_weak_role_blocks_by_name_and_is_mended_by_a_stronger_one() {
    let page = page(
        &Sample {
            is_super: Some(false),
            ..Sample::default()
        }
        .found("okta.roles.manage", Finding::BlockedByRole),
    );

    assert_eq!(
        page.verdict.sentence,
        "23 of 25 permissions work. Admin Roles is blocked by the administrator's role."
    );
    assert_eq!(causes(&page), [vec!["role_too_weak"], vec![]]);
    assert_eq!(page.primary, PrimaryAction::Authorize);
}

#[test]
fn every_cause_stands_once_and_with_those_who_can_mend_it() {
    let page = page(
        &Sample {
            lacking: LACKING,
            app_lacks: Some("okta.appGrants.manage okta.roles.manage"),
            ..Sample::default()
        }
        .found("okta.users.manage", Finding::BlockedByRole)
        .found("okta.authorizationServers.manage", Finding::Unavailable)
        .found("okta.features.manage", Finding::TokenRefused)
        .found("okta.logs.read", Finding::CheckFailed),
    );

    assert_eq!(
        causes(&page),
        [
            vec!["grant_missing", "authorize_only"],
            vec![
                "refused_to_super_administrator",
                "token_refused",
                "feature_unavailable",
                "check_failed"
            ],
        ]
    );
    let sentence = &page.verdict.sentence;
    assert!(
        sentence.starts_with("17 of 25 permissions work."),
        "{sentence}"
    );
    assert!(
        sentence
            .contains("Devices and Admin Roles are not backed up yet, Applications only in part."),
        "{sentence}"
    );
    assert!(page.verdict.detail.contains("1 could not be checked"));
}

#[test]
fn granting_here_is_offered_or_refused_with_a_reason() {
    let here = |sample: &Sample| {
        let kit = page(sample).kit.expect("a kit");
        kit.ways.expect("ways").here
    };
    let gap = Sample {
        lacking: "okta.devices.read",
        ..Sample::default()
    };
    let offered = GrantHere::Offered {
        name: "Ada Example".to_owned(),
    };
    assert_eq!(here(&gap), offered);
    for is_super in [Some(false), None] {
        let refused = here(&Sample {
            is_super,
            ..gap.clone()
        });
        assert!(matches!(refused, GrantHere::No { why } if why.contains("Super Administrator")));
    }
    let bare = Sample {
        lacking: "okta.appGrants.manage",
        ..gap
    };
    assert!(matches!(here(&bare), GrantHere::No { why } if why.contains("okta.appGrants.manage")));
}

#[test]
fn a_check_that_got_nowhere_says_nothing_of_the_permissions() {
    let page = page(&Sample {
        outcome: CheckOutcome::Failed(FailureKind::Unreachable),
        ..unchecked()
    });

    assert_eq!(page.verdict.sentence, "All 25 permissions are granted.");
    assert_eq!(page.verdict.tone, Tone::Neutral);
    assert!(page.check.failed.is_some() && page.check.answered().is_none());
    assert_eq!(page.primary, PrimaryAction::Check);
}

#[test]
fn some_permissions_that_could_not_be_checked_are_no_gap() {
    let page = page(&Sample::default().found("okta.logs.read", Finding::CheckFailed));

    assert_eq!(page.verdict.sentence, "23 of 25 permissions work.");
    assert_eq!(page.verdict.tone, Tone::Neutral);
    assert_eq!(page.primary, PrimaryAction::Check);
    assert_eq!(causes(&page), [vec![], vec!["check_failed"]]);
}

#[test]
fn nobody_is_told_to_mend_what_has_ended() {
    let page = page(&Sample {
        state: ConnectionState::NeedsAttention(AttentionReason::SignInExpired),
        lacking: LACKING,
        ..Sample::default()
    });

    assert!(page.kit.is_none() && page.ended && !page.check.can_ask);
    assert_eq!(page.primary, PrimaryAction::Authorize);
}

#[test]
fn what_passes_by_itself_is_told_once_nothing_can_be_read_any_more() {
    let failing = Sample {
        failing: Some(FailureKind::RateLimited),
        ..Sample::default()
    };
    assert!(page(&failing).notice.is_none(), "the token still works");

    let page = page(&Sample {
        token_lasts: Duration::minutes(-30),
        ..failing
    });

    let notice = page.notice.expect("a notice");
    assert_eq!(notice.title, "Okta asks us to slow down");
    assert_eq!(notice.happened.expect("a time").relative, "1 hour ago");
    assert!(
        notice.what.contains("Nothing can be read"),
        "{}",
        notice.what
    );
    assert!(page.verdict.sentence.contains("could not be renewed"));
}

#[test]
fn what_is_mended_in_okta_asks_for_no_new_sign_in() {
    let kind = FailureKind::RefreshTokenGrantDisabled;
    let page = page(&Sample {
        state: ConnectionState::NeedsAttention(AttentionReason::Failed(kind)),
        failing: Some(kind),
        ..Sample::default()
    });

    assert_eq!(page.primary, PrimaryAction::Check);
    let notice = page.notice.expect("a notice");
    assert_eq!(notice.title, "The app may no longer stay connected");
    assert!(
        notice.what.ends_with("ends in 57 minutes."),
        "{}",
        notice.what
    );
    assert!(page.verdict.sentence.contains("refuses to renew"));
}

#[test]
fn a_reuse_is_told_apart_from_a_revocation_and_both_need_a_sign_in() {
    for (kind, title) in [
        (
            FailureKind::RefreshTokenDead,
            "The sign-in behind this connection has ended",
        ),
        (
            FailureKind::ReuseDetected,
            "Okta ended this connection for its safety",
        ),
    ] {
        let page = page(&Sample {
            state: ConnectionState::NeedsAttention(AttentionReason::Failed(kind)),
            failing: Some(kind),
            ..Sample::default()
        });

        assert_eq!(page.notice.expect("a notice").title, title);
        assert!(page.ended);
        assert_eq!(page.facts.ends_at.expect("a time").relative, "1 hour ago");
        assert_eq!(page.primary, PrimaryAction::Authorize);
    }
}

#[test]
fn the_end_of_a_sign_in_is_told_from_fourteen_days_before() {
    let in_days = |days| {
        page(&Sample {
            sign_in_lasts: Duration::days(days),
            ..Sample::default()
        })
    };
    assert!(in_days(15).notice.is_none());

    let page = in_days(14);

    let notice = page.notice.expect("a notice");
    assert_eq!(notice.title, "This sign-in ends on 7 December 2026");
    assert!(notice.steps[0].contains("Authorize again"));
    assert_eq!(page.primary, PrimaryAction::Authorize);
}
