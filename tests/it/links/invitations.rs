//! Making links: whom for, how long, and what is refused.

use std::collections::BTreeSet;

use grantway::flows::{Invite, InviteError, InviteRequest};
use grantway::vault;
use time::Duration;

use crate::support::TestApp;
use crate::support::sessions::token_of;

fn named(name: &str) -> InviteRequest {
    InviteRequest {
        name: name.to_owned(),
        ..InviteRequest::default()
    }
}

#[tokio::test]
async fn the_same_external_id_gives_another_link_for_the_same_tenant() {
    let app = TestApp::start().await;
    let invite = Invite::new(app.shared.clone());
    let request = InviteRequest {
        external_id: Some("customer-7".to_owned()),
        ..named("Acme Ltd")
    };
    let first = invite.invite(&request).await.unwrap();
    let renamed = InviteRequest {
        name: "Acme Limited".to_owned(),
        ..request
    };

    let second = invite.invite(&renamed).await.unwrap();

    assert_eq!(
        (first.tenant, first.connection),
        (second.tenant, second.connection)
    );
    let links = [&first.link, &second.link].map(|link| vault::disclose(link).to_owned());
    assert_ne!(links[0], links[1]);
    for link in links {
        app.browser().get(&link).await.assert_goes_to("/onboarding");
    }
    assert_eq!(app.database.count("tenants").await, 1);
    assert_eq!(app.database.count("connections").await, 1);
}

#[tokio::test]
async fn two_invitations_without_an_external_id_are_two_tenants() {
    let app = TestApp::start().await;
    let invite = Invite::new(app.shared.clone());

    let first = invite.invite(&named("Acme Ltd")).await.unwrap();
    let second = invite.invite(&named("Acme Ltd")).await.unwrap();

    assert_ne!(first.tenant, second.tenant);
}

#[tokio::test]
async fn what_cannot_be_an_invitation_is_refused_and_makes_nothing() {
    let app = TestApp::start().await;
    let invite = Invite::new(app.shared.clone());
    let lasting = |lifetime| InviteRequest {
        lifetime: Some(lifetime),
        ..named("Acme")
    };
    let of = |organization: &str| InviteRequest {
        organization: Some(organization.to_owned()),
        ..named("Acme")
    };
    let called = |id: &str| InviteRequest {
        external_id: Some(id.to_owned()),
        ..named("Acme")
    };
    let wrong = [
        (named(""), "a name has"),
        (named("  \t "), "a name has"),
        (named("two\nlines"), "a name has"),
        (named(&"x".repeat(201)), "a name has"),
        (called(""), "an external id has"),
        (called("a\u{0}b"), "an external id has"),
        (lasting(Duration::seconds(59)), "a link lives"),
        (lasting(Duration::days(31)), "a link lives"),
        (lasting(Duration::seconds(-1)), "a link lives"),
        (of("okta.com.evil.example"), "the organization's address"),
        (of("http://169.254.169.254/"), "the organization's address"),
        (of("acme.okta.com:8443"), "the organization's address"),
    ];
    for (request, says) in wrong {
        let error: InviteError = invite.invite(&request).await.unwrap_err();
        assert!(error.is_usage(), "{request:?}");
        assert!(error.to_string().starts_with(says), "{request:?}: {error}");
    }
    assert_eq!(app.database.count("tenants").await, 0);
}

#[tokio::test]
async fn a_link_lives_as_long_as_it_was_made_for() {
    let app = TestApp::start().await;
    let request = InviteRequest {
        lifetime: Some(Duration::minutes(1)),
        ..named("Acme")
    };
    let invitation = Invite::new(app.shared.clone())
        .invite(&request)
        .await
        .unwrap();
    let link = vault::disclose(&invitation.link);
    app.browser().get(link).await.assert_status(303);

    app.advance(Duration::minutes(1));

    app.browser().get(link).await.assert_status(410);
}

#[tokio::test]
async fn every_link_has_256_random_bits_in_43_characters() {
    let app = TestApp::start().await;
    let invite = Invite::new(app.shared.clone());
    let mut tokens = BTreeSet::new();
    for number in 0..20 {
        let name = "x".repeat(1 + number * 10);
        let invitation = invite.invite(&named(&name)).await.unwrap();
        let link = vault::disclose(&invitation.link).to_owned();
        assert!(link.starts_with(&format!("{}/onboard/", app.url)));
        assert!(!format!("{invitation:?}").contains(token_of(&link)));
        tokens.insert(token_of(&link).to_owned());
    }
    assert_eq!(tokens.len(), 20);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    for token in &tokens {
        assert!(token.len() == 43 && token.bytes().all(plain), "{token}");
    }
    // The characters vary at every place, so no part of a token counts or tells the time.
    for place in 0..42 {
        let there: BTreeSet<u8> = tokens.iter().map(|token| token.as_bytes()[place]).collect();
        assert!(there.len() > 5, "place {place} hardly varies");
    }
}
