//! Rate limits that are enforced, too many requests at a time, and what the log tells of both.

use std::time::Duration;

use fake_okta::{Effect, Fault};

use crate::management::Api;
use crate::support::browser::http;
use crate::support::{ADA, arrived, text};

async fn rate(api: &Api, path: &str) -> (u16, [i64; 3], String) {
    let request = http().get(api.url(path)).bearer_auth(&api.token);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let names = ["limit", "remaining", "reset"];
    let headers = names.map(|name| {
        let value = &response.headers()[&format!("x-rate-limit-{name}")];
        value.to_str().unwrap().parse().unwrap()
    });
    (status, headers, response.text().await.unwrap())
}

#[tokio::test]
async fn a_bucket_is_shared_by_its_paths_and_opens_again_by_the_fakes_clock() {
    let api = Api::of(ADA).await;
    api.setup.org.limit_bucket("/api/v1/users", 2);
    let (status, [limit, remaining, reset], _) = rate(&api, "/api/v1/users").await;
    assert_eq!((status, limit, remaining), (200, 2, 1));
    let left = reset - api.setup.fake.clock().now();
    assert!((58..=60).contains(&left), "{left}");
    let person = api.setup.org.person(ADA).unwrap().id;
    let (_, [_, remaining, _], _) = rate(&api, &format!("/api/v1/users/{person}")).await;
    assert_eq!(remaining, 0);
    let (status, refused, body) = rate(&api, "/api/v1/users").await;
    assert_eq!((status, refused), (429, [2, 0, reset]));
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(text(&body, "errorCode"), "E0000047");
    assert_eq!(rate(&api, "/api/v1/groups").await.0, 200);
    api.setup.fake.clock().advance(60);
    assert_eq!(rate(&api, "/api/v1/users").await.0, 200);
}

#[tokio::test]
async fn one_too_many_at_a_time_is_told_by_a_limit_of_nothing() {
    let api = Api::of(ADA).await;
    let org = &api.setup.org;
    org.limit_concurrency(2);
    org.faults()
        .add(Fault::on("/api/v1/*", Effect::Delay { ms: 300 }));
    let asked = ["users", "groups", "logs"].map(|name| format!("/api/v1/{name}"));
    let (one, two, three) = tokio::join!(
        rate(&api, &asked[0]),
        rate(&api, &asked[1]),
        rate(&api, &asked[2])
    );
    let mut answers = [one, two, three];
    answers.sort_by_key(|(status, ..)| *status);
    assert_eq!(answers.each_ref().map(|answer| answer.0), [200, 200, 429]);
    assert_eq!(answers[2].1[..2], [0, 0]);
    assert_eq!(org.max_concurrency(), 3);
    org.lift_limits();
    assert_eq!(rate(&api, "/api/v1/users").await.0, 200);
    assert_eq!(org.max_concurrency(), 1);
}

#[tokio::test]
async fn the_log_tells_which_requests_overlapped_and_whose_client_went_away() {
    let api = Api::of(ADA).await;
    let org = &api.setup.org;
    org.clear_requests();
    org.faults()
        .add(Fault::on("/api/v1/users", Effect::Delay { ms: 500 }));
    tokio::join!(rate(&api, "/api/v1/users"), async {
        arrived(org, "/api/v1/users", 1).await;
        rate(&api, "/api/v1/groups").await;
    });
    let users = org.requests_to("/api/v1/users").remove(0);
    let groups = org.requests_to("/api/v1/groups").remove(0);
    assert!(users.began < groups.began && groups.ended.unwrap() < users.ended.unwrap());
    assert_eq!(users.bearer(), Some(api.token.as_str()));
    tokio::select! {
        _ = rate(&api, "/api/v1/users") => panic!("the answer is delayed"),
        () = arrived(org, "/api/v1/users", 2) => {}
    }
    let left = async || org.requests_to("/api/v1/users").remove(1);
    let noticed = async {
        while left().await.ended.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), noticed)
        .await
        .expect("it is noticed that the client went away");
    assert_eq!(left().await.status, 0);
}
