//! Answers that are none: too large, too slow, compressed, led elsewhere, broken off.

use std::time::{Duration, Instant};

use fake_okta::{Effect, Fault};
use grantway::domain::failure::FailureKind;

use crate::support::{World, short_limits};

const METADATA: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn an_answer_that_is_no_answer_of_okta_s_has_its_cause() {
    let world = World::new().await;
    let other = world.fake.org("other");
    let text = |body: &str| Effect::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        body: body.to_owned(),
    };
    let cases = [
        (Effect::HtmlPage, FailureKind::Nonsense),
        (text("{}"), FailureKind::Nonsense),
        (
            Effect::Redirect {
                to: format!("{}{METADATA}", other.origin()),
            },
            FailureKind::Nonsense,
        ),
        (
            Effect::Redirect {
                to: "http://169.254.169.254/".to_owned(),
            },
            FailureKind::Nonsense,
        ),
        (Effect::Oversized { bytes: 2 << 20 }, FailureKind::Nonsense),
        (Effect::GzipBomb { megabytes: 64 }, FailureKind::Nonsense),
        (Effect::Cut { after: 20 }, FailureKind::Unreachable),
        (Effect::ServerError, FailureKind::OktaBroken),
        (
            Effect::RateLimited {
                reset_in: 42,
                concurrency: true,
            },
            FailureKind::RateLimited,
        ),
    ];
    for (effect, expected) in cases {
        world.org.faults().add(Fault::on(METADATA, effect.clone()));
        let failure = world
            .okta
            .metadata(&world.origin())
            .await
            .expect_err("a failure");
        world.org.faults().clear();

        assert_eq!(failure.kind, expected, "{effect:?}");
    }
    assert!(other.requests().is_empty(), "a redirect was followed");
}

#[tokio::test]
async fn a_slow_answer_ends_in_time_however_it_trickles() {
    let world = World::with_limits(short_limits()).await;
    let slow = [
        Effect::Delay { ms: 5_000 },
        Effect::LateAnswer { ms: 5_000 },
        Effect::Drip {
            chunk: 1,
            every_ms: 50,
        },
    ];
    for effect in slow {
        world.org.faults().add(Fault::on(METADATA, effect.clone()));
        let began = Instant::now();
        let failure = world
            .okta
            .metadata(&world.origin())
            .await
            .expect_err("a failure");
        world.org.faults().clear();

        assert_eq!(failure.kind, FailureKind::TimedOut, "{effect:?}");
        assert!(began.elapsed() < Duration::from_secs(3), "{effect:?}");
    }
}

#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait_by_okta_s_clock() {
    let world = World::new().await;
    world.fake.clock().advance(3 * 3600);
    world.org.faults().add(Fault::on(
        METADATA,
        Effect::RateLimited {
            reset_in: 42,
            concurrency: false,
        },
    ));

    let failure = world
        .okta
        .metadata(&world.origin())
        .await
        .expect_err("a failure");

    assert_eq!(failure.retry_after, Some(Duration::from_secs(42)));
    assert_eq!(failure.said.error.as_deref(), Some("E0000047"));
    assert!(failure.said.request_id.is_some());
}

#[tokio::test]
async fn an_organization_that_does_not_listen_is_unreachable() {
    let world = World::new().await;
    let (okta, origin) = (world.okta.clone(), world.origin());
    world.fake.shutdown().await;

    let failure = okta.metadata(&origin).await.expect_err("a failure");

    assert_eq!(failure.kind, FailureKind::Unreachable);
}

#[tokio::test]
async fn a_request_names_the_service_and_asks_for_no_compression() {
    let world = World::new().await;
    world.metadata().await;

    let request = &world.org.requests_to(METADATA)[0];
    let agent = concat!("grantway/", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(agent));
    for absent in ["accept-encoding", "cookie", "referer"] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
}
