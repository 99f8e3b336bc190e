//! What somebody agrees to is what they were shown, also while two versions of the catalog are in use.

mod on_hold;

use fake_okta::AuthMethod;
use grantway::flows::LookUpIndex;
use grantway::flows::Shared;

use crate::mend::{ADA, LEFT_OUT, with_a_gap};
use crate::support::way_back::parameter;
use crate::support::{Browser, Invited, Settings, TestApp};

/// What only the newer catalog asks for.
const NEW: [&str; 2] = ["okta.inlineHooks.manage", "okta.captchas.manage"];

const OLDER: Settings = Settings {
    not_asked_yet: &NEW,
    ..Settings::DEFAULT
};

/// The same browser at another replica.
fn at(replica: &str, browser: &Browser) -> Browser {
    let there = Browser::new(replica);
    there.set_session_cookie(&browser.cookie());
    there
}

/// A service with the older catalog, a replica with the newer one, and an invitation.
async fn rollout() -> (TestApp, (String, Shared), Invited) {
    let app = TestApp::start_with(OLDER).await;
    let newer = app.replica(Settings::DEFAULT).await;
    let all: Vec<String> = newer.1.catalog.scopes().map(ToString::to_string).collect();
    let invited = app
        .invite_with("acme", AuthMethod::PrivateKeyJwt, &all)
        .await;
    (app, newer, invited)
}

fn asked(okta: &str) -> Vec<String> {
    let scope = parameter(okta, "scope").unwrap();
    scope.split(' ').map(str::to_owned).collect()
}

#[tokio::test]
async fn a_list_that_was_read_on_one_replica_is_read_again_where_another_is_asked() {
    let (app, (newer, _), invited) = rollout().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    browser
        .submit_app(&invited)
        .await
        .assert_goes_to("/onboarding/sign-in");

    let there = at(&newer, &browser);
    there
        .get("/onboarding/sign-in")
        .await
        .assert_goes_to("/onboarding");
    let attempts = "authorization_attempts WHERE purpose = 'connect'";
    assert_eq!(app.database.count(attempts).await, 0);
    let listed = there.get("/onboarding/permissions").await;
    for scope in NEW {
        listed.assert_says(scope);
    }
    // The page of the older replica confirms nothing here.
    let older = app.shared.catalog.version();
    let link = there.link_in_view().await.unwrap();
    let stale = [("link", link.as_str()), ("catalog", older)];
    let answer = there.post("/onboarding/permissions", &stale).await;
    answer
        .assert_status(409)
        .assert_says("The list changed after you opened this page");
    there
        .get("/onboarding/sign-in")
        .await
        .assert_goes_to("/onboarding");
    there
        .post("/onboarding/permissions", &[])
        .await
        .assert_status(303);
    let asked = asked(&there.okta_address().await);
    assert!(
        NEW.iter()
            .all(|scope| asked.iter().any(|asked| asked == scope))
    );
}

#[tokio::test]
async fn an_agreement_is_kept_as_it_was_asked_whichever_replica_hears_the_answer() {
    let (app, (newer, new), invited) = rollout().await;
    let browser = app.browser();
    let okta = browser.walk_to_okta(&app, &invited).await;
    assert!(
        asked(&okta)
            .iter()
            .all(|scope| !NEW.contains(&scope.as_str()))
    );
    let back = browser.sign_in_at_okta(&okta, ADA).await;

    let there = at(&newer, &browser);
    let answer = format!("{}?{}", back.path(), back.query().unwrap());
    let page = there.follow(&answer).await;

    page.assert_status(200).assert_says("asks for 2 more");
    let agreed = app
        .database
        .column("SELECT catalog_version FROM authorizations")
        .await;
    assert_eq!(agreed, [app.shared.catalog.version()]);
    assert_ne!(agreed, [new.catalog.version()]);
    let kept = app
        .database
        .column("SELECT content FROM catalog_versions")
        .await;
    assert_eq!(kept, [app.shared.catalog.to_json_snapshot()]);
}

