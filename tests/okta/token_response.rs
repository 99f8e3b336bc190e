//! What may come back from the token endpoint, and what must not be believed.

use fake_okta::{Effect, Fault};
use grantway::domain::failure::FailureKind;
use serde_json::json;

use crate::support::World;

const TOKEN: &str = "/oauth2/v1/token";

/// Makes each exchange go wrong once, and sees that it failed so, without a second try.
async fn expect_failures(faults: Vec<(Fault, FailureKind)>) {
    let world = World::new().await;
    for (fault, expected) in faults {
        world.org.clear_requests();
        world.org.faults().add(fault.clone());
        let failure = world.exchange().await.expect_err("a failure");
        world.org.faults().clear();

        assert_eq!(failure.kind, expected, "{fault:?}");
        assert_eq!(
            world.org.requests_to(TOKEN).len(),
            1,
            "{fault:?} was repeated"
        );
        let shown = format!("{failure:?}");
        assert!(
            !shown.contains("fakeokta") && !shown.contains("eyJ"),
            "{shown}"
        );
    }
    assert!(
        world.fake.org("other").requests().is_empty(),
        "a redirect was followed"
    );
}

#[tokio::test]
async fn fields_that_are_not_the_protocol_s_are_refused() {
    use FailureKind::{CodeExpired, DpopRequired, Nonsense};
    let mut faults = vec![
        (
            Fault::token_field("error", json!("invalid_grant")),
            CodeExpired,
        ),
        (
            Fault::token_field("token_type", json!("DPoP")),
            DpopRequired,
        ),
    ];
    for (field, value) in [
        ("token_type", json!("mac")),
        ("access_token", json!("")),
        ("expires_in", json!(-1)),
        ("expires_in", json!(0)),
        ("expires_in", json!("3600")),
        ("expires_in", json!(86_401)),
        ("expires_in", json!(1e30)),
        ("scope", json!(["openid"])),
    ] {
        faults.push((Fault::token_field(field, value), Nonsense));
    }
    for field in ["token_type", "access_token"] {
        faults.push((Fault::without_token_field(field), Nonsense));
    }
    expect_failures(faults).await;
}

#[tokio::test]
async fn an_answer_that_is_no_token_response_is_refused_and_the_code_not_sent_again() {
    let effects = [
        (Effect::HtmlPage, FailureKind::Nonsense),
        (Effect::Oversized { bytes: 2 << 20 }, FailureKind::Nonsense),
        (Effect::GzipBomb { megabytes: 8 }, FailureKind::Nonsense),
        (
            Effect::Redirect {
                to: "http://127.0.0.1:9/".to_owned(),
            },
            FailureKind::Nonsense,
        ),
        (Effect::ServerError, FailureKind::OktaBroken),
        (
            Effect::RateLimited {
                reset_in: 5,
                concurrency: false,
            },
            FailureKind::RateLimited,
        ),
        (Effect::Cut { after: 10 }, FailureKind::Unreachable),
    ];
    expect_failures(
        effects
            .map(|(effect, kind)| (Fault::on_token(effect), kind))
            .into(),
    )
    .await;
}

#[tokio::test]
async fn what_a_token_response_leaves_out_is_not_made_up() {
    let world = World::new().await;
    let exchange = async |fault: Fault| {
        world.org.faults().add(fault);
        let tokens = world.exchange().await.expect("tokens");
        world.org.faults().clear();
        tokens
    };

    assert_eq!(
        exchange(Fault::without_token_field("scope")).await.scopes,
        None
    );
    assert_eq!(
        exchange(Fault::token_field("scope", json!("")))
            .await
            .scopes,
        None
    );
    let extra = exchange(Fault::token_field("scope", json!("openid  okta.new.read"))).await;
    assert_eq!(
        extra.scopes.expect("scopes").to_string(),
        "okta.new.read openid"
    );
    assert!(
        exchange(Fault::without_token_field("refresh_token"))
            .await
            .refresh_token
            .is_none()
    );
    assert!(
        exchange(Fault::without_token_field("id_token"))
            .await
            .id_token
            .is_none()
    );
    let usual = exchange(Fault::without_token_field("expires_in")).await;
    assert_eq!(usual.expires_in.as_secs(), 3600);
    exchange(Fault::token_field("token_type", json!("bearer"))).await;
}
