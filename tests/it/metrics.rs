//! `/metrics`, for operators alone: what it counts, and that no label holds anything of a tenant's.

mod labels;
pub mod scrape;

use grantway::flows::{Checks, Looked};
use tokio_util::sync::CancellationToken;

use self::labels::{LEFT_TO_OTHERS, assert_labels_are_documented, documented};
use self::scrape::Scrape;
use crate::support::database::{OwnCluster, TestDatabase};
use crate::support::{Settings, TestApp, raw};

const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn every_documented_metric_is_there_right_after_the_start_with_its_type_and_words() {
    let app = TestApp::start().await;

    let scrape = Scrape::of(&app).await;

    let documented = documented();
    assert!(documented.len() > 10, "the table is found");
    for (name, kind) in &scrape.types {
        assert!(documented.contains_key(name), "{name} is not documented");
        assert!(scrape.explained.contains(name), "{name} has no words");
        assert!(["counter", "gauge", "histogram"].contains(&kind.as_str()));
        assert_eq!(kind == "counter", name.ends_with("_total"), "{name}");
    }
    let missing: Vec<_> = documented
        .keys()
        .filter(|name| !scrape.types.contains_key(*name))
        // Counted by workers that this service leaves to others.
        .filter(|name| !LEFT_TO_OTHERS.contains(&name.as_str()))
        .collect();
    assert_eq!(missing, Vec::<&String>::new());
    assert_eq!(scrape.value("grantway_build_info", &[]), 1);
    assert_eq!(scrape.value("grantway_database_up", &[]), 1);
    assert!(scrape.value("process_start_time_seconds", &[]) > 1_600_000_000);
}

#[tokio::test]
async fn a_whole_journey_leaves_nothing_of_a_tenant_in_any_label() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let ran = Checks::new(app.shared.clone())
        .look(&CancellationToken::new())
        .await
        .unwrap();
    assert!(matches!(ran, Looked::Ran(_)));
    // What a stranger writes.
    for path in [
        "/CANARY-of-a-path",
        "/tenants/CANARY-of-a-tenant",
        "/?q=CANARY",
        "/onboard/CANARY",
    ] {
        browser.get(path).await;
    }
    let strange = "CANARY / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    raw::send(&app.url, strange.as_bytes()).await;

    let scrape = Scrape::of(&app).await;

    assert_labels_are_documented(&scrape);
    assert!(
        scrape.series.len() < 1_500,
        "{} series",
        scrape.series.len()
    );
    for secret in [
        "CANARY",
        "fakeokta",
        "acme",
        "ada@",
        "127.0.0.1",
        &invited.tenant.to_string(),
        &invited.connection.to_string(),
        &invited.client_id,
        invited.link.rsplit('/').next().unwrap(),
    ] {
        assert!(!scrape.text.contains(secret), "{secret} is told");
    }
}

#[tokio::test]
async fn what_happened_is_counted() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let before = Scrape::of(&app).await;
    assert_eq!(
        before.value("grantway_checks_total", &[("outcome", "complete")]),
        0
    );
    let tokens = |scrape: &Scrape, outcome| {
        scrape.value(
            "grantway_okta_requests_total",
            &[("endpoint", "token"), ("outcome", outcome)],
        )
    };
    // The preflight tries the credentials with what can only be refused; then the code is exchanged.
    assert_eq!(tokens(&before, "ok"), 1);
    let callbacks = [
        ("method", "GET"),
        ("route", "/oauth/callback/{connection}"),
        ("status", "3xx"),
    ];
    assert_eq!(before.value("grantway_http_requests_total", &callbacks), 1);
    let counted = "grantway_http_request_duration_seconds_count";
    assert_eq!(before.value(counted, &callbacks[..2]), 1);
    assert_eq!(
        before.value("grantway_connections", &[("state", "connected")]),
        1
    );

    Checks::new(app.shared.clone())
        .look(&CancellationToken::new())
        .await
        .unwrap();
    app.browser().get("/nothing").await.assert_status(404);

    let after = Scrape::of(&app).await;
    assert_eq!(
        after.value("grantway_checks_total", &[("outcome", "complete")]),
        1
    );
    let probes = [("endpoint", "probe"), ("outcome", "ok")];
    assert!(after.value("grantway_okta_requests_total", &probes) > 10);
    let unmatched = [("route", "unmatched"), ("status", "4xx")];
    assert_eq!(after.value("grantway_http_requests_total", &unmatched), 1);
    let pool = |state| after.value("grantway_database_connections", &[("state", state)]);
    let limit = after.value("grantway_database_connections_limit", &[]);
    assert!(pool("idle") >= 1 && pool("idle") + pool("busy") <= limit);
}

#[tokio::test]
async fn a_scrape_is_answered_while_the_database_is_away_and_says_so() {
    let mut cluster = OwnCluster::start().await;
    let url = cluster.url.clone();
    let unused = TestDatabase::new().await;
    let app = TestApp::start_on(unused, &url, Settings::default()).await;
    assert_eq!(Scrape::of(&app).await.value("grantway_database_up", &[]), 1);

    cluster.stop_server().await;

    let away = Scrape::of(&app).await;
    assert_eq!(away.value("grantway_database_up", &[]), 0);
    app.browser().get("/onboard/x").await.assert_status(503);
    assert!(
        Scrape::of(&app)
            .await
            .value("grantway_database_failures_total", &[])
            >= 1
    );
}

/// Each service of one process tells its own.
#[test]
fn two_services_in_one_process_do_not_share_what_they_count() {
    let serve = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let app = TestApp::start().await;
            app.browser().get("/signed-out").await.assert_status(200);
            let signed_out = [("route", "/signed-out")];
            Scrape::of(&app)
                .await
                .value("grantway_http_requests_total", &signed_out)
        })
    };
    let (one, other) = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(serve), scope.spawn(serve));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert_eq!((one, other), (1, 1));
}
