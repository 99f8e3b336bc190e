//! Who signed in must be proved: each wrong ID token lets nobody in, and says so.

use fake_okta::{DiscoveryFault, Fault, IdTokenFault};
use time::Duration;

use crate::support::TestApp;
use crate::support::staff::{ORGANIZATION, SAM};

const REFUSED: [IdTokenFault; 30] = [
    IdTokenFault::AlgNone,
    IdTokenFault::Hs256WithClientSecret,
    IdTokenFault::Hs256WithPublicKey,
    IdTokenFault::UnknownKid,
    IdTokenFault::RotatedAwayKey,
    IdTokenFault::WrongKey,
    IdTokenFault::JwkHeader,
    IdTokenFault::CritHeader,
    IdTokenFault::IssuerWrong,
    IdTokenFault::IssuerOtherOrg,
    IdTokenFault::IssuerCustomServer,
    IdTokenFault::IssuerTrailingSlash,
    IdTokenFault::IssuerMissing,
    IdTokenFault::AudienceWrong,
    IdTokenFault::AudienceMissing,
    IdTokenFault::AudienceWithSecond,
    IdTokenFault::AzpWrong,
    IdTokenFault::Expired,
    IdTokenFault::ExpiryMissing,
    IdTokenFault::IssuedAtMissing,
    IdTokenFault::IssuedInFuture,
    IdTokenFault::IssuedLongAgo,
    IdTokenFault::NonceMissing,
    IdTokenFault::NonceWrong,
    IdTokenFault::AccessTokenHashWrong,
    IdTokenFault::SubjectMissing,
    IdTokenFault::BadSignature,
    IdTokenFault::NoSignature,
    IdTokenFault::NotAJwt,
    // Two keys are published, so a token must say which of them signed it.
    IdTokenFault::NoKid,
];

/// Odd, but not wrong: the header's addresses are not looked at.
const TAKEN: [IdTokenFault; 5] = [
    IdTokenFault::JkuHeader,
    IdTokenFault::X5uHeader,
    IdTokenFault::AudienceArray,
    IdTokenFault::JustExpired,
    IdTokenFault::AuthTimeOld,
];

#[tokio::test]
async fn after_a_wrong_id_token_nobody_is_signed_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let org = app.org(ORGANIZATION);
    for fault in REFUSED {
        org.faults().add(Fault::from(fault).once());

        let page = browser.sign_in_as_staff(SAM).await;

        page.assert_explains(400, "The answer could not be trusted")
            .assert_leads_on_to("/staff/sign-in");
        assert!(org.faults().list().is_empty(), "{fault:?} was met");
        browser
            .get("/support")
            .await
            .assert_goes_to("/staff/sign-in");
        assert_eq!(app.database.count("staff").await, 0, "{fault:?}");
        // The next unknown key may be asked for again.
        app.advance(Duration::minutes(2));
    }
    browser.sign_in_as_staff(SAM).await.assert_status(200);
}

#[tokio::test]
async fn an_odd_id_token_that_breaks_no_rule_is_taken() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    for fault in TAKEN {
        org.faults().add(Fault::from(fault).once());
        app.staff_browser(SAM).await;
        assert!(org.faults().list().is_empty(), "{fault:?} was met");
    }
}

#[tokio::test]
async fn a_token_response_without_id_token_proves_nothing() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    org.faults()
        .add(Fault::without_token_field("id_token").once());

    let page = app.browser().sign_in_as_staff(SAM).await;

    page.assert_explains(400, "The answer could not be trusted");
}

#[tokio::test]
async fn a_key_that_was_changed_at_that_very_moment_is_fetched_and_a_flood_is_not_followed() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    app.staff_browser(SAM).await;
    // Twice, because the next key is published beforehand.
    org.rotate_keys();
    org.rotate_keys();
    org.clear_requests();
    app.staff_browser(SAM).await;
    assert_eq!(org.requests_to("/oauth2/v1/keys").len(), 1);

    for _ in 0..5 {
        org.faults()
            .add(Fault::from(IdTokenFault::UnknownKid).once());
        let page = app.browser().sign_in_as_staff(SAM).await;
        page.assert_status(400);
    }
    assert_eq!(
        org.requests_to("/oauth2/v1/keys").len(),
        1,
        "within a minute"
    );
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_is_refused_before_anybody_leaves() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    for fault in [
        DiscoveryFault::IssuerOther,
        DiscoveryFault::IssuerTrailingSlash,
    ] {
        org.faults().add(Fault::from(fault).once());
        let page = app.browser().get("/staff/sign-in").await;
        page.assert_explains(400, "Another provider answered");
    }
    org.faults()
        .add(Fault::from(DiscoveryFault::IssuerMissing).once());
    let page = app.browser().get("/staff/sign-in").await;
    page.assert_explains(503, "The identity provider's answer made no sense");
}

#[tokio::test]
async fn a_provider_that_forgets_to_advertise_s256_is_sent_it_all_the_same() {
    let app = TestApp::start().await;
    let org = app.org(ORGANIZATION);
    for fault in [
        DiscoveryFault::WithoutS256,
        DiscoveryFault::WithoutChallengeMethods,
    ] {
        org.faults().add(Fault::from(fault).once());
        let departure = app.browser().staff_departure(None).await;
        assert!(departure.contains("code_challenge_method=S256"));
    }
}
