//! The timeline is whole: steps, links, refreshes, checks, catalogs, webhooks, look-ups.

use fake_okta::{Effect, Fault};
use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::flows::{Disconnect, Refresh};
use serde_json::Value;
use time::Duration;

use super::{ADA, path_of, visitor};
use crate::support::{Answer, Browser, Invited, TestApp};

/// A connected tenant.
async fn connected(app: &TestApp) -> Invited {
    let invited = app.invite().await;
    app.browser()
        .connect(app, &invited, ADA)
        .await
        .assert_status(200);
    invited
}

/// The timeline of one kind, as support sees it who has just come.
async fn timeline(app: &TestApp, invited: &Invited, kind: &str) -> Answer {
    let sam = visitor(app, invited).await;
    sam.get(&format!("{}?kind={kind}", path_of(invited))).await
}

fn count(page: &Answer, words: &str) -> usize {
    page.body
        .matches(&format!("<strong>{words}</strong>"))
        .count()
}

impl TestApp {
    /// Time goes by, and what is due is refreshed.
    async fn refresh_after(&self, pause: Duration) {
        self.advance(pause);
        let looked = Refresh::new(self.shared.clone()).look().await;
        assert_eq!(looked.unwrap(), 1, "one was due");
    }
}

#[tokio::test]
async fn each_step_of_an_onboarding_is_told() {
    let app = TestApp::start().await;
    let invited = connected(&app).await;
    app.database
        .change("UPDATE checks SET finished_at = now(), outcome = 'complete'")
        .await;
    let page = timeline(&app, &invited, "onboarding").await;
    for step in [
        "Invited",
        "Link made",
        "Link opened",
        "Onboarding begun",
        "Organization found",
        "Organization confirmed",
        "Permissions read",
        "App passed the checks before the sign-in",
        "Sent to Okta to sign in",
    ] {
        assert_eq!(count(&page, step), 1, "{step}: {}", page.words());
    }
    for (kind, words) in [
        ("connection", "Connected"),
        ("tokens", "Check finished"),
        ("support", "Support looked"),
    ] {
        let page = timeline(&app, &invited, kind).await;
        assert!(count(&page, words) > 0, "{kind}: {}", page.words());
        assert_eq!(count(&page, "Invited"), 0, "{kind}");
    }
}

#[tokio::test]
async fn each_failed_refresh_is_told_in_oktas_words_and_successes_are_counted() {
    let app = TestApp::start().await;
    let invited = connected(&app).await;
    let hour = Duration::hours(1);
    for _ in 0..3 {
        app.refresh_after(hour).await;
    }
    let restrict = |on| {
        app.org("acme")
            .update_app(&invited.client_id, |app| app.network_zone_restricted = on);
    };
    restrict(true);
    app.refresh_after(hour).await;
    app.refresh_after(Duration::minutes(10)).await;
    restrict(false);
    app.refresh_after(hour).await;

    let page = timeline(&app, &invited, "tokens").await;

    assert_eq!(count(&page, "Refresh failed"), 2, "{}", page.words());
    assert_eq!(count(&page, "Tokens refreshed"), 2, "{}", page.words());
    page.assert_says("The app accepts requests only from certain networks")
        .assert_says("Okta said: access_denied")
        .assert_says("Okta's request")
        .assert_says("3 times in a row");
    Disconnect::new(app.shared.clone())
        .disconnect(invited.tenant, Actor::CommandLine)
        .await
        .unwrap();
    let page = timeline(&app, &invited, "tokens").await;
    assert_eq!(count(&page, "Tokens refreshed"), 2, "the end loses none");
    assert_eq!(count(&page, "Okta revoked the tokens"), 1);
}

#[tokio::test]
async fn an_outage_of_days_does_not_bury_what_came_before() {
    let app = TestApp::start().await;
    let invited = connected(&app).await;
    let broken = Fault::on_token(Effect::ServerError);
    app.org("acme").faults().add(broken);
    for _ in 0..25 {
        app.refresh_after(Duration::hours(1)).await;
    }

    let page = timeline(&app, &invited, "tokens").await;

    assert_eq!(count(&page, "Refresh failed"), 20, "{}", page.words());
    page.assert_says("Okta has a problem of its own")
        .assert_says("6 times in a row");
}

#[tokio::test]
async fn a_new_catalog_is_told_to_those_who_were_there_before_it() {
    let app = TestApp::start().await;
    let earlier = connected(&app).await;
    let now = app.shared.clock.now();
    for version in ["2026-01", "2026-02"] {
        let told = app.shared.store.announce_catalog(version, now).await;
        told.unwrap();
    }
    app.advance(Duration::minutes(1));
    let later = app
        .invite_named("Later", "globex", fake_okta::AuthMethod::PrivateKeyJwt, &[])
        .await;

    let page = timeline(&app, &earlier, "connection").await;

    page.assert_says("The catalog changed")
        .assert_says("version 2026-02 · before: 2026-01");
    let page = timeline(&app, &later, "connection").await;
    assert_eq!(count(&page, "The catalog changed"), 0);
}

