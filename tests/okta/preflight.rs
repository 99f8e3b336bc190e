//! Mistakes in the application's settings, found without the administrator.

use fake_okta::{App, Effect, Fault, Status};
use grantway::domain::failure::FailureKind;
use grantway::okta::{Client, ClientAuth, Finding, Preflight};
use secrecy::SecretString;
use url::Url;

use crate::support::{World, callback};

fn kind(finding: &Finding) -> Option<FailureKind> {
    match finding {
        Finding::Failed(failure) => Some(failure.kind),
        _ => None,
    }
}

async fn check(world: &World) -> Preflight {
    world
        .okta
        .preflight(&world.metadata().await, &world.client(), &callback())
        .await
}

async fn check_with(world: &World, change: fn(&mut App)) -> Preflight {
    world.org.update_app(&world.app.client_id, change);
    check(world).await
}

#[tokio::test]
async fn an_application_that_is_set_up_well_passes_everything() {
    let found = check(&World::new().await).await;

    let all = [
        found.client_id,
        found.credentials,
        found.redirect_address,
        found.refresh_grant,
    ];
    assert_eq!(all, [const { Finding::Ok }; 4]);
}

#[tokio::test]
async fn an_unknown_client_id_leaves_the_rest_unchecked() {
    let world = World::new().await;
    let id = "0oaDoesNotExist".parse().expect("an id");
    let client = Client {
        organization: None,
        client_id: &id,
        auth: ClientAuth::Secret(&world.client_secret),
    };

    let found = world
        .okta
        .preflight(&world.metadata().await, &client, &callback())
        .await;

    assert_eq!(kind(&found.client_id), Some(FailureKind::UnknownClient));
    let rest = [
        found.credentials,
        found.redirect_address,
        found.refresh_grant,
    ];
    assert_eq!(rest, [const { Finding::NotChecked }; 3]);
}

#[tokio::test]
async fn an_inactive_application_is_unknown_and_its_redirect_address_is_not_blamed() {
    let found = check_with(&World::new().await, |app| app.status = Status::Inactive).await;

    assert_eq!(kind(&found.client_id), Some(FailureKind::UnknownClient));
    assert_eq!(found.redirect_address, Finding::NotChecked);
}

#[tokio::test]
async fn a_wrong_secret_and_a_wrong_method_are_told_apart() {
    let world = World::new().await;
    let wrong = SecretString::from("not the secret");
    let client = Client {
        organization: None,
        client_id: &world.client_id,
        auth: ClientAuth::Secret(&wrong),
    };
    let found = world
        .okta
        .preflight(&world.metadata().await, &client, &callback())
        .await;
    assert_eq!(kind(&found.credentials), Some(FailureKind::WrongSecret));
    assert_eq!(
        (found.client_id, found.refresh_grant),
        (Finding::Ok, Finding::NotChecked)
    );
    assert_eq!(found.redirect_address, Finding::Ok);

    let found = check_with(&world, |app| {
        app.auth_method = fake_okta::AuthMethod::PrivateKeyJwt;
    })
    .await;
    assert_eq!(kind(&found.credentials), Some(FailureKind::WrongAuthMethod));
}

#[tokio::test]
async fn a_redirect_address_must_be_registered_to_the_letter() {
    let world = World::new().await;
    for almost in [
        "http://127.0.0.1:9/oauth/callback/c1/",
        "http://127.0.0.1:9/oauth/callback/C1",
        "http://localhost:9/oauth/callback/c1",
        "http://127.0.0.1:9/oauth/callback/c2",
    ] {
        let redirect: Url = almost.parse().expect("a URL");
        let found = world
            .okta
            .preflight(&world.metadata().await, &world.client(), &redirect)
            .await;

        let expected = Some(FailureKind::RedirectAddressNotRegistered);
        assert_eq!(kind(&found.redirect_address), expected, "{almost}");
        assert_eq!(found.credentials, Finding::Ok);
    }
}

#[tokio::test]
async fn a_missing_refresh_token_grant_is_found() {
    let world = World::new().await;

    let found = check_with(&world, |app| {
        app.grant_types = vec!["authorization_code".to_owned()];
    })
    .await;

    assert_eq!(
        kind(&found.refresh_grant),
        Some(FailureKind::RefreshTokenGrantDisabled)
    );
    assert_eq!(found.credentials, Finding::Ok);
}

#[tokio::test]
async fn an_outage_is_reported_as_an_outage_and_blames_no_setting() {
    let world = World::new().await;
    let effects = [
        (Effect::ServerError, FailureKind::OktaBroken),
        (
            Effect::RateLimited {
                reset_in: 9,
                concurrency: false,
            },
            FailureKind::RateLimited,
        ),
        (Effect::HtmlPage, FailureKind::Nonsense),
    ];
    let metadata = world.metadata().await;
    for (effect, expected) in effects {
        for path in [
            "/.well-known/*",
            "/oauth2/v1/introspect",
            "/oauth2/v1/token",
            "/oauth2/v1/authorize",
        ] {
            world.org.faults().add(Fault::on(path, effect.clone()));
            let found = world
                .okta
                .preflight(&metadata, &world.client(), &callback())
                .await;
            world.org.faults().clear();

            let all = [
                found.client_id,
                found.credentials,
                found.redirect_address,
                found.refresh_grant,
            ];
            let kinds: Vec<FailureKind> = all.iter().filter_map(kind).collect();
            // A page at the authorize endpoint may be a sign-in page: it proves nothing.
            let silent = path.ends_with("authorize") && expected == FailureKind::Nonsense;
            let wanted = if silent { vec![] } else { vec![expected] };
            assert_eq!(kinds, wanted, "{effect:?} at {path}: {all:?}");
        }
    }
}
