//! `grantway serve`, from its start to its end.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Child;

use crate::support::Browser;
use crate::support::command::{command, configuration, free_port, run, signal};
use crate::support::database::{TestDatabase, migrations};
use crate::support::settings::KEY_RING;

/// A service in a process of its own.
struct Served {
    child: Child,
    url: String,
    admin_url: String,
    variables: Vec<(String, String)>,
}

impl Served {
    async fn start(database: &TestDatabase, more: &[(&str, &str)]) -> Self {
        let (listen, admin) = (
            format!("127.0.0.1:{}", free_port()),
            format!("127.0.0.1:{}", free_port()),
        );
        let mut variables = configuration(database);
        variables.extend([
            ("GRANTWAY_LISTEN", listen.as_str()),
            ("GRANTWAY_ADMIN_LISTEN", admin.as_str()),
        ]);
        variables.extend(more);
        let child = command(&["serve"], &variables)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let served = Self {
            child,
            variables: variables.iter().map(owned).collect(),
            url: format!("http://{listen}"),
            admin_url: format!("http://{admin}"),
        };
        served.wait().await;
        served
    }

    /// Until it listens.
    async fn wait(&self) {
        let address = self.url.trim_start_matches("http://");
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it does not listen");
    }

    fn variables(&self) -> Vec<(&str, &str)> {
        let all = self.variables.iter();
        all.map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Waits for its end; gives its exit code and all that it wrote.
    async fn end(mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        for stream in [
            &mut self.child.stdout.take().unwrap() as &mut (dyn tokio::io::AsyncRead + Unpin),
            &mut self.child.stderr.take().unwrap(),
        ] {
            tokio::time::timeout(Duration::from_secs(20), stream.read_to_string(&mut text))
                .await
                .expect("it ends")
                .unwrap();
        }
        (self.child.wait().await.unwrap().code(), text)
    }
}

#[tokio::test]
async fn a_service_starts_answers_and_stops_when_asked() {
    let database = TestDatabase::new().await;
    for name in ["TERM", "INT"] {
        let served = Served::start(&database, &[]).await;
        Browser::new(&served.url).get("/").await.assert_status(200);
        for url in [&served.url, &served.admin_url] {
            Browser::new(url).get("/readyz").await.assert_status(200);
        }
        let metrics = Browser::new(&served.admin_url).get("/metrics").await;
        let counted =
            "grantway_http_requests_total{method=\"GET\",route=\"/readyz\",status=\"2xx\"} 1";
        metrics.assert_status(200).assert_says(counted);
        let public = Browser::new(&served.url).get("/metrics").await;
        public.assert_status(404);

        signal(&served.child, name).await;

        let (code, log) = served.end().await;
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("asked to stop"), "{log}");
    }
}

#[tokio::test]
async fn a_service_applies_migrations_unless_told_not_to() {
    let database = TestDatabase::new().await;
    let empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
    database.change(empty).await;
    let served = Served::start(&database, &[("GRANTWAY_MIGRATE", "false")]).await;
    let answer = Browser::new(&served.admin_url).get("/readyz").await;
    answer.assert_status(503);
    let missing = format!("{} migrations are not applied", migrations());
    assert!(answer.body.contains(&missing));
    signal(&served.child, "TERM").await;
    assert_eq!(served.end().await.0, Some(0));

    let served = Served::start(&database, &[]).await;

    let answer = Browser::new(&served.admin_url).get("/readyz").await;
    answer.assert_status(200);
    signal(&served.child, "TERM").await;
    assert_eq!(served.end().await.0, Some(0));
}

#[tokio::test]
async fn a_second_service_at_the_same_address_says_so() {
    let database = TestDatabase::new().await;
    let served = Served::start(&database, &[]).await;
    let address = served.url.trim_start_matches("http://").to_owned();

    let second = run(&["serve"], &served.variables()).await;

    second
        .assert_code(1)
        .assert_complains(&format!("cannot listen on {address}"));
    Browser::new(&served.url).get("/").await.assert_status(200);
    signal(&served.child, "TERM").await;
    assert_eq!(served.end().await.0, Some(0));
}

#[tokio::test]
async fn what_a_service_writes_is_json_when_asked_and_never_a_secret() {
    let database = TestDatabase::new().await;
    let more = [("GRANTWAY_LOG_FORMAT", "json"), ("GRANTWAY_LOG", "trace")];
    let served = Served::start(&database, &more).await;
    let browser = Browser::new(&served.url);
    browser
        .get("/onboard/CANARY-of-a-link")
        .await
        .assert_status(404);
    browser
        .get("/?code=CANARY-of-a-code")
        .await
        .assert_status(200);

    signal(&served.child, "TERM").await;

    let (code, log) = served.end().await;
    assert_eq!(code, Some(0));
    assert!(log.contains("/onboard/{link}"), "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string() && line["timestamp"].is_string());
    }
    for secret in ["CANARY", KEY_RING, &KEY_RING[6..], &database.url] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}