#[tokio::test]
async fn authorizing_again_asks_for_what_was_shown_or_agreed_to_before() {
    let (app, (newer, _), invited) = rollout().await;
    let browser = app.browser();
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let older = app.shared.catalog.version();
    let there = at(&newer, &browser);
    let path = format!("/tenants/{}/authorize", invited.tenant);
    for form in [vec![("catalog", older)], vec![("catalog", "")], vec![]] {
        let page = there.press(&path, &form).await;
        let asked = asked(&page.link("/oauth2/v1/authorize").unwrap());
        assert!(
            asked.iter().all(|scope| !NEW.contains(&scope.as_str())),
            "{form:?}"
        );
        assert!(asked.iter().any(|scope| scope == "okta.users.manage"));
    }

    // Whoever saw the newer list is asked for all of it.
    let okta = there.press_authorize_again(&invited).await;

    assert!(
        NEW.iter()
            .all(|scope| asked(&okta).iter().any(|asked| asked == scope))
    );
}

#[tokio::test]
async fn what_is_granted_for_somebody_is_what_their_page_listed() {
    let app = TestApp::start().await;
    let invited = with_a_gap(&app).await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let grants = format!("/tenants/{}/grants", invited.tenant);
    let at_okta = || {
        app.org("acme")
            .app(&invited.client_id)
            .unwrap()
            .granted_scopes
    };
    let before = at_okta();

    // Nothing was listed: the list comes first.
    browser.post(&grants, &[]).await.assert_goes_to(&grants);
    browser
        .post(&grants, &[("scopes", " \u{202e} ")])
        .await
        .assert_goes_to(&grants);
    assert_eq!(at_okta(), before);
    // One of the three was listed, and something that nobody asks for.
    let form = [(
        "scopes",
        "okta.devices.read okta.apps.manage.everything okta.orgs.manage",
    )];
    browser.post(&grants, &form).await.assert_status(200);

    let mut added = at_okta();
    added.retain(|scope| !before.contains(scope));
    assert_eq!(added, [LEFT_OUT[0]]);
}

#[tokio::test]
async fn two_catalogs_side_by_side_do_not_rewrite_the_look_up_for_ever() {
    let (app, (_, new), _) = rollout().await;
    let (old_index, new_index) = (
        LookUpIndex::new(app.shared.clone()),
        LookUpIndex::new(new.clone()),
    );
    let announce = async |shared: &Shared| {
        let (version, now) = (shared.catalog.version(), shared.clock.now());
        shared.store.announce_catalog(version, now).await.unwrap();
    };
    announce(&app.shared).await;
    while old_index.step().await.unwrap() > 0 {}
    app.advance(time::Duration::minutes(1));
    announce(&new).await;

    while new_index.step().await.unwrap() > 0 {}
    let rows = "SELECT xmin::text || catalog_version FROM support_index ORDER BY tenant_id";
    let settled = app.database.column(rows).await;
    assert!(
        settled
            .iter()
            .all(|row| row.ends_with(new.catalog.version()))
    );
    for _ in 0..5 {
        assert_eq!(old_index.step().await.unwrap(), 0);
        assert_eq!(new_index.step().await.unwrap(), 0);
    }
    assert_eq!(app.database.column(rows).await, settled);
    // A change waits for the newer one.
    app.database
        .change("UPDATE tenants SET name = 'After'")
        .await;
    assert_eq!(old_index.step().await.unwrap(), 0);
    assert_eq!(new_index.step().await.unwrap(), 1);

    // Back to the older version: the newer one is heard of no more.
    app.advance(time::Duration::minutes(16));
    app.shared
        .store
        .see_catalog(app.shared.catalog.version(), app.shared.clock.now())
        .await
        .unwrap();
    assert_eq!(old_index.step().await.unwrap(), 1);
}
