//! `/healthz` and `/readyz`: alive, and able to work.

use std::time::Duration;

use fake_okta::FakeOkta;
use serde_json::Value;

use crate::support::database::{OwnCluster, TestDatabase, migrations};
use crate::support::{Answer, Browser, Settings, TestApp};

const DEPENDENCIES: [&str; 3] = ["database", "migrations", "key_ring"];

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    serde_json::from_str(&answer.body).unwrap()
}

/// Both listeners, by name.
fn doors(app: &TestApp) -> [(&'static str, Browser); 2] {
    [
        ("public", app.browser()),
        ("admin", Browser::new(&app.admin_url)),
    ]
}

#[tokio::test]
async fn a_service_that_can_work_says_so_at_both_doors() {
    let app = TestApp::start().await;
    for (door, browser) in doors(&app) {
        let alive = browser.get("/healthz").await;
        assert_eq!(
            alive.assert_status(200).body,
            r#"{"status":"ok"}"#,
            "{door}"
        );

        let ready = json(browser.get("/readyz").await.assert_status(200));

        assert_eq!(ready["status"], "ready", "{door}");
        let dependencies = ready["dependencies"].as_object().unwrap();
        let names: Vec<_> = dependencies.keys().collect();
        assert_eq!(names, DEPENDENCIES, "{door}");
        for (name, dependency) in dependencies {
            assert_eq!(dependency["status"], "ok", "{name}");
            assert!(dependency["latency_us"].as_u64().unwrap() > 0, "{name}");
            assert_eq!(dependency.as_object().unwrap().len(), 2, "no detail");
        }
    }
}

#[tokio::test]
async fn without_its_database_the_service_lives_and_is_not_ready_until_it_is_back() {
    let mut cluster = OwnCluster::start().await;
    let url = cluster.url.clone();
    let unused = TestDatabase::new().await;
    let app = TestApp::start_on(unused, &url, Settings::default()).await;
    app.browser().get("/readyz").await.assert_status(200);

    cluster.stop_server().await;

    for (door, browser) in doors(&app) {
        browser.get("/healthz").await.assert_status(200);
        let answer = browser.get("/readyz").await;
        let down = json(answer.assert_status(503));
        assert_eq!(down["status"], "not_ready", "{door}");
        let of = |name: &str| down["dependencies"][name]["status"].clone();
        assert_eq!(of("database"), "down");
        assert_eq!(of("key_ring"), "ok");
        assert_tells_no_inside(&answer, &url);
    }

    cluster.start_server().await;
    for (door, browser) in doors(&app) {
        assert!(becomes_ready(&browser).await, "{door}");
    }
}

/// Connections that died with the server are found out one by one.
async fn becomes_ready(browser: &Browser) -> bool {
    for _ in 0..50 {
        let answer = browser.get("/readyz").await;
        if answer.status == 200 {
            return json(&answer)["status"] == "ready";
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

/// Where the database is, and as whom we go there, is nobody's business at a public door.
#[track_caller]
fn assert_tells_no_inside(answer: &Answer, database_url: &str) {
    let url: url::Url = database_url.parse().unwrap();
    let parts = [Some(url.path()), url.query(), url.password()];
    for part in parts.into_iter().flatten().filter(|part| part.len() > 3) {
        assert!(!answer.body.contains(part), "{}", answer.body);
    }
    for inside in ["postgres", "/dev/shm", "/tmp", "sqlx", "test1", ".s.PGSQL"] {
        assert!(!answer.body.contains(inside), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_database_that_lacks_migrations_is_named() {
    let app = TestApp::start().await;
    for (change, missing) in [
        (
            "DELETE FROM _sqlx_migrations WHERE version = 20261123090800",
            1,
        ),
        ("DROP TABLE _sqlx_migrations", migrations()),
    ] {
        app.database.change(change).await;

        let answer = app.browser().get("/readyz").await;

        let body = json(answer.assert_status(503));
        assert_eq!(body["status"], "not_ready");
        let dependencies = &body["dependencies"];
        assert_eq!(dependencies["database"]["status"], "ok");
        assert_eq!(dependencies["migrations"]["status"], "down");
        let detail = dependencies["migrations"]["detail"].as_str().unwrap();
        assert_eq!(detail, format!("{missing} migrations are not applied"));
        app.browser().get("/healthz").await.assert_status(200);
    }
}

/// Not even a stopped Okta makes us unready: it would take every tenant's page away.
#[tokio::test]
async fn a_stopped_okta_does_not_make_the_service_unready() {
    let mut app = TestApp::start().await;
    let empty = FakeOkta::start(fake_okta::Options::new(fake_okta::Seed::sample(&["x"])));
    let fake = std::mem::replace(&mut app.fake, empty.await.unwrap());
    fake.shutdown().await;

    app.browser().get("/readyz").await.assert_status(200);
}

#[tokio::test]
async fn what_operators_measure_is_not_for_the_public() {
    let app = TestApp::start().await;
    for path in ["/metrics", "/metrics/", "/debug", "/admin"] {
        app.browser().get(path).await.assert_status(404);
    }
}

#[tokio::test]
async fn the_operators_door_serves_health_and_nothing_of_any_tenant() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let admin = Browser::new(&app.admin_url);
    let token = invited.link.rsplit('/').next().unwrap();
    for path in [
        "/",
        "/onboarding",
        "/sign-in",
        &format!("/onboard/{token}"),
        &format!("/tenants/{}", invited.tenant),
        &format!("/oauth/jwks/{}", invited.connection),
    ] {
        admin.get(path).await.assert_status(404);
    }
    assert_eq!(app.database.count("sessions").await, 0);
}

#[tokio::test]
async fn a_service_that_stops_finishes_and_closes_both_doors() {
    let mut app = TestApp::start().await;
    app.browser().get("/readyz").await.assert_status(200);

    app.stop().await;

    for url in [&app.url, &app.admin_url] {
        let address = url.trim_start_matches("http://");
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
    }
}
