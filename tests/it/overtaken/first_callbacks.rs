//! Tabs that all come back from a first sign-in at once: one sign-in lives afterwards, and after the end none.

use fake_okta::{Effect, Fault};
use url::Url;

use super::{ADA, invited};
use crate::support::{Browser, Invited, TestApp};

async fn tabs(app: &TestApp, invited: &Invited, browser: &Browser, count: usize) -> Vec<Url> {
    let mut tabs = vec![browser.walk_to_okta(app, invited).await];
    while tabs.len() < count {
        tabs.push(browser.okta_address().await);
    }
    let mut back = Vec::new();
    for okta in tabs {
        back.push(browser.sign_in_at_okta(&okta, ADA).await);
    }
    back
}

#[tokio::test]
async fn of_parallel_first_callbacks_one_refresh_token_lives_and_after_a_disconnect_none() {
    for count in [3_u8, 6] {
        let app = TestApp::start().await;
        let invited = invited(&app).await;
        let browser = app.browser();
        let backs = tabs(&app, &invited, &browser, usize::from(count)).await;
        // All have read what stands before any of them has stored anything.
        let roles = Fault::on("/api/v1/users/*", Effect::LateAnswer { ms: 800 });
        app.org("acme").faults().add(roles.times(count.into()));

        let answers = backs.iter().map(|back| browser.get(back.as_str()));
        let answers = futures_util::future::join_all(answers).await;

        for answer in &answers {
            answer.assert_status(303);
        }
        app.assert_living(1, "one sign-in lives").await;
        let stored = app.database.count("authorizations").await;
        assert_eq!(stored, i64::from(count));
        assert_eq!(
            app.database
                .count("people WHERE let_in_at IS NOT NULL")
                .await,
            1
        );
        app.end_connection(&invited).await;
        app.assert_living(0, "no sign-in lives").await;
    }
}

#[tokio::test]
async fn what_okta_does_not_revoke_at_once_waits_for_it() {
    let app = TestApp::start().await;
    let invited = invited(&app).await;
    let browser = app.browser();
    let okta = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&okta, ADA).await;
    let org = app.org("acme");
    super::answer_late(&org);
    org.faults()
        .add(Fault::on("/oauth2/v1/revoke", Effect::ServerError).times(2));

    let (answer, ()) = tokio::join!(browser.get(back.as_str()), async {
        super::issued(&org).await;
        app.revoke_link(&invited, &invited.link).await;
    });

    answer.assert_status(409);
    crate::support::outcome::eventually("the queue has both", async || {
        app.database
            .count("revocations WHERE reason = 'unkept'")
            .await
            == 2
    })
    .await;
    app.assert_living(0, "what waited is revoked").await;
}
