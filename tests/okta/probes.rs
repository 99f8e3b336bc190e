//! Read-only questions: pages that are followed no further than the organization, and Okta's pace.

use std::time::Duration;

use fake_okta::{App, Effect, Fault};
use grantway::domain::catalog::{Empty, Proof};
use grantway::domain::failure::{FailureKind, OktaFailure};
use grantway::domain::scope::ScopeSet;
use grantway::okta::ProbeReply;
use secrecy::SecretString;

use crate::support::{ADA, World};

const LIST: Proof = Proof::List {
    empty: Empty::RoleTooWeak,
};

/// An app with more grants than a page has, and a token of Ada's for it.
struct Asking {
    world: World,
    app: App,
    token: SecretString,
}

impl Asking {
    async fn with_grants(count: usize) -> Self {
        let world = World::new().await;
        let mut granted = vec!["okta.appGrants.manage".to_owned()];
        granted.extend((1..count).map(|number| format!("okta.made{number}.read")));
        let app = world.org.add_app(App {
            granted_scopes: granted.clone(),
            everyone: true,
            ..App::default()
        });
        let scopes = ["okta.appGrants.manage", "okta.users.manage"];
        let issued = world.org.issue_tokens(&app.client_id, ADA, &scopes);
        Self {
            world,
            app,
            token: issued.access_token.into(),
        }
    }

    fn path(&self) -> String {
        format!("/api/v1/apps/{}/grants", self.app.client_id)
    }

    async fn grants(&self) -> Result<ScopeSet, OktaFailure> {
        let client_id = self.app.client_id.parse().expect("an id");
        let token = self.world.token(&self.token);
        let okta = &self.world.okta;
        okta.app_grants(&token, &client_id).await
    }

    async fn probe(&self, path: &str) -> Result<ProbeReply, OktaFailure> {
        let token = self.world.token(&self.token);
        let okta = &self.world.okta;
        okta.probe(&token, path, LIST).await
    }

    fn page_with_link(&self, target: &str) {
        let effect = Effect::Answer {
            status: 200,
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("link".to_owned(), format!("<{target}>; rel=\"next\"")),
            ],
            body: "[]".to_owned(),
        };
        let faults = self.world.org.faults();
        faults.add(Fault::on(&self.path(), effect));
    }
}

#[tokio::test]
async fn the_grants_of_an_app_are_read_to_the_last_page() {
    let asking = Asking::with_grants(450).await;

    let granted = asking.grants().await.expect("the grants");

    assert_eq!(granted.len(), 450);
    assert_eq!(asking.world.org.requests_to(&asking.path()).len(), 3);
}

#[tokio::test]
async fn the_token_never_follows_a_link_to_another_origin() {
    let asking = Asking::with_grants(1).await;
    let elsewhere = asking.world.fake.org("other");
    for target in [
        format!("{}{}", elsewhere.origin(), asking.path()),
        "https://attacker.example/".to_owned(),
        "/api/v1/apps".to_owned(),
    ] {
        asking.world.org.faults().clear();
        asking.page_with_link(&target);

        let failure = asking.grants().await.expect_err("a refusal");

        assert_eq!(failure.kind, FailureKind::Nonsense, "{target}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn pages_without_an_end_are_given_up() {
    let asking = Asking::with_grants(1).await;
    asking.page_with_link(&format!("{}{}", asking.world.org.origin(), asking.path()));

    let failure = asking.grants().await.expect_err("a refusal");

    assert_eq!(failure.kind, FailureKind::Nonsense);
    assert_eq!(asking.world.org.requests_to(&asking.path()).len(), 10);
}

#[tokio::test]
async fn the_pace_is_told_by_the_headers_and_okta_s_own_clock() {
    let asking = Asking::with_grants(1).await;
    asking.world.org.limit_bucket("/api/v1/users", 1);

    let reply = asking.probe("/api/v1/users?limit=1").await.expect("users");

    let reset = reply.pace.reset_in.expect("a reset");
    assert_eq!(reply.pace.remaining, Some(0));
    assert!(reset <= Duration::from_mins(1) && reset >= Duration::from_secs(58));
    let failure = asking
        .probe("/api/v1/users?limit=1")
        .await
        .expect_err("429");
    assert_eq!(failure.kind, FailureKind::RateLimited);
    assert!(failure.retry_after.is_some_and(|wait| wait <= reset));
}

#[tokio::test]
async fn a_list_where_an_object_belongs_is_no_proof() {
    let asking = Asking::with_grants(1).await;
    let body = |body: &str| Effect::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_owned(),
    };
    for wrong in ["{\"users\":[]}", "null", "\"[]\"", "[1,2"] {
        asking.world.org.faults().clear();
        let faults = asking.world.org.faults();
        faults.add(Fault::on("/api/v1/users", body(wrong)));

        let failure = asking.probe("/api/v1/users").await.expect_err("a refusal");

        assert_eq!(failure.kind, FailureKind::Nonsense, "{wrong}");
    }
}
