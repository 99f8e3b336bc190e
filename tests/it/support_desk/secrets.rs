//! No secret reaches a page, a bundle or an export of the staff's, whatever secret it is.

use fake_okta::AuthMethod;

use super::{ADA, path_of, visitor};
use crate::support::TestApp;

/// Every column that holds something sealed or hashed.
async fn secret_columns(app: &TestApp) -> Vec<String> {
    let columns = app
        .database
        .column(
            "SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type = 'bytea' AND table_name NOT LIKE 'audit%' ORDER BY 1",
        )
        .await;
    assert!(columns.len() > 10, "{columns:?}");
    columns
}

#[tokio::test]
async fn no_secret_stands_on_a_page_of_the_staffs_or_in_what_they_take_away() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    let ada = app.browser();
    ada.connect(&app, &invited, ADA).await.assert_status(200);
    let secrets = secret_columns(&app).await;
    let sam = visitor(&app, &invited).await;
    let path = path_of(&invited);
    let mut texts = Vec::new();
    for page in ["", "?kind=connection", "/customer-view", "/bundle.json"] {
        texts.push(sam.get(&format!("{path}{page}")).await.body);
    }
    texts.push(sam.get("/support?q=acme").await.body);
    // As text, as hexadecimal and as base64: in whatever form a column's bytes might come out.
    for column in &secrets {
        let (table, name) = column.split_once('.').unwrap();
        for form in ["hex", "base64", "escape"] {
            let query =
                format!("SELECT encode({name}, '{form}') FROM {table} WHERE {name} IS NOT NULL");
            for value in app.database.column(&query).await {
                let value = value.replace('\n', "");
                let found = value.len() > 20 && texts.iter().any(|text| text.contains(&value));
                assert!(!found, "{column} as {form}");
            }
        }
    }
    let cookie = ada.session_cookie().unwrap();
    let secret = invited.client_secret.unwrap();
    // The browsers look for everything that is secret at Okta by themselves; these two are ours.
    for canary in [cookie.as_str(), &secret] {
        assert!(texts.iter().all(|text| !text.contains(canary)));
    }
}

#[tokio::test]
async fn a_bundle_tells_versions_states_evidence_and_timeline_and_no_names() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let sam = visitor(&app, &invited).await;

    let bundle = sam.get(&format!("{}/bundle.json", path_of(&invited))).await;

    bundle.assert_status(200);
    let disposition = bundle.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"grantway-"));
    let told: serde_json::Value = serde_json::from_str(&bundle.body).unwrap();
    assert_eq!(told["versions"]["grantway"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["status"]["categories"].as_array().unwrap().len(), 13);
    let timeline = told["timeline"].as_array().unwrap();
    assert!(
        timeline
            .iter()
            .any(|one| one["action"] == "connection.connected")
    );
    for name in ["Ada", "ada@", "Sam", "sam@"] {
        assert!(!bundle.body.contains(name), "{name}");
    }
}