/// Four events for an endpoint, in each state that a delivery can have.
async fn four_webhooks(app: &TestApp, invited: &Invited) {
    app.database
        .change(
            "INSERT INTO webhook_endpoints (id, url, secret, created_at, event_types)
             VALUES (gen_random_uuid(), 'https://hooks.example/path-canary?q=query-canary', '\\x00', now(), '{connection.needs_attention}')",
        )
        .await;
    let store = &app.shared.store;
    let now = app.shared.clock.now();
    for _ in 0..4 {
        let event = AuditEvent::new(invited.tenant, Actor::Service, Action::NeedsAttention);
        store.record(&event, now).await.unwrap();
    }
    assert!(store.fan_out(now).await.unwrap() > 3);
    for (place, change) in [
        "attempts = 1, state = 'delivered', last_status = 204, ended_at = now()",
        "attempts = 10, state = 'dead', last_status = 503, ended_at = now()",
        "attempts = 2, last_problem = 'timed_out', last_attempt_at = now()",
    ]
    .iter()
    .enumerate()
    {
        app.database
            .change(&format!(
                "UPDATE webhook_deliveries SET {change}
                 WHERE id = (SELECT id FROM webhook_deliveries ORDER BY position OFFSET {place} LIMIT 1)"
            ))
            .await;
    }
}

#[tokio::test]
async fn webhooks_are_told_with_how_they_stand_and_nothing_of_their_address_but_the_host() {
    let app = TestApp::start().await;
    let invited = connected(&app).await;
    four_webhooks(&app, &invited).await;

    let page = timeline(&app, &invited, "webhooks").await;

    for words in [
        "Webhook delivered",
        "Webhook given up",
        "Webhook failed, and waits",
        "Webhook waits to be sent",
    ] {
        assert_eq!(count(&page, words), 1, "{words}: {}", page.words());
    }
    page.assert_says("connection.needs_attention · to hooks.example · answered 204 · 1 attempt")
        .assert_says("answered 503 · 10 attempts")
        .assert_says("it did not answer in time · 2 attempts");
    assert_eq!(count(&page, "Needs attention"), 0, "of another kind");
    let sam = visitor(&app, &invited).await;
    let bundle = sam.get(&format!("{}/bundle.json", path_of(&invited))).await;
    let told: Value = serde_json::from_str(&bundle.body).unwrap();
    let mut all = told["timeline"].as_array().unwrap().iter();
    let dead = all.find(|one| one["action"] == "webhook.dead").unwrap();
    assert_eq!(dead["facts"]["status"], 503, "{dead}");
    assert_eq!(dead["facts"]["endpoint"], "hooks.example");
    for canary in ["path-canary", "query-canary"] {
        assert!(!page.body.contains(canary) && !bundle.body.contains(canary));
    }
    app.database
        .change("UPDATE webhook_endpoints SET disabled_at = now(), disabled_reason = 'gone'")
        .await;
    let page = timeline(&app, &invited, "webhooks").await;
    assert_eq!(count(&page, "Webhook waits for its endpoint"), 2);
}

/// Follows a timeline to its end; how often the words stand there, and on how many pages.
async fn walk(browser: &Browser, first: &str, words: &str) -> (usize, usize) {
    let (mut next, mut pages, mut found) = (Some(first.to_owned()), 0, 0);
    while let Some(address) = next {
        let page = browser.get(&address).await;
        found += count(&page, words);
        next = page.link("before=");
        pages += 1;
        assert!(pages < 10);
    }
    (found, pages)
}

#[tokio::test]
async fn what_happened_at_the_same_moment_is_neither_lost_nor_doubled_between_pages() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let sam = visitor(&app, &invited).await;
    let tenant = invited.tenant;
    app.database
        .change(&format!(
            "INSERT INTO refresh_history (tenant_id, since, at, failure) SELECT '{tenant}', now(), now(), 'okta_broken' FROM generate_series(1, 80);
             INSERT INTO audit_events (id, tenant_id, at, actor_kind, action)
             SELECT gen_random_uuid(), '{tenant}', now(), 'service', 'check.requested' FROM generate_series(1, 80)"
        ))
        .await;
    let first = format!("{}?kind=tokens", path_of(&invited));

    assert_eq!(walk(&sam, &first, "Refresh failed").await, (80, 4));
    assert_eq!(walk(&sam, &first, "Check asked for").await, (80, 4));
}
