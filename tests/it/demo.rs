//! `grantway demo`: everything in one process, walked by its own announcement alone.

mod crowd;
mod running;

use reqwest::Method;
use serde_json::Value;
use sqlx::{Connection, PgConnection};

use self::running::{Demo, folder};
use crate::support::command::run;
use crate::support::{Answer, Browser};

/// The whole onboarding of the customer with this number, as the demo tells to walk it.
async fn walk(demo: &Demo, customer: usize, login: &str) -> Answer {
    let (link, okta) = (&demo.said["links"][customer], &demo.said["okta"][customer]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let browser = Browser::new(&demo.url());
    let origin = text(&okta["origin"]);
    let client = text(&okta["client_id"]);
    browser.get(&text(&link["url"])).await.assert_status(303);
    let host = origin.trim_start_matches("http://");
    let steps: [(&str, Vec<(&str, &str)>); 5] = [
        ("begin", vec![]),
        ("organization", vec![("organization", &origin)]),
        ("organization/confirm", vec![("organization", host)]),
        ("permissions", vec![]),
        (
            "app",
            vec![("client_auth", "private_key_jwt"), ("client_id", &client)],
        ),
    ];
    for (step, form) in steps {
        let answer = browser.post(&format!("/onboarding/{step}"), &form).await;
        answer.assert_status(303);
    }
    let leave = browser.okta_address().await;
    let people = okta["people"].as_array().unwrap();
    let person = people.iter().find(|person| person["login"] == login);
    // The walk's password is the announced one.
    let who = login.split('@').next().unwrap();
    assert_eq!(person.unwrap()["password"], format!("fakeokta_pw_{who}"));
    let back = browser.sign_in_at_okta(&leave, login).await;
    browser.follow(back.as_str()).await;
    let tenant = demo.tenant(customer).await;
    browser.get(&format!("/tenants/{tenant}")).await
}

/// Calls the API with a key of the announcement; gives the status.
async fn call(demo: &Demo, key: &Value) -> u16 {
    let bearer = format!("Bearer {}", key.as_str().unwrap());
    let browser = Browser::new(&demo.url());
    let headers = [("authorization", bearer.as_str())];
    let answer = browser.send(Method::GET, "/api/v1/catalog", None, &headers);
    answer.await.status
}

async fn count(demo: &Demo, from_where: &str) -> i64 {
    let url = demo.said["database_url"].as_str().unwrap();
    let mut connection = PgConnection::connect(url).await.unwrap();
    let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {from_where}"));
    let found = sqlx::query_scalar(query).fetch_one(&mut connection).await;
    connection.close().await.unwrap();
    found.unwrap()
}

#[tokio::test]
async fn all_three_customers_can_be_walked_from_the_announcement_alone() {
    let folder = folder();
    let demo = Demo::start(&folder, &[]).await;
    let people = demo.said["okta"][0]["people"].as_array().unwrap();
    assert_eq!(people.len(), 4);
    for customer in 0..3 {
        let link = &demo.said["links"][customer];
        for field in ["tenant", "url", "shows"] {
            assert!(!link[field].as_str().unwrap().is_empty(), "{field}");
        }
        for person in demo.said["okta"][customer]["people"].as_array().unwrap() {
            for field in ["login", "password", "shows"] {
                assert!(!person[field].as_str().unwrap().is_empty(), "{field}");
            }
        }
    }
    let front = Browser::new(&demo.url()).get("/").await;
    front.assert_status(200).assert_says("Northvault");
    for door in ["url", "admin_url"] {
        let browser = Browser::new(demo.said[door].as_str().unwrap());
        browser.get("/readyz").await.assert_status(200);
    }

    let full = walk(&demo, 0, "ada@acme.example").await;
    full.assert_status(200).assert_says("All 25 permissions");
    let partial = walk(&demo, 1, "ada@globex.example").await;
    partial
        .assert_status(200)
        .assert_says("of 25 permissions")
        .assert_says("System Monitoring and Devices are not backed up yet");
    let nothing = walk(&demo, 2, "ada@initech.example").await;
    nothing
        .assert_status(200)
        .assert_says("The app has no permission yet")
        .assert_says("Continue onboarding");
    demo.stop("INT").await;
}

#[tokio::test]
async fn what_was_done_is_kept_until_somebody_begins_anew() {
    let folder = folder();
    let connected = "connections WHERE connected_at IS NOT NULL";
    let demo = Demo::start(&folder, &[]).await;
    walk(&demo, 0, "ada@acme.example").await.assert_status(200);
    let first_link = demo.said["links"][0]["url"].clone();
    let first_keys = demo.said["api_keys"].clone();
    for role in ["onboarding", "worker", "support"] {
        assert_eq!(call(&demo, &first_keys[role]).await, 200, "{role}");
    }
    assert_eq!(count(&demo, connected).await, 1);
    demo.stop("INT").await;

    let demo = Demo::start(&folder, &[]).await;
    assert_ne!(demo.said["links"][0]["url"], first_link);
    for role in ["onboarding", "worker", "support"] {
        assert_eq!(
            call(&demo, &first_keys[role]).await,
            401,
            "an earlier run's key"
        );
        assert_eq!(
            call(&demo, &demo.said["api_keys"][role]).await,
            200,
            "{role}"
        );
    }
    assert_eq!(count(&demo, "api_keys WHERE revoked_at IS NULL").await, 3);
    assert_eq!(count(&demo, connected).await, 1);
    assert_eq!(count(&demo, "tenants").await, 3);
    // Signing in again works at this run's addresses.
    walk(&demo, 0, "ada@acme.example").await.assert_status(200);
    demo.stop("TERM").await;

    let demo = Demo::start(&folder, &["--fresh"]).await;
    assert_eq!(count(&demo, connected).await, 0);
    assert_eq!(count(&demo, "tenants").await, 3);
    demo.stop("INT").await;
}

#[tokio::test]
async fn the_demo_listens_on_this_machine_alone() {
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let ran = run(&["demo", "--listen", listen], &[]).await;
        ran.assert_code(2)
            .assert_complains("listens on this machine only");
        assert_eq!(ran.stdout, "");
    }
}

#[tokio::test]
async fn a_taken_port_is_named_before_anything_is_started() {
    let folder = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let data = folder.path().join("demo");
    let data = data.to_str().unwrap();

    let ran = run(&["demo", "--listen", &listen, "--data", data], &[]).await;

    ran.assert_code(1)
        .assert_complains(&format!("Another program uses {listen}"))
        .assert_complains("--listen 127.0.0.1:0 takes any");
    assert!(!folder.path().join("demo/cluster").exists());
}

#[tokio::test]
async fn a_folder_that_is_not_a_demos_is_never_emptied() {
    let folder = folder();
    let precious = folder.path().join("precious");
    std::fs::write(&precious, "thesis").unwrap();
    let data = folder.path().to_str().unwrap();

    let ran = run(
        &["demo", "--listen", "127.0.0.1:0", "--fresh", "--data", data],
        &[],
    )
    .await;

    ran.assert_code(1)
        .assert_complains("is not a demo's folder");
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "thesis");
}
