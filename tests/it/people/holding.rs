//! A sign-in that would make a connection weaker is held: nothing of it is stored, its tokens end at
//! Okta, and the page says both numbers.

use fake_okta::{Effect, Fault};

use super::{NORA, OLGA, OSCAR, another_super_administrator, by_another_link, connected, page_of};
use crate::support::{Invited, TestApp};

#[tokio::test]
async fn a_weaker_sign_in_by_a_second_link_changes_nothing_of_the_live_connection() {
    for (login, works) in [(NORA, "0"), (OSCAR, "20")] {
        let app = TestApp::start_checking().await;
        let (invited, ada) = connected(&app).await;
        app.checked(&ada, &invited).await;
        let (before, tokens) = (app.live().await, app.org("acme").live_tokens());

        let (browser, landed) = by_another_link(&app, &invited, login).await;

        let held = format!("{}/held", page_of(&invited));
        assert_eq!(landed.url.path(), held);
        landed
            .assert_status(200)
            .assert_says("Your sign-in was not used")
            .assert_says("Ada Example 's sign-in works for 24 permissions")
            .assert_says(&format!("yours for {works} ."))
            .assert_says("Only a Super Administrator can choose the weaker sign-in.");
        assert_eq!(
            app.live_but_app().await,
            without_next_app(before),
            "{login}"
        );
        assert_eq!(app.org("acme").live_tokens(), tokens, "{login}");
        assert_eq!(app.noted("authorization.held").await, 1);
        assert_eq!(app.noted("connection.connected").await, 1);
        // Reloaded, it says the same; the status is theirs to see.
        browser.get(&held).await.assert_says("works for 24");
        browser
            .get(&page_of(&invited))
            .await
            .assert_status(200)
            .assert_says("Ada Example");
    }
}

#[tokio::test]
async fn a_weaker_sign_in_is_held_before_any_check_too() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    let tokens = app.org("acme").live_tokens();

    let (_, landed) = by_another_link(&app, &invited, NORA).await;

    landed.assert_says("works for 24 permissions");
    assert_eq!(app.org("acme").live_tokens(), tokens);
}

#[tokio::test]
async fn a_sign_in_that_is_as_good_is_used() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    another_super_administrator(&app);

    let (_, landed) = by_another_link(&app, &invited, OLGA).await;

    assert_eq!(landed.url.path(), page_of(&invited));
    landed.assert_status(200).assert_says("Olga Example");
    assert_eq!(app.noted("authorization.held").await, 0);
}

#[tokio::test]
async fn the_same_person_authorizes_again_whatever_the_role() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let oscar = app.browser();
    oscar
        .connect(&app, &invited, OSCAR)
        .await
        .assert_status(200);

    let authorize = oscar.press_authorize_again(&invited).await;
    let back = oscar.sign_in_at_okta(&authorize, OSCAR).await;

    let landed = oscar.follow(back.as_str()).await;
    assert_eq!(landed.url.path(), page_of(&invited));
    assert_eq!(app.noted("connection.connected").await, 2);
}

#[tokio::test]
async fn a_dead_sign_in_is_replaced_by_whatever_there_is() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    app.database
        .change("UPDATE connections SET state = 'needs_attention', attention_reason = 'refresh_token_dead'")
        .await;

    let (_, landed) = by_another_link(&app, &invited, OSCAR).await;

    assert_eq!(landed.url.path(), page_of(&invited));
    assert_eq!(app.noted("authorization.held").await, 0);
}

#[tokio::test]
async fn a_colleague_in_an_administrators_browser_is_held_likewise() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let before = app.live().await;
    let authorize = ada.press_authorize_again(&invited).await;

    let back = ada.sign_in_at_okta(&authorize, OSCAR).await;
    let landed = ada.follow(back.as_str()).await;

    assert_eq!(landed.url.path(), format!("{}/held", page_of(&invited)));
    assert_eq!(app.live().await, before);
    assert_eq!(app.database.count("people").await, 1);
    ada.get(&page_of(&invited)).await.assert_status(200);
}

#[tokio::test]
async fn a_colleague_with_a_hand_off_is_held_likewise_and_can_try_again() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    another_super_administrator(&app);
    let before = app.live().await;
    let page = ada
        .post(
            &format!("{}/hand-off", page_of(&invited)),
            &[("reason", "")],
        )
        .await;
    let link = page.between("/onboard/", "<").unwrap();
    let colleague = app.browser();
    colleague
        .follow(&format!("/onboard/{link}"))
        .await
        .assert_status(200);
    colleague
        .post("/repair/begin", &[])
        .await
        .assert_status(303);

    let landed = colleague.authorize(OSCAR).await;

    assert_eq!(landed.url.path(), format!("{}/held", page_of(&invited)));
    landed.assert_says("yours for 20 .");
    assert_eq!(app.live().await, before);
    colleague.get(&page_of(&invited)).await.assert_status(404);
    let done = colleague.authorize(OLGA).await;
    assert_eq!(done.url.path(), "/repair/done");
}

#[tokio::test]
async fn where_okta_does_not_tell_the_role_what_works_is_asked() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    another_super_administrator(&app);
    app.org("acme")
        .faults()
        .add(Fault::on("/api/v1/users/*", Effect::ServerError));

    let (_, landed) = by_another_link(&app, &invited, OLGA).await;

    assert_eq!(landed.url.path(), page_of(&invited));
    assert_eq!(app.noted("connection.connected").await, 2);
}

#[tokio::test]
async fn what_okta_does_not_answer_does_not_count_as_working() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    another_super_administrator(&app);
    for path in ["/api/v1/users/*", "/api/v1/groups"] {
        app.org("acme")
            .faults()
            .add(Fault::on(path, Effect::ServerError));
    }

    let (_, landed) = by_another_link(&app, &invited, OLGA).await;

    landed.assert_says("yours for 23 .");
    assert_eq!(app.noted("connection.connected").await, 1);
}

/// What an onboarding enters stands beside the live app, and is not what the connection lives by.
fn without_next_app(rows: Vec<String>) -> Vec<String> {
    rows.into_iter()
        .filter(|row| !row.contains("private_key_jwt"))
        .collect()
}

impl TestApp {
    async fn live_but_app(&self) -> Vec<String> {
        without_next_app(self.live().await)
    }

    /// Waits until a check of the live tokens has ended.
    async fn checked(&self, ada: &crate::support::Browser, invited: &Invited) {
        for _ in 0..200 {
            let page = ada.get(&page_of(invited)).await;
            if page.words().contains("24 that can be checked work") {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!(
            "no check has ended: {}",
            ada.get(&page_of(invited)).await.words()
        );
    }
}
