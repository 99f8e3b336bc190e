//! Every call, made by everybody whom it is not for, and about tenants that are not there.

mod limited;

use std::collections::{BTreeMap, BTreeSet};

use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use serde_json::Value;
use uuid::Uuid;

use super::caller::{Caller, Reply};
use super::table::{CALLS, Call};
use crate::support::{Settings, TestApp};

const TENANT_NAME: &str = "Zyzzyva Holdings";

/// A connected tenant that nobody but the right caller may learn of, and the callers.
struct Scene {
    app: TestApp,
    tenant: String,
    link: String,
    person: String,
    webhook: String,
    cookie: String,
    callers: Vec<(ApiRole, Caller)>,
    roles: BTreeMap<(String, String), Vec<String>>,
}

impl Scene {
    async fn set() -> Self {
        // A receiver that nobody runs: no call here has to reach one.
        let app = TestApp::start_with(Settings {
            webhook_origins: Some("http://127.0.0.1:9"),
            ..Settings::default()
        })
        .await;
        let invited = app
            .invite_named(
                TENANT_NAME,
                "acme",
                fake_okta::AuthMethod::PrivateKeyJwt,
                &app.catalog(),
            )
            .await;
        let browser = app.browser();
        browser
            .connect(&app, &invited, "ada@acme.example")
            .await
            .assert_status(200);
        let mut callers = Vec::new();
        for role in ApiRole::ALL {
            callers.push((role, app.caller(role).await));
        }
        let tenant = invited.tenant.to_string();
        let document = app
            .caller_without_key()
            .get("/api/openapi.json")
            .await
            .json();
        let mut scene = Self {
            cookie: browser.cookie(),
            roles: roles_of(&document),
            link: String::new(),
            person: String::new(),
            webhook: String::new(),
            app,
            tenant,
            callers,
        };
        scene.link = scene.make_link().await;
        scene.webhook = scene.make_webhook().await;
        let people = format!(
            "SELECT id::text FROM people WHERE tenant_id = '{}'",
            scene.tenant
        );
        scene.person = scene.app.database.column(&people).await.remove(0);
        scene
    }

