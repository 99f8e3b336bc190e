//! The management API: scopes, roles and the two shapes of errors.

use fake_okta::{App, Edition, FakeOkta, Options, OrgSeed, Role, Seed};
use serde_json::{Value, json};

use crate::support::browser::http;
use crate::support::client::send;
use crate::support::{ADA, Setup, text};

const ALL: &[&str] = &[
    "okta.users.manage",
    "okta.roles.manage",
    "okta.appGrants.manage",
    "okta.apps.manage",
    "okta.groups.manage",
    "okta.authenticators.manage",
    "okta.authorizationServers.manage",
    "okta.policies.manage",
    "okta.logs.read",
];

/// A person's token for the API.
pub(crate) struct Api {
    pub setup: Setup,
    pub token: String,
}

impl Api {
    pub(crate) async fn of(login: &str) -> Self {
        let all = |app: &mut App| {
            app.granted_scopes = ALL.iter().map(ToString::to_string).collect();
        };
        let setup = Setup::with(all).await;
        let callback = setup
            .authorize_as(login, &format!("openid {}", ALL.join(" ")))
            .await;
        let code = crate::support::value(&callback, "code");
        let (_, body) = setup.client().exchange(&code).await;
        let token = text(&body, "access_token").to_owned();
        Self { setup, token }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.setup.org.origin())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        send(http().get(self.url(path)).bearer_auth(&self.token)).await
    }

    async fn roles_of(&self, login: &str) -> (u16, Value) {
        let id = self.setup.org.person(login).unwrap().id;
        self.get(&format!("/api/v1/users/{id}/roles")).await
    }
}

#[tokio::test]
async fn a_super_administrator_sees_their_role_and_others_are_refused_for_theirs() {
    let api = Api::of(ADA).await;
    let (status, roles) = api.roles_of(ADA).await;
    assert_eq!((status, &roles[0]["type"]), (200, &json!("SUPER_ADMIN")));
    assert_eq!(api.roles_of("nora@acme.example").await.1, json!([]));
    for weaker in ["oscar", "rita", "nora"] {
        let login = format!("{weaker}@acme.example");
        let api = Api::of(&login).await;
        let (status, body) = api.roles_of(&login).await;
        assert_eq!(
            (status, text(&body, "errorCode")),
            (403, "E0000006"),
            "{weaker}"
        );
    }
}

#[tokio::test]
async fn a_role_that_is_taken_away_shows_at_once() {
    let api = Api::of(ADA).await;
    assert_eq!(api.roles_of(ADA).await.0, 200);
    api.setup.org.set_role(ADA, Role::OrgAdmin);
    assert_eq!(api.roles_of(ADA).await.0, 403);
    assert_eq!(api.get("/api/v1/apps?limit=1").await, (200, json!([])));
}

