//! Wrong metadata documents and wrong callbacks.

use fake_okta::{CallbackFault, DiscoveryFault, Fault};
use serde_json::{Value, json};

use crate::support::{Setup, raw, value};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn metadata_can_be_wrong_in_each_way() {
    let setup = Setup::start().await;
    let token_endpoint = || "token_endpoint".to_owned();
    let cases = [
        (
            DiscoveryFault::IssuerOther,
            "issuer",
            json!("https://attacker.example"),
        ),
        (
            DiscoveryFault::IssuerTrailingSlash,
            "issuer",
            json!(format!("{}/", setup.org.origin())),
        ),
        (DiscoveryFault::IssuerMissing, "issuer", Value::Null),
        (
            DiscoveryFault::EndpointElsewhere {
                name: token_endpoint(),
            },
            "token_endpoint",
            json!("https://attacker.example/oauth2/v1/elsewhere"),
        ),
        (
            DiscoveryFault::EndpointMissing {
                name: token_endpoint(),
            },
            "token_endpoint",
            Value::Null,
        ),
        (
            DiscoveryFault::WithoutS256,
            "code_challenge_methods_supported",
            json!(["plain"]),
        ),
        (
            DiscoveryFault::WithoutChallengeMethods,
            "code_challenge_methods_supported",
            Value::Null,
        ),
        (
            DiscoveryFault::IssParameterAdvertised,
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
    ];
    for (fault, field, wanted) in cases {
        setup.org.faults().add(Fault::from(fault.clone()).once());
        let body: Value = raw(&setup, DISCOVERY).await.json().await.unwrap();
        assert_eq!(body[field], wanted, "{fault:?}");
    }
}

#[tokio::test]
async fn the_organization_document_can_name_another_organization() {
    let setup = Setup::start().await;
    let document = "/.well-known/okta-organization";
    for fault in [
        DiscoveryFault::OrganizationIdOther,
        DiscoveryFault::OrganizationElsewhere,
    ] {
        setup.org.faults().add(Fault {
            path: document.to_owned(),
            ..Fault::from(fault)
        });
    }
    let untouched: Value = raw(&setup, DISCOVERY).await.json().await.unwrap();
    assert_eq!(untouched["issuer"], setup.org.origin());
    let body: Value = raw(&setup, document).await.json().await.unwrap();
    assert_ne!(body["id"], setup.org.id());
    let address = &body["_links"]["organization"]["href"];
    assert_eq!(address, "https://attacker.example");
}

#[tokio::test]
async fn the_callback_can_be_wrong_in_each_way() {
    let setup = Setup::start().await;
    let hostile = "<script>alert(1)</script>\r\nSet-Cookie: x";
    let error = CallbackFault::Error {
        error: "access_denied".to_owned(),
        description: hostile.to_owned(),
    };
    let query = callback(&setup, error).await;
    assert_eq!(value(&query, "error_description"), hostile);
    let query = callback(&setup, CallbackFault::IssuerRight).await;
    assert_eq!(value(&query, "iss"), setup.org.origin());
    let query = callback(&setup, CallbackFault::IssuerWrong).await;
    assert_eq!(value(&query, "iss"), "https://attacker.example");
    let query = callback(&setup, CallbackFault::StateWrong).await;
    assert_ne!(value(&query, "state"), "state-1");
    let query = callback(&setup, CallbackFault::StateMissing).await;
    assert!(query.iter().all(|(name, _)| name != "state"));
    let query = callback(
        &setup,
        CallbackFault::Duplicate {
            name: "state".to_owned(),
        },
    )
    .await;
    assert_eq!(query.iter().filter(|(name, _)| name == "state").count(), 2);
    let query = callback(&setup, CallbackFault::CodeAndError).await;
    assert!(value(&query, "code").starts_with("fakeokta_code_"));
    assert_eq!(value(&query, "error"), "access_denied");
    let query = callback(&setup, CallbackFault::CodeWrong).await;
    assert_eq!(setup.client().exchange(&value(&query, "code")).await.0, 400);
}

async fn callback(setup: &Setup, fault: CallbackFault) -> Vec<(String, String)> {
    setup.org.faults().add(Fault::from(fault).once());
    setup.authorize("openid").await
}
