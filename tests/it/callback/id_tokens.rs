//! Who signed in must be proved: after a wrong ID token nothing is kept, neither here nor at Okta.

use fake_okta::{Fault, IdTokenFault};

use crate::support::TestApp;

const ADA: &str = "ada@acme.example";

/// One of each family; every single one is tried where the Okta client is tested alone.
const WRONG: [IdTokenFault; 12] = [
    IdTokenFault::AlgNone,
    IdTokenFault::Hs256WithPublicKey,
    IdTokenFault::UnknownKid,
    IdTokenFault::WrongKey,
    IdTokenFault::BadSignature,
    IdTokenFault::IssuerOtherOrg,
    IdTokenFault::IssuerCustomServer,
    IdTokenFault::AudienceWrong,
    IdTokenFault::Expired,
    IdTokenFault::NonceWrong,
    IdTokenFault::AccessTokenHashWrong,
    IdTokenFault::NotAJwt,
];

#[tokio::test]
async fn after_a_wrong_id_token_nothing_is_stored_and_the_tokens_are_revoked() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    let org = app.org("acme");
    for fault in WRONG {
        org.clear_requests();
        org.faults().add(Fault::from(fault).once());

        let page = browser.authorize(ADA).await;

        page.assert_explains(400, "The answer could not be trusted")
            .assert_leads_on_to("/onboarding/sign-in");
        app.outcome(&invited).await.assert_nothing_stored();
        let revoked = org.requests_to("/oauth2/v1/revoke");
        let hints: Vec<_> = revoked
            .iter()
            .map(|call| call.field("token_type_hint"))
            .collect();
        assert_eq!(
            hints,
            [Some("refresh_token"), Some("access_token")],
            "{fault:?}"
        );
        assert!(revoked.iter().all(|call| call.status == 200), "{fault:?}");
    }
    browser.assert_trying_again_works(ADA).await;
    let revoked = org.requests_to("/oauth2/v1/revoke");
    assert_eq!(revoked.len(), 2, "the good tokens stay alive");
}

#[tokio::test]
async fn a_token_response_without_id_token_proves_nothing() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    let org = app.org("acme");
    org.faults()
        .add(Fault::without_token_field("id_token").once());

    let page = browser.authorize(ADA).await;

    page.assert_explains(400, "The answer could not be trusted");
    app.outcome(&invited).await.assert_nothing_stored();
    assert_eq!(org.requests_to("/oauth2/v1/revoke").len(), 2);
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_key_that_okta_changed_at_that_very_moment_is_fetched() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    app.org("acme").rotate_keys();
    let authorize = browser.press_authorize_again(&invited).await;

    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let page = browser.follow(back.as_str()).await;
    page.assert_says("All 25 permissions are granted.");
    assert_eq!(app.outcome(&invited).await.authorizations, 2);
}

#[tokio::test]
async fn a_wrong_id_token_lets_nobody_back_in() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let browser = app.browser();
    let fault = Fault::from(IdTokenFault::SubjectMissing).once();
    app.org("acme").faults().add(fault);

    let page = browser.sign_in_from_home(&app, "acme", ADA).await;

    page.assert_explains(400, "The answer could not be trusted");
    let tenant_page = format!("/tenants/{}", invited.tenant);
    assert_eq!(browser.get(&tenant_page).await.status, 404);
    let page = browser.sign_in_from_home(&app, "acme", ADA).await;
    assert_eq!(page.assert_status(200).url.path(), tenant_page);
}