#[tokio::test]
async fn a_missing_scope_is_told_in_a_header_only() {
    let api = Api::of(ADA).await;
    let request = http().get(api.url("/api/v1/zones")).bearer_auth(&api.token);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 403);
    let challenge = response.headers()["www-authenticate"]
        .to_str()
        .unwrap()
        .to_owned();
    let origin = api.setup.org.origin();
    assert_eq!(
        challenge,
        format!(
            "Bearer authorization_uri=\"{origin}/oauth2/v1/authorize\", realm=\"{origin}\", \
             scope=\"okta.networkZones.read\", error=\"insufficient_scope\", \
             error_description=\"The access token provided does not contain the required scopes.\", \
             resource=\"/api/v1/zones\""
        )
    );
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn an_expired_or_unknown_token_is_told_in_a_header_only() {
    let api = Api::of(ADA).await;
    api.setup.fake.clock().advance(3601);
    for token in [api.token.as_str(), "fakeokta_at_unknown"] {
        let request = http().get(api.url("/api/v1/users")).bearer_auth(token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    let ssws = http()
        .get(api.url("/api/v1/users"))
        .header("authorization", "SSWS x");
    let (status, body) = send(ssws).await;
    assert_eq!((status, text(&body, "errorCode")), (401, "E0000011"));
    let (status, body) = send(http().get(api.url("/api/v1/users"))).await;
    assert_eq!((status, text(&body, "errorCode")), (403, "E0000005"));
}

#[tokio::test]
async fn grants_can_be_listed_made_and_taken_back() {
    let api = Api::of(ADA).await;
    let path = format!("/api/v1/apps/{}/grants", api.setup.app.client_id);
    let (_, grants) = api.get(&path).await;
    assert_eq!(grants.as_array().unwrap().len(), ALL.len());
    let post = |body: Value| {
        send(
            http()
                .post(api.url(&path))
                .bearer_auth(&api.token)
                .json(&body),
        )
    };
    let issuer = api.setup.org.origin();
    let (status, grant) = post(json!({"issuer": issuer, "scopeId": "okta.idps.manage"})).await;
    assert_eq!((status, text(&grant, "scopeId")), (201, "okta.idps.manage"));
    let (status, body) = post(json!({"issuer": issuer, "scopeId": "okta.cats.manage"})).await;
    assert_eq!((status, text(&body, "errorCode")), (400, "E0000001"));
    let one = format!("{path}/{}", text(&grant, "id"));
    assert_eq!(api.get(&one).await.0, 200);
    let delete = http().delete(api.url(&one)).bearer_auth(&api.token);
    assert_eq!(send(delete).await.0, 204);
    assert_eq!(api.get(&one).await.0, 404);
}

#[tokio::test]
async fn a_service_app_can_be_created_and_given_a_role() {
    let api = Api::of(ADA).await;
    let post = |path: String, body: Value| {
        send(
            http()
                .post(api.url(&path))
                .bearer_auth(&api.token)
                .json(&body),
        )
    };
    let body = json!({"name": "oidc_client", "label": "Backup service",
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "private_key_jwt"}},
        "settings": {"oauthClient": {"application_type": "service",
            "grant_types": ["client_credentials"], "jwks_uri": "http://127.0.0.1:9/jwks"}}});
    let (status, app) = post("/api/v1/apps".to_owned(), body).await;
    assert_eq!(status, 200, "{app}");
    let id = text(&app, "id");
    assert_eq!(app["settings"]["oauthClient"]["consent_method"], "TRUSTED");
    let path = format!("/oauth2/v1/clients/{id}/roles");
    let (status, role) = post(path.clone(), json!({"type": "SUPER_ADMIN"})).await;
    assert_eq!((status, text(&role, "assignmentType")), (201, "CLIENT"));
    let (status, again) = post(path, json!({"type": "SUPER_ADMIN"})).await;
    assert_eq!((status, text(&again, "errorCode")), (409, "E0000263"));
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let api = Api::of(ADA).await;
    let cases = [
        ("/api/v1/users/00uNobody", 404, "E0000007"),
        ("/api/v1/cats", 404, "E0000008"),
        ("/api/v1/policies", 400, "E0000001"),
    ];
    for (path, status, code) in cases {
        let (got, body) = api.get(path).await;
        assert_eq!((got, text(&body, "errorCode")), (status, code), "{path}");
        assert!(text(&body, "errorId").starts_with("oae"));
    }
    let (status, body) = send(http().put(api.url("/api/v1/users")).bearer_auth(&api.token)).await;
    assert_eq!((status, text(&body, "errorCode")), (405, "E0000022"));
    api.setup.org.unlicense("/api/v1/authorizationServers");
    let (status, body) = api.get("/api/v1/authorizationServers/default").await;
    assert_eq!((status, text(&body, "errorCode")), (401, "E0000015"));
}

#[tokio::test]
async fn a_classic_organization_says_so_and_lacks_what_is_new() {
    let classic = OrgSeed {
        edition: Edition::V1,
        ..OrgSeed::sample("acme")
    };
    let seed = Seed {
        organizations: vec![classic],
    };
    let fake = FakeOkta::start(Options::new(seed)).await.unwrap();
    let org = fake.org("acme");
    let app = org.add_app(App {
        granted_scopes: vec!["okta.authenticators.manage".to_owned()],
        ..crate::support::backup_app()
    });
    let setup = Setup { fake, org, app };
    let url = |path: &str| format!("{}{path}", setup.org.origin());
    let (_, document) = send(http().get(url("/.well-known/okta-organization"))).await;
    assert_eq!(document["pipeline"], "v1");
    assert_eq!(
        document["_links"]["organization"]["href"],
        setup.org.origin()
    );
    let body = setup.tokens("openid okta.authenticators.manage").await;
    let request = http().get(url("/api/v1/authenticators"));
    let (status, body) = send(request.bearer_auth(text(&body, "access_token"))).await;
    assert_eq!((status, text(&body, "errorCode")), (401, "E0000015"));
}
