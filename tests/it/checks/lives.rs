//! The life of a check: it begins after the callback, on demand and every day, and leaves evidence.

use fake_okta::{Effect, Fault};
use time::Duration;

use super::rows::{checks_of, connection_of, ended, open, refreshes};
use crate::support::outcome::eventually;
use crate::support::{Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";

async fn connected() -> (TestApp, Invited, Browser) {
    let app = TestApp::start_checking().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    (app, invited, browser)
}

async fn check_again(browser: &Browser, invited: &Invited) {
    let page = format!("/tenants/{}", invited.tenant);
    let pressed = browser.post(&format!("{page}/checks"), &[]).await;
    pressed.assert_goes_to(&page);
}

/// What was kept of one answer.
#[derive(Debug, sqlx::FromRow)]
struct ResultRow {
    scope: String,
    finding: String,
    endpoint: String,
    status: Option<i32>,
    code: Option<String>,
    request_id: Option<String>,
}

#[tokio::test]
async fn a_check_begins_right_after_the_callback_and_ends_with_evidence() {
    let (app, invited, _) = connected().await;

    let checks = ended(&app.database.pool, invited.tenant, 1).await;

    let check = &checks[0];
    assert_eq!(check.trigger, "connected");
    assert_eq!(check.outcome.as_deref(), Some("complete"), "{check:?}");
    assert_eq!((check.total, check.done), (25, 25));
    assert_eq!(check.changes, serde_json::json!([]), "nothing was before");
    let results: Vec<ResultRow> = sqlx::query_as(
        "SELECT scope, finding, endpoint, status, code, request_id FROM check_results",
    )
    .fetch_all(&app.database.pool)
    .await
    .unwrap();
    for result in results.iter().filter(|r| r.scope != "okta.factors.manage") {
        assert_eq!(result.finding, "effective", "{result:?}");
        assert!(result.endpoint.starts_with('/'), "{result:?}");
        assert_eq!(
            (result.status, &result.code),
            (Some(200), &None),
            "{result:?}"
        );
        assert!(result.request_id.is_some(), "{result:?}");
    }
    assert!(app.org("acme").max_concurrency() <= 4);
}

#[tokio::test]
async fn nothing_of_an_answers_body_is_kept() {
    let (app, invited, _) = connected().await;
    ended(&app.database.pool, invited.tenant, 1).await;

    let dump = app.database.dump().await;

    // Of the users, zones, authenticators and the log, as the fake answers them.
    for of_a_body in [
        "givenName",
        "LegacyIpZone",
        "okta_password",
        "user.session.start",
    ] {
        assert!(!dump.contains(of_a_body), "{of_a_body} was kept");
    }
}

#[tokio::test]
async fn check_again_runs_another_check_and_tells_what_changed() {
    let (app, invited, browser) = connected().await;
    ended(&app.database.pool, invited.tenant, 1).await;
    app.org("acme").refuse_role("/api/v1/policies");

    check_again(&browser, &invited).await;

    let checks = ended(&app.database.pool, invited.tenant, 2).await;
    assert_eq!(checks[1].trigger, "again");
    let change = serde_json::json!([
        {"scope": "okta.policies.manage", "from": "effective", "to": "blocked_by_role"}
    ]);
    assert_eq!(checks[1].changes, change);
    let asked = "audit_events WHERE action = 'check.requested' AND actor_kind = 'administrator'";
    assert_eq!(app.database.count(asked).await, 1);
    app.advance(Duration::seconds(31));
    check_again(&browser, &invited).await;
    let checks = ended(&app.database.pool, invited.tenant, 3).await;
    assert_eq!(checks[2].changes, serde_json::json!([]));
}

#[tokio::test]
async fn pressing_twice_while_a_check_runs_makes_no_second_one() {
    let (app, invited, browser) = connected().await;
    ended(&app.database.pool, invited.tenant, 1).await;
    let slow = Fault::on("/api/v1/org", Effect::Delay { ms: 1_000 });
    app.org("acme").faults().add(slow.once());
    for _ in 0..3 {
        check_again(&browser, &invited).await;
    }

    let checks = ended(&app.database.pool, invited.tenant, 2).await;

    assert_eq!(checks.len(), 2);
    assert!(
        open(&app.database.pool, invited.tenant)
            .await
            .started_at
            .is_none()
    );
}

#[tokio::test]
async fn a_check_comes_by_itself_every_day_with_jitter_and_renews_the_token() {
    let (app, invited, _) = connected().await;
    ended(&app.database.pool, invited.tenant, 1).await;
    let next = open(&app.database.pool, invited.tenant).await;
    let distance = next.due_at - app.shared.clock.now();
    assert!(
        distance > Duration::hours(21) && distance < Duration::hours(26),
        "{distance}"
    );
    assert_eq!((next.trigger.as_str(), next.started_at), ("daily", None));

    app.advance(Duration::hours(26));

    let checks = ended(&app.database.pool, invited.tenant, 2).await;
    assert_eq!((checks[1].trigger.as_str(), checks[1].done), ("daily", 25));
    assert_eq!(checks[1].outcome.as_deref(), Some("complete"));
    assert_eq!(refreshes(&app.org("acme")), 1);
    let state = connection_of(&app.database.pool, invited.tenant).await;
    assert_eq!(state, ("connected".to_owned(), None));
}

#[tokio::test]
async fn another_authorization_ends_the_check_that_runs_and_begins_a_new_one() {
    let (app, invited, browser) = connected().await;
    let pool = &app.database.pool;
    ended(pool, invited.tenant, 1).await;
    let slow = Fault::on("/api/v1/org", Effect::Delay { ms: 3_000 });
    app.org("acme").faults().add(slow.once());
    check_again(&browser, &invited).await;
    eventually("the check waits for its last answer", async || {
        open(pool, invited.tenant).await.done == 24
    })
    .await;

    let page = format!("/tenants/{}/authorize", invited.tenant);
    let authorize = browser
        .get(&page)
        .await
        .link("/oauth2/v1/authorize")
        .unwrap();
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    browser.follow(back.as_str()).await.assert_status(200);

    ended(pool, invited.tenant, 3).await;
    // Time enough for the answer that came too late.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let checks = checks_of(pool, invited.tenant).await;
    let outcomes: Vec<_> = checks
        .iter()
        .map(|check| check.outcome.as_deref())
        .collect();
    assert_eq!(
        outcomes,
        [Some("complete"), Some("superseded"), Some("complete"), None]
    );
    assert_eq!((checks[1].done, checks[2].done), (24, 25));
    assert_eq!(checks[2].trigger, "connected");
}
