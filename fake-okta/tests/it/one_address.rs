//! Many organizations behind one listener: told apart by name, each remembered in a file of its own.

use std::path::{Path, PathBuf};

use fake_okta::{App, AuthMethod, FakeOkta, Options, OrgHandle, Seed};
use serde_json::Value;

use crate::support::browser::http;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("fake-okta-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

async fn start(folder: &Path, names: &[&str]) -> FakeOkta {
    let options = Options {
        seed: Seed::sample(names),
        one_address: true,
        state_folder: Some(folder.to_owned()),
        ..Options::default()
    };
    FakeOkta::start(options).await.unwrap()
}

fn host(org: &OrgHandle) -> String {
    org.origin().trim_start_matches("http://").to_owned()
}

/// Asks the one listener as a client of that host.
async fn ask(port: &str, host: &str, path: &str) -> (u16, Value) {
    let request = http().get(format!("http://127.0.0.1:{port}{path}"));
    let answer = request.header("host", host).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

fn port(org: &OrgHandle) -> String {
    org.origin().rsplit(':').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_host_header_tells_the_organizations_apart() {
    let folder = Folder::new("apart");
    let fake = start(&folder.0, &["acme", "globex"]).await;
    let (acme, globex) = (fake.org("acme"), fake.org("globex"));
    assert_eq!(port(&acme), port(&globex));
    assert_eq!(
        acme.origin(),
        format!("http://acme.localhost:{}", port(&acme))
    );
    let document = "/.well-known/okta-organization";
    for org in [&acme, &globex] {
        let (status, said) = ask(&port(org), &host(org), document).await;
        assert_eq!((status, said["id"].as_str()), (200, Some(&*org.id())));
        assert_eq!(said["_links"]["organization"]["href"], org.origin());
    }
    let (status, _) = ask(&port(&acme), "initech.localhost", document).await;
    assert_eq!(status, 404);
    assert_eq!(acme.requests().len(), 1, "each has a log of its own");
}

#[tokio::test]
async fn each_is_remembered_with_the_address_and_newcomers_join() {
    let folder = Folder::new("kept");
    let fake = start(&folder.0, &["acme"]).await;
    let client_id = fake.org("acme").add_app(App::default()).client_id;
    let origin = fake.org("acme").origin().to_owned();
    fake.shutdown().await;
    // What a killed run was writing counts for nothing.
    std::fs::write(folder.0.join("globex.tmp"), "{\"id\":").unwrap();

    let fake = start(&folder.0, &["acme", "globex"]).await;
    assert_eq!(fake.org("acme").origin(), origin);
    assert!(fake.org("acme").app(&client_id).is_some());
    assert_eq!(port(&fake.org("globex")), port(&fake.org("acme")));
}

#[tokio::test]
async fn tokens_of_an_earlier_sign_in_end_ninety_days_after_it() {
    let folder = Folder::new("since");
    let fake = start(&folder.0, &["acme"]).await;
    let org = fake.org("acme");
    let app = org.add_app(App {
        auth_method: AuthMethod::ClientSecretBasic,
        everyone: true,
        ..App::default()
    });
    let day = 24 * 3600;
    let issue = |days: i64| {
        let since = fake.clock().now() - days * day;
        org.issue_tokens_since(&app.client_id, "ada@acme.example", &["openid"], since)
    };
    let (lively, over) = (issue(89), issue(91));

    let (refresh, access) = org.live_tokens();

    assert!(refresh.contains(&lively.refresh_token));
    assert!(!refresh.contains(&over.refresh_token));
    assert!(access.contains(&over.access_token), "it is as new as any");
}
