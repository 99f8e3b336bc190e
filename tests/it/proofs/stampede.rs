//! Many programs ask two replicas at the same moment for a token that has ended.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use fake_okta::{Effect, Fault};
use futures_util::future::join_all;
use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use grantway::flows::ApiKeys;
use grantway::vault;
use serde_json::{Value, json};

use super::stage::Stage;

/// Requests to each replica.
const AT_ONCE: usize = 100;

impl Stage {
    /// An API key for workers.
    async fn worker_key(&self) -> String {
        let keys = ApiKeys::new(self.world.shared.clone());
        let made = keys.create("proof", ApiRole::Worker, Actor::CommandLine);
        vault::disclose(&made.await.unwrap().key).to_owned()
    }

    /// Asks the API; gives the answer's status and its body.
    async fn post(&self, address: String, key: &str) -> (u16, Value) {
        let request = self.http.post(address).bearer_auth(key).json(&json!({}));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap())
    }
}

#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn stampede(answer_after: Duration) {
    let stage = Stage::new().await;
    let tenant = stage.connect(1).await.remove(0);
    let services = [stage.serve().await, stage.serve().await];
    let key = stage.worker_key().await;
    let ms = u64::try_from(answer_after.as_millis()).unwrap();
    let slow = Fault::on_token(Effect::LateAnswer { ms });
    stage.org().faults().add(slow);
    // Not due by itself: those who ask find out.
    stage
        .change("UPDATE token_sets SET access_expires_at = now() - interval '1 minute'")
        .await;
    let began = Instant::now();

    let asked = services.iter().flat_map(|service| {
        let address = format!(
            "{}/api/v1/tenants/{}/access-token",
            service.url(),
            tenant.tenant
        );
        (0..AT_ONCE).map(move |_| address.clone())
    });
    let answers = join_all(asked.map(|address| stage.post(address, &key))).await;

    let took = began.elapsed();
    let given: Vec<_> = answers
        .iter()
        .filter(|(status, _)| *status == 200)
        .collect();
    let tokens: BTreeSet<_> = given
        .iter()
        .map(|(_, body)| body["access_token"].as_str().unwrap().to_owned())
        .collect();
    let calls = stage.org().requests_to("/oauth2/v1/token").len();
    println!(
        "soak: {} requests at once to two replicas, Okta's answer after {answer_after:?}: {calls} token call, {} \
         answered with {} token within {took:.1?}",
        answers.len(),
        given.len(),
        tokens.len()
    );
    let refused = answers.iter().find(|(status, _)| *status != 200);
    assert_eq!(refused, None::<&(u16, Value)>);
    assert_eq!((calls, given.len(), tokens.len()), (1, 2 * AT_ONCE, 1));
    for token in &tokens {
        assert!(stage.accepts(token).await, "Okta refuses the token");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_who_ask_two_replicas_cost_one_token_call() {
    stampede(Duration::from_secs(2)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: run by `make soak`"]
async fn soak_two_hundred_who_wait_longer_than_a_lease_cost_one_token_call() {
    stampede(Duration::from_secs(12)).await;
}
