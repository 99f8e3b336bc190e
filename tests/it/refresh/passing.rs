//! What passes by itself: nothing is called revoked, Okta is not hammered, and all is well again after.

use fake_okta::{Effect, Fault};
use grantway::flows::FlowError;
use time::Duration;

use super::rows::{Expired, token_calls};

/// An answer that is none.
type Broken = fn() -> Effect;

#[tokio::test]
async fn an_outage_changes_no_state_and_ends_by_itself() {
    let faults: [(&str, Broken); 4] = [
        ("okta_broken", || Effect::ServerError),
        ("okta_nonsense", || Effect::HtmlPage),
        ("okta_unreachable", || Effect::Cut { after: 20 }),
        ("okta_nonsense", || Effect::Redirect {
            to: "https://status.okta.com/".to_owned(),
        }),
    ];
    for (code, effect) in faults {
        let expired = Expired::new().await;
        expired.world.org().faults().add(Fault::on_token(effect()));

        assert_eq!(expired.look().await, 1);

        let row = expired.row().await;
        assert_eq!((row.failure.as_deref(), row.attempts), (Some(code), 1));
        assert!(row.due_at.is_some() && row.failing_since.is_some());
        assert_eq!(
            expired.state().await,
            ("connected".to_owned(), None),
            "{code}"
        );
        let answer = expired.token().await;
        assert!(matches!(answer, Err(FlowError::Okta(_))), "{answer:?}");

        expired.world.org().faults().clear();
        expired.wait_until_due().await;
        assert_eq!(expired.token().await.unwrap().generation, 2, "{code}");
        assert_eq!(expired.row().await.failing_since, None);
        assert!(
            expired.told().await.is_empty(),
            "{code}: nobody has to know"
        );
    }
}

#[tokio::test]
async fn nothing_is_sent_while_okta_does_not_say_who_it_is() {
    let expired = Expired::new().await;
    let broken = Fault::on("/.well-known/*", Effect::ServerError);
    expired.world.org().faults().add(broken);

    expired.look().await;

    let row = expired.row().await;
    assert_eq!(
        (row.failure.as_deref(), row.spending),
        (Some("okta_broken"), None)
    );
    assert_eq!(token_calls(&expired.world.org()), 0);
}

#[tokio::test]
async fn okta_s_reset_is_waited_for() {
    let expired = Expired::new().await;
    let limited = Effect::RateLimited {
        reset_in: 90,
        concurrency: false,
    };
    expired
        .world
        .org()
        .faults()
        .add(Fault::on_token(limited).once());

    expired.look().await;

    let row = expired.row().await;
    assert_eq!(row.failure.as_deref(), Some("okta_rate_limited"));
    assert_eq!(row.spending, None, "an answer of Okta's leaves no doubt");
    let wait = row.due_at.unwrap() - expired.shared.clock.now();
    assert!(wait > Duration::seconds(85), "{wait}");
    let answer = expired.token().await;
    let Err(FlowError::Okta(failure)) = answer else {
        panic!("{answer:?}");
    };
    assert!(failure.retry_after.unwrap().as_secs() > 80);
    expired.world.advance(Duration::seconds(60));
    assert_eq!(expired.look().await, 0);
    expired.world.advance(Duration::seconds(40));
    assert_eq!(expired.look().await, 1);
    assert_eq!(expired.row().await.generation, 2);
}

#[tokio::test]
async fn while_it_cannot_be_renewed_a_token_is_used_to_its_end() {
    let expired = Expired::new().await;
    expired.look().await;
    expired
        .world
        .org()
        .faults()
        .add(Fault::on_token(Effect::ServerError));
    expired.world.advance(Duration::minutes(57));

    let token = expired.token().await.unwrap();

    assert_eq!(token.generation, 2);
    assert_eq!(expired.row().await.failure.as_deref(), Some("okta_broken"));
    expired.world.advance(Duration::minutes(3));
    assert!(expired.token().await.is_err(), "it has ended");
}

#[tokio::test]
async fn the_page_says_that_a_refresh_fails_once_nothing_can_be_read() {
    let expired = Expired::new().await;
    expired
        .world
        .org()
        .faults()
        .add(Fault::on_token(Effect::ServerError));
    expired.look().await;

    let view = expired.world.status(expired.connected.tenant).await;

    let (kind, since) = view.failing().unwrap();
    assert_eq!(kind.code(), "okta_broken");
    assert!(view.is_without_token() && since <= view.now);
}
