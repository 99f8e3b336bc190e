//! The operators' overview: with much to tell, with nothing yet, and while the database is too busy.

use askama::Template;
use time::macros::{date, datetime};

use super::support::frame;
use super::{just_now, layout};
use crate::domain::overview::Window;
use crate::flows::{
    EndpointBacklog, FunnelCount, OverviewFacts, RefreshDay, RefreshLag, StateCount,
};
use crate::web::pages::{Overview, SupportPlace, WindowLink};
use crate::web::support::panels;

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = [
        ("overview", page(&full())),
        ("overview-nothing-yet", page(&empty())),
        ("overview-too-busy", page(&too_busy())),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, page)| (name, page.render().expect("a rendered page")))
        .collect()
}

fn page(facts: &OverviewFacts) -> Overview {
    Overview {
        layout: layout("Overview"),
        staff: frame(true, SupportPlace::Overview),
        as_of: just_now(),
        windows: Window::ALL
            .map(|window| WindowLink {
                href: format!("/support/overview?days={}", window.days()),
                label: format!("{} days", window.days()),
                is_current: window == facts.window,
            })
            .to_vec(),
        panels: panels(facts),
    }
}

fn too_busy() -> OverviewFacts {
    OverviewFacts {
        at: datetime!(2026-11-23 17:40 UTC),
        window: Window::Month,
        states: None,
        funnel: None,
        lag: None,
        days: None,
        endings: None,
        endpoints: None,
    }
}

fn empty() -> OverviewFacts {
    OverviewFacts {
        states: Some(Vec::new()),
        funnel: Some(Vec::new()),
        lag: Some(RefreshLag::default()),
        days: Some(Vec::new()),
        endings: Some(Vec::new()),
        endpoints: Some(Vec::new()),
        ..too_busy()
    }
}

fn full() -> OverviewFacts {
    let facts = too_busy();
    OverviewFacts {
        states: Some(states()),
        funnel: Some(funnel()),
        lag: Some(RefreshLag {
            overdue: 12,
            oldest_due: Some(facts.at - time::Duration::minutes(14)),
            failing: 61,
            failing_since: Some(facts.at - time::Duration::days(6)),
        }),
        days: Some(days()),
        endings: Some(
            (0..13)
                .map(|week| (week, i64::from(week * 977 % 83)))
                .collect(),
        ),
        endpoints: Some(endpoints(facts.at)),
        ..facts
    }
}

fn states() -> Vec<StateCount> {
    let count = |state: &str, reason: Option<&str>, tenants| StateCount {
        state: state.into(),
        reason: reason.map(Into::into),
        tenants,
    };
    vec![
        count("connected", None, 10_481),
        count("pending", None, 702),
        count("on_hold", None, 14),
        count("disconnected", None, 233),
        count("needs_attention", Some("refresh_token_dead"), 31),
        count("needs_attention", Some("sign_in_expired"), 22),
        count("needs_attention", Some("not_super_administrator"), 19),
        count("needs_attention", Some("wrong_secret"), 8),
        count("needs_attention", Some("network_zone"), 3),
        count("needs_attention", Some("dpop_required"), 2),
        count("needs_attention", Some("unknown_client"), 1),
    ]
}

fn funnel() -> Vec<FunnelCount> {
    let count = |reached, why: Option<&str>, failure: Option<&str>, links| FunnelCount {
        reached,
        why: why.map(Into::into),
        failure: failure.map(Into::into),
        links,
    };
    vec![
        count(6, None, None, 318),
        count(0, Some("expired"), None, 61),
        count(0, Some("open"), None, 24),
        count(1, Some("expired"), None, 17),
        count(2, Some("not_confirmed"), None, 5),
        count(3, Some("expired"), None, 12),
        count(4, Some("app_refused"), None, 21),
        count(5, Some("sign_in_failed"), Some("not_assigned"), 14),
        count(5, Some("sign_in_failed"), Some("nothing_granted"), 9),
        count(1, Some("another_link"), None, 6),
        count(0, Some("revoked"), None, 2),
    ]
}

fn days() -> Vec<RefreshDay> {
    let day = |back: i64, outcome: &str, count| RefreshDay {
        day: date!(2026 - 11 - 23) - time::Duration::days(back),
        outcome: outcome.into(),
        count,
    };
    (0..14)
        .flat_map(|back| {
            [
                day(back, "refreshed", 300_000 + back * 7_411 % 19_000),
                day(back, "okta_broken", if back == 5 { 41_000 } else { 900 }),
            ]
        })
        .collect()
}

fn endpoints(at: time::OffsetDateTime) -> Vec<EndpointBacklog> {
    let works = EndpointBacklog {
        url: "https://hooks.northvault.example/backups".into(),
        description: "Starts and stops backups".into(),
        failing_since: None,
        disabled_at: None,
        waiting: 0,
        failed: 0,
        dead: 0,
    };
    let billing = EndpointBacklog {
        url: "https://hooks.northvault.example/billing".into(),
        description: String::new(),
        failing_since: Some(at - time::Duration::days(4)),
        waiting: 312,
        failed: 290,
        dead: 41,
        ..works.clone()
    };
    vec![works, billing]
}
