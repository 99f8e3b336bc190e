//! The fixed end of a sign-in: told once before and once when it comes, and nothing is asked after it.

use grantway::flows::{Endings, FlowError, Refresh};
use serde_json::Value;
use time::Duration;

use super::rows::{Expired, QUICK, process, token_calls};
use crate::support::{Settings, TestApp};

async fn sweep(expired: &Expired) -> usize {
    Endings::new(expired.shared.clone()).sweep().await.unwrap()
}

#[tokio::test]
async fn the_end_is_told_fourteen_days_before_once() {
    let expired = Expired::new().await;
    expired.world.advance(Duration::days(75));
    assert_eq!(sweep(&expired).await, 0);
    expired.world.advance(Duration::days(1));
    let [one, other] = [(); 2].map(|()| Endings::new(process(&expired.shared, QUICK)));

    let (first, second) = tokio::join!(one.sweep(), other.sweep());

    assert_eq!(
        first.unwrap() + second.unwrap(),
        1,
        "two replicas tell it once"
    );
    expired.world.advance(Duration::days(2));
    assert_eq!(sweep(&expired).await, 0);
    let told = expired.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "connection.expiring");
    assert!(matches!(told[0].1.get("ends_at"), Some(Value::String(_))));
    assert_eq!(expired.state().await, ("connected".to_owned(), None));
}

#[tokio::test]
async fn at_the_end_the_connection_needs_attention_once_and_okta_is_not_asked() {
    let expired = Expired::new().await;
    expired.world.advance(Duration::days(90));

    sweep(&expired).await;

    let ended = (
        "needs_attention".to_owned(),
        Some("sign_in_expired".to_owned()),
    );
    assert_eq!(expired.state().await, ended);
    assert_eq!(sweep(&expired).await, 0);
    assert_eq!(expired.look().await, 1, "it is put away");
    assert_eq!(expired.look().await, 0);
    let answer = expired.token().await;
    assert!(matches!(answer, Err(FlowError::Okta(_))), "{answer:?}");
    assert_eq!(token_calls(&expired.world.org()), 0);
    let told: Vec<String> = expired
        .told()
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(told, ["connection.needs_attention"]);
}

#[tokio::test]
async fn whoever_notices_the_end_first_tells_it_and_nobody_after() {
    let expired = Expired::new().await;
    expired.world.advance(Duration::days(90));

    assert_eq!(expired.look().await, 1);
    sweep(&expired).await;

    let ended = (
        "needs_attention".to_owned(),
        Some("sign_in_expired".to_owned()),
    );
    assert_eq!(expired.state().await, ended);
    assert_eq!(expired.told().await.len(), 1);
}

#[tokio::test]
async fn an_ended_connection_is_never_refreshed() {
    let expired = Expired::new().await;
    let disconnect = "UPDATE connections SET state = 'disconnected'";
    expired.world.database.change(disconnect).await;

    assert_eq!(expired.look().await, 1, "it is put away");
    assert_eq!(expired.look().await, 0);
    sweep(&expired).await;

    let answer = expired.token().await;
    assert!(matches!(answer, Err(FlowError::NotFound)), "{answer:?}");
    assert_eq!(token_calls(&expired.world.org()), 0);
    assert!(expired.told().await.is_empty());
}

#[tokio::test]
async fn what_okta_gives_while_a_connection_is_ended_is_revoked_and_not_stored() {
    let expired = Expired::rotating().await;
    let slow = fake_okta::Fault::on_token(fake_okta::Effect::LateAnswer { ms: 800 });
    expired.world.org().faults().add(slow.once());
    let refresh = Refresh::new(expired.shared.clone());

    let (looked, ()) = tokio::join!(refresh.look(), async {
        let org = expired.world.org();
        crate::support::outcome::eventually("Okta is asked", async || token_calls(&org) == 1).await;
        let disconnect = "UPDATE connections SET state = 'disconnected'";
        expired.world.database.change(disconnect).await;
    });

    assert_eq!(looked.unwrap(), 1);
    assert_eq!(expired.row().await.generation, 1);
    // The refresh token and the access token.
    let revoked = expired.world.org().requests_to("/oauth2/v1/revoke");
    assert_eq!(revoked.len(), 2);
}

#[tokio::test]
async fn a_new_sign_in_is_due_anew_and_is_told_of_its_own_end() {
    let app = TestApp::start_with(Settings {
        refreshes: true,
        ..Settings::default()
    })
    .await;
    let invited = app.invite().await;
    let browser = app.browser();
    let page = browser.connect(&app, &invited, "ada@acme.example").await;
    page.assert_status(200);
    // The loop of the service itself renews it, well before its end.
    app.advance(Duration::minutes(51));
    crate::support::outcome::eventually("it is renewed", async || {
        app.database.count("token_sets WHERE generation = 2").await == 1
    })
    .await;
    app.advance(Duration::days(77));
    let endings = Endings::new(app.shared.clone());
    endings.sweep().await.unwrap();
    let tenant_page = format!("/tenants/{}", invited.tenant);
    // The browser's session has ended meanwhile, and so has the access token.
    let page = app
        .browser()
        .sign_in(&app, "acme", "ada@acme.example", Some(invited.tenant))
        .await;
    page.assert_says("This sign-in ends on")
        .assert_says("Authorize again");

    let browser = app.browser();
    browser
        .sign_in(&app, "acme", "ada@acme.example", Some(invited.tenant))
        .await;
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser
        .sign_in_at_okta(&authorize, "ada@acme.example")
        .await;
    browser.follow(back.as_str()).await;

    browser
        .get(&tenant_page)
        .await
        .assert_never_says("This sign-in ends on");
    endings.sweep().await.unwrap();
    let expiring = "outbox_events WHERE type = 'connection.expiring'";
    assert_eq!(app.database.count(expiring).await, 1);
    app.advance(Duration::days(77));
    endings.sweep().await.unwrap();
    assert_eq!(app.database.count(expiring).await, 2);
}
