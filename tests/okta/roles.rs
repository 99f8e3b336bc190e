//! Who is a Super Administrator, and when that cannot be told.

use fake_okta::{Effect, Fault};
use grantway::domain::failure::FailureKind;
use grantway::okta::RoleFinding;
use secrecy::SecretString;

use crate::support::{ADA, World, callback};

async fn find(world: &World, login: &str) -> RoleFinding {
    world
        .org
        .grant(&world.app.client_id, &["okta.roles.manage"]);
    let (metadata, code) = (world.metadata().await, world.code_for(login).await);
    let tokens = world
        .okta
        .exchange_code(
            &metadata,
            &world.client(),
            &code,
            &world.verifier,
            &callback(),
        )
        .await
        .expect("tokens");
    let id = world.org.person(login).expect("a person").id;
    world
        .okta
        .super_administrator(&world.token(&tokens.access_token), &id)
        .await
}

fn answer(status: u16, body: &str) -> Effect {
    Effect::Answer {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_owned(),
    }
}

#[tokio::test]
async fn roles_are_read_and_a_refusal_to_read_them_counts_too() {
    let world = World::new().await;
    let cases = [
        (
            answer(
                200,
                r#"[{"type":"ORG_ADMIN","status":"ACTIVE"},{"type":"SUPER_ADMIN","status":"ACTIVE"}]"#,
            ),
            RoleFinding::Yes,
        ),
        (answer(200, r#"[{"type":"SUPER_ADMIN"}]"#), RoleFinding::Yes),
        (
            answer(200, "[]"),
            RoleFinding::No {
                status: 200,
                code: None,
            },
        ),
        (
            answer(200, r#"[{"type":"SUPER_ADMIN","status":"INACTIVE"}]"#),
            RoleFinding::No {
                status: 200,
                code: None,
            },
        ),
        (
            answer(
                403,
                r#"{"errorCode":"E0000006","errorSummary":"You do not have permission"}"#,
            ),
            RoleFinding::No {
                status: 403,
                code: Some("E0000006".to_owned()),
            },
        ),
    ];
    for (effect, expected) in cases {
        world
            .org
            .faults()
            .add(Fault::on("/api/v1/users/*", effect.clone()));
        let found = find(&world, ADA).await;
        world.org.faults().clear();

        assert_eq!(found, expected, "{effect:?}");
    }
}

#[tokio::test]
async fn what_tells_nothing_about_the_role_concludes_nothing() {
    let world = World::new().await;
    let cases = [
        (
            answer(
                401,
                r#"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#,
            ),
            FailureKind::AccessTokenDead,
        ),
        (answer(403, ""), FailureKind::Other),
        (
            answer(
                404,
                r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#,
            ),
            FailureKind::Other,
        ),
        (answer(200, "{}"), FailureKind::Nonsense),
        (Effect::ServerError, FailureKind::OktaBroken),
        (
            Effect::RateLimited {
                reset_in: 9,
                concurrency: false,
            },
            FailureKind::RateLimited,
        ),
    ];
    for (effect, expected) in cases {
        world
            .org
            .faults()
            .add(Fault::on("/api/v1/users/*", effect.clone()));
        let found = find(&world, ADA).await;
        world.org.faults().clear();

        assert!(
            matches!(&found, RoleFinding::Unknown(f) if f.kind == expected),
            "{effect:?}: {found:?}"
        );
    }
}

#[tokio::test]
async fn an_id_that_would_lead_elsewhere_is_not_sent() {
    let world = World::new().await;
    let token = SecretString::from("any");
    for id in ["", "me/../../apps", "00u?x=1", "..", "00u%2f"] {
        let found = world
            .okta
            .super_administrator(&world.token(&token), id)
            .await;
        assert!(matches!(found, RoleFinding::Unknown(_)), "{id}");
    }
    assert!(world.org.requests().is_empty());
}
