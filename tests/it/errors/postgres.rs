//! PostgreSQL away: a page with words on every step, and nothing to restart when it is back.

use crate::support::database::{OwnCluster, TestDatabase};
use crate::support::{Invited, Outcome, Settings, TestApp};

const ADA: &str = "ada@acme.example";
const TITLE: &str = "We cannot reach our records right now";

async fn on_own_cluster() -> (TestApp, OwnCluster) {
    let cluster = OwnCluster::start().await;
    let database = TestDatabase::new().await;
    let app = TestApp::start_on(database, &cluster.url, Settings::default()).await;
    (app, cluster)
}

async fn outcome(cluster: &OwnCluster, invited: &Invited) -> Outcome {
    Outcome::read(&cluster.pool, invited.tenant).await
}

#[tokio::test]
async fn every_step_says_that_the_records_are_away_and_works_again_by_itself() {
    let (app, mut cluster) = on_own_cluster().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    cluster.stop_server().await;

    let (link, begin, leave, status) = tokio::join!(
        browser.get(&invited.link),
        browser.get("/onboarding"),
        browser.get("/onboarding/sign-in"),
        browser.get("/tenants/01900000-0000-7000-8000-000000000000"),
    );

    for page in [link, begin, leave, status] {
        page.assert_explains(503, TITLE)
            .assert_says("What you entered before is kept.");
        assert_eq!(page.headers["retry-after"], "30");
    }
    let form = [("organization", "acme.okta.com")];
    browser
        .post("/onboarding/organization", &form)
        .await
        .assert_explains(503, TITLE);
    browser.get("/").await.assert_status(200);
    cluster.start_server().await;
    browser.assert_trying_again_works(ADA).await;
    outcome(&cluster, &invited).await.assert_connected_once();
}

#[tokio::test]
async fn an_answer_that_arrives_while_the_records_are_away_lands_by_a_reload_afterwards() {
    let (app, mut cluster) = on_own_cluster().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    cluster.stop_server().await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(503, TITLE);
    app.assert_no_token_call("acme");
    cluster.start_server().await;
    browser
        .follow(back.as_str())
        .await
        .assert_says("All 25 permissions are granted.");
    assert_eq!(app.code_exchanges("acme"), 1);
    outcome(&cluster, &invited).await.assert_connected_once();
}
