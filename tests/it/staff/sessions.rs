//! How long a session counts, and who may end it.

use reqwest::Method;
use time::Duration;

use crate::support::staff::{COOKIE, OLGA, SAM, SUE};
use crate::support::{Browser, TestApp};

async fn is_in(browser: &Browser) -> bool {
    browser.get("/support").await.status == 200
}

/// The ids of the sessions of this person, oldest first.
async fn sessions_of(app: &TestApp, login: &str) -> Vec<String> {
    let query = format!(
        "SELECT s.id::text FROM staff_sessions s JOIN staff p ON p.id = s.staff_id
         WHERE p.email = '{login}' ORDER BY s.id"
    );
    app.database.column(&query).await
}

async fn revoke(browser: &Browser, session: &str) -> u16 {
    let path = format!("/staff/sessions/{session}/revoke");
    browser.post(&path, &[]).await.status
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_a_request() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;
    for _ in 0..3 {
        app.advance(Duration::minutes(29));
        assert!(
            is_in(&browser).await,
            "each request begins the half hour anew"
        );
    }
    app.advance(Duration::minutes(30));

    assert!(!is_in(&browser).await);
    let lost = browser.post("/staff/sign-out", &[]).await;
    lost.assert_goes_to("/staff/signed-out");
    let path = format!("/staff/sessions/{}/revoke", uuid::Uuid::now_v7());
    let late = browser.post(&path, &[]).await;
    late.assert_explains(401, "Your session has ended");
}

#[tokio::test]
async fn a_session_ends_twelve_hours_after_the_sign_in_however_busy() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;
    for _ in 0..(12 * 3 - 1) {
        app.advance(Duration::minutes(20));
        assert!(is_in(&browser).await);
    }
    app.advance(Duration::minutes(20));

    assert!(!is_in(&browser).await);
}

#[tokio::test]
async fn every_live_session_is_listed_with_who_since_when_and_in_which_browser() {
    let app = TestApp::start().await;
    let sam = app.staff_browser(SAM).await;
    let olga = app.staff_browser(OLGA).await;
    let gone = app.staff_browser(SUE).await;
    gone.post("/staff/sign-out", &[]).await;
    app.browser().staff_departure(None).await;

    for browser in [&sam, &olga] {
        let page = browser.get("/staff/sessions").await;
        page.assert_status(200)
            .assert_says("2 sessions are live")
            .assert_says("Sam Example")
            .assert_says("Olga Example")
            .assert_says("An unknown browser")
            .assert_says("this session");
        page.assert_never_says("Sue Example");
    }
    let page = sam.get("/staff/sessions").await;
    page.assert_says("An operator can end it");
}

#[tokio::test]
async fn everybody_may_end_their_own_sessions_and_operators_anybodys() {
    let app = TestApp::start().await;
    let (here, there) = (app.staff_browser(SAM).await, app.staff_browser(SAM).await);
    let sue = app.staff_browser(SUE).await;
    let olga = app.staff_browser(OLGA).await;
    let of_sam = sessions_of(&app, SAM).await;
    let of_olga = sessions_of(&app, OLGA).await;

    assert_eq!(revoke(&sue, &of_sam[1]).await, 404, "somebody else's");
    assert_eq!(revoke(&sue, &of_olga[0]).await, 404);
    let nobody = app.browser();
    assert_eq!(revoke(&nobody, &of_sam[1]).await, 401);
    assert!(is_in(&there).await && is_in(&olga).await);

    assert_eq!(revoke(&here, &of_sam[1]).await, 303);
    assert!(!is_in(&there).await && is_in(&here).await);
    assert_eq!(revoke(&here, &of_sam[1]).await, 404, "ended already");
    assert_eq!(revoke(&olga, &of_sam[0]).await, 303);
    assert!(!is_in(&here).await && is_in(&sue).await);

    let trail = app
        .database
        .column(
            "SELECT p.email || ' ' || (e.detail->>'session') FROM audit_events e
             JOIN staff p ON p.id::text = e.actor
             WHERE e.action = 'staff.session_revoked' ORDER BY e.id",
        )
        .await;
    assert_eq!(
        trail,
        [
            format!("{SAM} {}", of_sam[1]),
            format!("{OLGA} {}", of_sam[0])
        ]
    );
    let tokens = "staff_sessions WHERE revoked_at IS NOT NULL AND id_token IS NOT NULL";
    assert_eq!(app.database.count(tokens).await, 0);
}

#[tokio::test]
async fn a_session_that_only_began_to_sign_in_is_nobodys_to_end() {
    let app = TestApp::start().await;
    app.browser().staff_departure(None).await;
    let olga = app.staff_browser(OLGA).await;
    let begun = app
        .database
        .column("SELECT id::text FROM staff_sessions WHERE staff_id IS NULL AND revoked_at IS NULL")
        .await;

    assert_eq!(revoke(&olga, &begun[0]).await, 404);
    for odd in ["x", "%00", "..%2f"] {
        let path = format!("/staff/sessions/{odd}/revoke");
        let answer = olga.send(Method::POST, &path, Some(&[]), &[]).await;
        assert!(
            (400..500).contains(&answer.status),
            "{odd}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn a_changed_or_foreign_cookie_is_nothing() {
    let app = TestApp::start().await;
    let browser = app.staff_browser(SAM).await;
    let cookie = browser.staff_cookie().unwrap();
    let hash = app
        .database
        .column("SELECT encode(token_hash, 'hex') FROM staff_sessions WHERE staff_id IS NOT NULL")
        .await;
    for wrong in [
        cookie.to_lowercase(),
        format!("{cookie}A"),
        cookie[1..].to_owned(),
        hash[0].clone(),
        "A".repeat(43),
        String::new(),
    ] {
        let thief = app.browser();
        thief.set_own_cookie(COOKIE, &wrong);
        assert!(!is_in(&thief).await, "{wrong}");
    }
    assert!(is_in(&browser).await);
}

#[tokio::test]
async fn what_has_ended_is_swept_and_what_lives_is_not() {
    let app = TestApp::start().await;
    let old = app.staff_browser(SAM).await;
    app.advance(Duration::days(8));
    let new = app.staff_browser(OLGA).await;
    let janitor = grantway::flows::Janitor::new(app.shared.clone());

    janitor.sweep().await.unwrap();

    assert!(!is_in(&old).await && is_in(&new).await);
    assert_eq!(sessions_of(&app, SAM).await, Vec::<String>::new());
    assert_eq!(app.database.count("staff_sign_ins").await, 1);
    assert_eq!(
        app.database.count("staff").await,
        2,
        "who they were stays for the trail"
    );
}
