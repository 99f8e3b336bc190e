//! A token that is about to end is renewed first, once, and kept in use while Okta is away.

use fake_okta::{Effect, Fault};
use time::Duration;

use super::{Desk, token};

#[tokio::test]
async fn a_token_near_its_end_is_renewed_before_it_is_given() {
    let desk = Desk::open().await;
    let first = token(&desk.ask_for_anything().await);
    desk.leave(Duration::minutes(6)).await;
    assert_eq!(
        token(&desk.ask_for_anything().await),
        first,
        "more than the margin is left"
    );

    desk.leave(Duration::minutes(4)).await;
    let second = token(&desk.ask_for_anything().await);

    assert_ne!(second, first);
    assert_eq!(desk.refreshes(), 1);
    assert_eq!(token(&desk.ask_for_anything().await), second);
}

#[tokio::test]
async fn fifty_calls_for_an_ended_token_are_one_renewal() {
    let desk = Desk::open().await;
    desk.leave(Duration::minutes(-1)).await;
    let late = Fault::on("/oauth2/v1/token", Effect::LateAnswer { ms: 300 });
    desk.app.org("acme").faults().add(late);

    let asked = (0..50).map(|_| desk.ask_for_anything());
    let replies = futures_util::future::join_all(asked).await;

    let tokens: std::collections::BTreeSet<_> = replies.iter().map(token).collect();
    assert_eq!(tokens.len(), 1, "all got the same");
    assert_eq!(desk.refreshes(), 1);
}

#[tokio::test]
async fn while_okta_is_away_a_token_with_a_minute_left_is_still_given() {
    let desk = Desk::open().await;
    let first = token(&desk.ask_for_anything().await);
    let org = desk.app.org("acme");
    org.faults()
        .add(Fault::on("/oauth2/v1/token", Effect::ServerError));
    desk.leave(Duration::minutes(2)).await;

    assert_eq!(token(&desk.ask_for_anything().await), first);

    desk.leave(Duration::seconds(30)).await;
    let reply = desk.ask_for_anything().await;
    reply.assert_problem(503, "okta-unreachable");
    let seconds: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=600).contains(&seconds));
}

#[tokio::test]
async fn okta_s_rate_limit_is_passed_on_as_a_time_to_wait() {
    let desk = Desk::open().await;
    let limited = Effect::RateLimited {
        reset_in: 40,
        concurrency: false,
    };
    let org = desk.app.org("acme");
    org.faults().add(Fault::on("/oauth2/v1/token", limited));
    desk.leave(Duration::minutes(-1)).await;

    let reply = desk.ask_for_anything().await;

    reply.assert_problem(503, "okta-unreachable");
    let seconds: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((30..=90).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn what_only_a_person_can_mend_is_said_with_its_reason() {
    let desk = Desk::open().await;
    desk.app.org("acme").end_refresh_tokens();
    desk.leave(Duration::minutes(-1)).await;

    let problem = desk
        .ask_for_anything()
        .await
        .assert_problem(409, "needs-attention");

    assert_eq!(problem["reason"], "refresh_token_dead");
    let again = desk
        .ask_for_anything()
        .await
        .assert_problem(409, "needs-attention");
    assert_eq!(again["reason"], "refresh_token_dead");
    assert_eq!(desk.refreshes(), 1, "Okta is not asked again");
}