    async fn make_link(&self) -> String {
        let path = format!("/tenants/{}/links", self.tenant);
        let made = self
            .caller(ApiRole::Onboarding)
            .send(reqwest::Method::POST, &path, None)
            .await;
        made.assert_status(201).json()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn make_webhook(&self) -> String {
        let body = serde_json::json!({ "url": "http://127.0.0.1:9/hooks" });
        let made = self.caller(ApiRole::Onboarding).post("/webhooks", &body);
        let made = made.await.assert_status(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    fn caller(&self, role: ApiRole) -> &Caller {
        let found = self.callers.iter().find(|(of, _)| *of == role);
        &found.unwrap().1
    }

    fn allowed(&self, call: &Call) -> &[String] {
        &self.roles[&(call.method.to_owned(), call.path.to_owned())]
    }

    async fn make(&self, caller: &Caller, call: &Call) -> Reply {
        self.make_about(caller, call, &self.tenant, &self.link)
            .await
    }

    async fn make_about(&self, caller: &Caller, call: &Call, tenant: &str, link: &str) -> Reply {
        let path = call
            .path
            .replace("{tenant}", tenant)
            .replace("{link}", link)
            .replace(
                "{person}",
                if link == self.link {
                    &self.person
                } else {
                    link
                },
            )
            .replace("{webhook}", &self.webhook);
        let organization = self.app.org("acme").origin().to_owned();
        let body = call
            .body
            .map(|body| body.replace("{organization}", &organization));
        caller.send(call.method.parse().unwrap(), &path, body).await
    }

    /// Refused as a problem, and nothing told or changed.
    async fn assert_refused(&self, caller: &Caller, call: &Call, status: u16, slug: &str) {
        let before = self.app.database.snapshot(None).await;
        let reply = self.make(caller, call).await;
        let problem = reply.assert_problem(status, slug);
        let said = problem.to_string();
        assert!(
            !said.contains(TENANT_NAME) && !said.contains("00o"),
            "{call:?}: {said}"
        );
        assert!(reply.header("www-authenticate").is_some(), "{call:?}");
        let after = self.app.database.snapshot(None).await;
        assert_eq!(before, after, "{call:?} changed something");
    }
}

fn roles_of(document: &Value) -> BTreeMap<(String, String), Vec<String>> {
    let mut roles = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let names = operation["x-roles"].as_array().unwrap().iter();
            let names = names
                .map(|name| name.as_str().unwrap().to_owned())
                .collect();
            roles.insert((method.to_uppercase(), path.clone()), names);
        }
    }
    roles
}

#[tokio::test]
async fn the_table_makes_every_documented_call_once() {
    let app = TestApp::start().await;
    let document = app
        .caller_without_key()
        .get("/api/openapi.json")
        .await
        .json();
    let documented: BTreeSet<_> = roles_of(&document).into_keys().collect();
    let made: Vec<_> = CALLS
        .iter()
        .map(|call| (call.method.to_owned(), call.path.to_owned()))
        .collect();
    assert_eq!(made.iter().cloned().collect::<BTreeSet<_>>(), documented);
    assert_eq!(made.len(), documented.len(), "each once");
}

#[tokio::test]
async fn each_call_is_made_by_its_roles_and_by_no_other() {
    let scene = Scene::set().await;
    for call in CALLS {
        for (role, caller) in &scene.callers {
            if !scene.allowed(call).iter().any(|name| name == role.name()) {
                scene.assert_refused(caller, call, 403, "wrong-role").await;
            }
        }
    }
    for call in CALLS {
        for (role, caller) in &scene.callers {
            if scene.allowed(call).iter().any(|name| name == role.name()) {
                let reply = scene.make(caller, call).await;
                assert_eq!(
                    reply.status, call.status,
                    "{call:?} as {role:?}: {}",
                    reply.body
                );
            }
        }
    }
}

#[tokio::test]
async fn nobody_calls_without_a_working_key_whatever_cookies_come_along() {
    let scene = Scene::set().await;
    let revoked = scene.app.caller(ApiRole::Onboarding).await;
    let keys = scene.app.api_keys();
    keys.revoke(revoked.id.unwrap(), Actor::CommandLine)
        .await
        .unwrap();
    let right = scene.caller(ApiRole::Onboarding).key.clone().unwrap();
    let malformed = [
        "x",
        &right[..right.len() - 1],
        &right.replace("onboarding", "worker"),
    ]
    .map(|key| scene.app.caller_with(key));
    let cookie = format!("grantway={}", scene.cookie);
    for call in CALLS {
        let nobody = scene.app.caller_without_key();
        scene
            .assert_refused(&nobody, call, 401, "key-missing")
            .await;
        let browser = nobody.with("cookie", &cookie);
        scene
            .assert_refused(&browser, call, 401, "key-missing")
            .await;
        scene
            .assert_refused(&revoked, call, 401, "key-invalid")
            .await;
        for caller in &malformed {
            scene.assert_refused(caller, call, 401, "key-invalid").await;
        }
    }
}

#[tokio::test]
async fn what_is_another_tenants_what_is_not_there_and_what_is_no_id_look_alike() {
    let scene = Scene::set().await;
    let other = scene
        .app
        .invite_with("globex", fake_okta::AuthMethod::PrivateKeyJwt, &[])
        .await;
    let other = other.tenant.to_string();
    let absent = Uuid::now_v7().to_string();
    let long = "a".repeat(300);
    for call in CALLS.iter().filter(|call| call.path.contains("{tenant}")) {
        let role = ApiRole::from_name(&scene.allowed(call)[0]).unwrap();
        let caller = scene.caller(role);
        let before = scene.app.database.snapshot(None).await;
        let mut said = BTreeSet::new();
        let mut look = async |tenant: &str, link: &str| {
            let reply = scene.make_about(caller, call, tenant, link).await;
            let mut problem = reply.assert_problem(404, "not-found");
            problem["request_id"] = Value::Null;
            said.insert(problem.to_string());
        };
        for tenant in [absent.as_str(), "x", "..%2f", "%00", "00000000", &long] {
            look(tenant, &scene.link).await;
        }
        if call.path.contains("{link}") || call.path.contains("{person}") {
            look(&other, &scene.link).await;
            look(&scene.tenant, &absent).await;
            look(&scene.tenant, "x").await;
        }
        assert_eq!(said.len(), 1, "{call:?}: {said:?}");
        let after = scene.app.database.snapshot(None).await;
        assert_eq!(before, after, "{call:?} changed something");
    }
}
