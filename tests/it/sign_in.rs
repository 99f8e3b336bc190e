//! Coming back: an administrator signs in with Okta and lands on their own tenant's page. Whoever else
//! signs in learns whom to ask, and nothing more.

mod pace;
mod strangers;
mod way_there;

use fake_okta::AuthMethod;

use crate::support::app::Invited;
use crate::support::{Browser, TestApp};

/// A tenant of this organization that this person connected.
async fn connected(app: &TestApp, org: &str, login: &str) -> Invited {
    let invited = app
        .invite_with(org, AuthMethod::PrivateKeyJwt, &app.catalog())
        .await;
    app.browser()
        .connect(app, &invited, login)
        .await
        .assert_status(200);
    invited
}

fn page_of(invited: &Invited) -> String {
    format!("/tenants/{}", invited.tenant)
}

#[tokio::test]
async fn a_returning_administrator_lands_on_that_tenants_page_and_no_other() {
    let app = TestApp::start().await;
    let own = connected(&app, "acme", "ada@acme.example").await;
    let other = connected(&app, "globex", "ada@globex.example").await;
    let same_organization = connected(&app, "acme", "oscar@acme.example").await;
    let browser = app.browser();

    let page = browser
        .sign_in(&app, "acme", "ada@acme.example", Some(own.tenant))
        .await;

    assert_eq!(page.url.path(), page_of(&own));
    page.assert_status(200)
        .assert_says("All 25 permissions are granted.");
    for foreign in [other, same_organization] {
        browser.get(&page_of(&foreign)).await.assert_status(404);
        let authorize = format!("{}/authorize", page_of(&foreign));
        browser.post(&authorize, &[]).await.assert_status(404);
    }
}

#[tokio::test]
async fn each_administrator_of_two_tenants_of_one_organization_gets_to_their_own() {
    let app = TestApp::start().await;
    let adas = connected(&app, "acme", "ada@acme.example").await;
    let oscars = connected(&app, "acme", "oscar@acme.example").await;
    for (login, own, other) in [
        ("ada@acme.example", &adas, &oscars),
        ("oscar@acme.example", &oscars, &adas),
    ] {
        for wanted in [None, Some(own.tenant), Some(other.tenant)] {
            let page = app.browser().sign_in(&app, "acme", login, wanted).await;
            assert_eq!(page.url.path(), page_of(own), "{login} wanted {wanted:?}");
            page.assert_status(200);
        }
    }
}

#[tokio::test]
async fn whoever_administers_both_tenants_chooses_by_the_address_they_came_with() {
    let app = TestApp::start().await;
    let one = connected(&app, "acme", "ada@acme.example").await;
    let two = connected(&app, "acme", "ada@acme.example").await;
    for wanted in [one, two] {
        let page = app
            .browser()
            .sign_in(&app, "acme", "ada@acme.example", Some(wanted.tenant))
            .await;
        assert_eq!(page.url.path(), page_of(&wanted));
    }
}

#[tokio::test]
async fn a_sign_in_changes_nothing_of_what_was_granted() {
    let app = TestApp::start().await;
    connected(&app, "acme", "ada@acme.example").await;
    let kept = "SELECT t::text FROM token_sets t UNION ALL SELECT a::text FROM authorizations a
                UNION ALL SELECT c::text FROM connections c ORDER BY 1";
    let before = app.database.column(kept).await;

    app.browser()
        .sign_in(&app, "acme", "ada@acme.example", None)
        .await
        .assert_status(200);

    assert_eq!(before.len(), 3);
    assert_eq!(app.database.column(kept).await, before);
}

#[tokio::test]
async fn the_holder_of_a_link_sees_the_empty_page_until_somebody_else_connects() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let holder: Browser = app.browser();
    holder.get(&invited.link).await.assert_status(303);
    let link = app.another_link(&invited).await;

    let empty = holder.get(&page_of(&invited)).await;
    empty
        .assert_status(200)
        .assert_says("Not connected yet.")
        .assert_says("Continue onboarding");

    let colleague = Invited {
        link,
        ..invited.clone()
    };
    app.browser()
        .connect(&app, &colleague, "ada@acme.example")
        .await
        .assert_status(200);
    let full = holder.get(&page_of(&invited)).await;
    full.assert_status(404);
    assert!(!full.body.contains("ada@acme.example"));
}
