//! Who answers at an address, and what its metadata may say.

use fake_okta::{DiscoveryFault, Effect, Fault};
use grantway::domain::connection::Edition;
use grantway::domain::failure::FailureKind;
use serde_json::json;

use crate::support::World;

const ORGANIZATION: &str = "/.well-known/okta-organization";
const METADATA: &str = "/.well-known/openid-configuration";

fn bent(fault: DiscoveryFault) -> Fault {
    Fault::from(fault)
}

#[tokio::test]
async fn an_organization_is_found_with_its_id_and_edition() {
    let world = World::new().await;

    let found = world
        .okta
        .organization(&world.origin())
        .await
        .expect("an organization");

    assert_eq!(found.origin, world.origin());
    assert_eq!(found.id.as_str(), world.org.id());
    assert_eq!(found.edition, Edition::IdentityEngine);
}

#[tokio::test]
async fn a_website_that_is_no_organization_is_told_from_an_outage() {
    let world = World::new().await;
    let answer = |status, body: &str| Effect::Answer {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_owned(),
    };
    let other = world.fake.org("other");
    let cases = [
        (Effect::HtmlPage, FailureKind::NotAnOrganization),
        (
            answer(
                404,
                r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#,
            ),
            FailureKind::NotAnOrganization,
        ),
        (
            answer(200, r#"{"hello":"world"}"#),
            FailureKind::NotAnOrganization,
        ),
        (answer(200, "[]"), FailureKind::NotAnOrganization),
        (answer(401, ""), FailureKind::NotAnOrganization),
        (
            Effect::Redirect {
                to: format!("{}{ORGANIZATION}", other.origin()),
            },
            FailureKind::NotAnOrganization,
        ),
        (
            Effect::RateLimited {
                reset_in: 30,
                concurrency: false,
            },
            FailureKind::RateLimited,
        ),
        (Effect::ServerError, FailureKind::OktaBroken),
    ];
    for (effect, expected) in cases {
        world
            .org
            .faults()
            .add(Fault::on(ORGANIZATION, effect.clone()));
        let failure = world
            .okta
            .organization(&world.origin())
            .await
            .expect_err("a failure");
        world.org.faults().clear();

        assert_eq!(failure.kind, expected, "{effect:?}");
    }
    assert!(other.requests().is_empty(), "a redirect was followed");
}

#[tokio::test]
async fn an_organization_s_own_name_must_be_allowed_and_stand_under_okta_s_domains() {
    let world = World::new().await;
    let other = world.fake.org("other");
    let refused = async || {
        let failure = world
            .okta
            .organization(&world.origin())
            .await
            .expect_err("a failure");
        world.org.faults().clear();
        (failure.kind, failure.detail)
    };

    world
        .org
        .faults()
        .add(bent(DiscoveryFault::OrganizationElsewhere));
    let policy = "its own name is none that the policy allows";
    assert_eq!(
        refused().await,
        (FailureKind::NotAnOrganization, Some(policy))
    );

    let href = json!({"organization": {"href": other.origin()}});
    let elsewhere = DiscoveryFault::Set {
        field: "_links".to_owned(),
        value: href,
    };
    world.org.faults().add(Fault::on(
        ORGANIZATION,
        Effect::Discovery {
            fault: elsewhere.clone(),
        },
    ));
    let another = "it names a server outside of Okta's domains as its own";
    assert_eq!(
        refused().await,
        (FailureKind::NotAnOrganization, Some(another))
    );

    // Not even one that has the same id: no server speaks for another.
    let same_id = DiscoveryFault::Set {
        field: "id".to_owned(),
        value: json!(other.id()),
    };
    for fault in [elsewhere, same_id] {
        world
            .org
            .faults()
            .add(Fault::on(ORGANIZATION, Effect::Discovery { fault }));
    }
    assert_eq!(
        refused().await,
        (FailureKind::NotAnOrganization, Some(another))
    );
}

#[tokio::test]
async fn metadata_of_another_issuer_or_with_a_foreign_endpoint_is_refused() {
    let world = World::new().await;
    let endpoint = |name: &str| DiscoveryFault::EndpointElsewhere {
        name: name.to_owned(),
    };
    let set = |field: &str, value: String| DiscoveryFault::Set {
        field: field.to_owned(),
        value: json!(value),
    };
    let origin = world.org.origin();
    let faults = [
        (DiscoveryFault::IssuerOther, FailureKind::WrongIssuer),
        (
            DiscoveryFault::IssuerTrailingSlash,
            FailureKind::WrongIssuer,
        ),
        (DiscoveryFault::IssuerMissing, FailureKind::Nonsense),
        (endpoint("authorization_endpoint"), FailureKind::WrongIssuer),
        (endpoint("token_endpoint"), FailureKind::WrongIssuer),
        (endpoint("introspection_endpoint"), FailureKind::WrongIssuer),
        (endpoint("revocation_endpoint"), FailureKind::WrongIssuer),
        (endpoint("jwks_uri"), FailureKind::WrongIssuer),
        (
            DiscoveryFault::EndpointMissing {
                name: "token_endpoint".to_owned(),
            },
            FailureKind::Nonsense,
        ),
        (
            set("jwks_uri", "http://169.254.169.254/keys".to_owned()),
            FailureKind::WrongIssuer,
        ),
        (
            set(
                "token_endpoint",
                origin.replace("127.0.0.1", "localhost") + "/t",
            ),
            FailureKind::WrongIssuer,
        ),
        (
            set(
                "token_endpoint",
                origin.replace("http://", "http://ada@") + "/t",
            ),
            FailureKind::WrongIssuer,
        ),
        (
            set("token_endpoint", format!("{origin}/t?to=x")),
            FailureKind::WrongIssuer,
        ),
    ];
    for (fault, expected) in faults {
        world.org.faults().add(bent(fault.clone()));
        let failure = world
            .okta
            .metadata(&world.origin())
            .await
            .expect_err("a failure");
        world.org.faults().clear();

        assert_eq!(failure.kind, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn pkce_stays_s256_whatever_the_metadata_says() {
    let world = World::new().await;
    for fault in [
        DiscoveryFault::WithoutS256,
        DiscoveryFault::WithoutChallengeMethods,
    ] {
        world.org.faults().add(bent(fault));
        let url = world.authorization_url(&world.metadata().await);
        world.org.faults().clear();

        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let value = |name: &str| {
            let found: Vec<_> = pairs.iter().filter(|(of, _)| of == name).collect();
            assert_eq!(found.len(), 1, "{name} in {url}");
            found[0].1.as_str()
        };
        assert_eq!(value("code_challenge_method"), "S256");
        assert_eq!(
            value("code_challenge"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert_eq!(value("response_type"), "code");
        assert_eq!(value("prompt"), "login");
        assert_eq!(value("redirect_uri"), crate::support::CALLBACK);
        assert_eq!(
            value("scope").split(' ').filter(|s| *s == "openid").count(),
            1
        );
    }
}

#[tokio::test]
async fn a_promised_issuer_must_come_and_a_wrong_one_never_passes() {
    let world = World::new().await;
    let origin = world.org.origin();
    let silent = world.metadata().await;
    world
        .org
        .faults()
        .add(bent(DiscoveryFault::IssParameterAdvertised));
    let promising = world.metadata().await;

    for metadata in [&silent, &promising] {
        assert_eq!(metadata.check_response_issuer(Some(origin)), Ok(()));
        for wrong in ["https://attacker.example", "", &format!("{origin}/")] {
            let failure = metadata
                .check_response_issuer(Some(wrong))
                .expect_err("a failure");
            assert_eq!(failure.kind, FailureKind::WrongIssuer);
        }
    }
    assert_eq!(silent.check_response_issuer(None), Ok(()));
    assert!(promising.check_response_issuer(None).is_err());
}

#[tokio::test]
async fn a_document_is_asked_for_once_more_after_a_server_error() {
    let world = World::new().await;
    world
        .org
        .faults()
        .add(Fault::on(METADATA, Effect::ServerError).once());

    world.metadata().await;

    assert_eq!(world.org.requests_to(METADATA).len(), 2);
}
