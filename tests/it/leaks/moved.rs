//! A sealed secret opens only in the place that it was sealed for.

use std::sync::Arc;

use fake_okta::AuthMethod;
use grantway::domain::org_url::OrgOrigin;
use grantway::vault::{self, Field, KeyRing, OpenError, SealContext, Sealed, Vault};
use secrecy::SecretString;

use crate::support::TestApp;
use crate::support::app::Invited;
use crate::support::settings::KEY_RING;

/// Where a secret of this connection belongs.
pub fn place(invited: &Invited, field: Field, generation: i64) -> SealContext {
    SealContext {
        tenant: invited.tenant,
        record: invited.connection.as_uuid(),
        field,
        generation,
        origin: (field != Field::ClientKey)
            .then(|| OrgOrigin::from_stored(&invited.origin).unwrap()),
    }
}

async fn connected(app: &TestApp, org: &str) -> Invited {
    let invited = app
        .invite_with(org, AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    app.browser()
        .connect(app, &invited, &format!("ada@{org}.example"))
        .await
        .assert_status(200);
    invited
}

/// What stands in a column of the tenant's row.
async fn stored(app: &TestApp, invited: &Invited, table: &str, column: &str) -> Sealed {
    let query = format!("SELECT {column} FROM {table} WHERE tenant_id = $1");
    let bytes: Vec<u8> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
        .bind(invited.tenant.as_uuid())
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    Sealed::from_bytes(bytes)
}

async fn open(
    app: &TestApp,
    invited: &Invited,
    column: &str,
    field: Field,
    generation: i64,
) -> Result<SecretString, OpenError> {
    let table = match field {
        Field::AccessToken | Field::RefreshToken => "token_sets",
        _ => "connections",
    };
    let sealed = stored(app, invited, table, column).await;
    app.shared
        .vault
        .open(&place(invited, field, generation), &sealed)
}

#[tokio::test]
async fn tokens_that_changed_columns_do_not_open() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme").await;
    for (column, field) in [
        ("access_token", Field::AccessToken),
        ("refresh_token", Field::RefreshToken),
    ] {
        let opened = open(&app, &invited, column, field, 1).await.unwrap();
        assert!(
            vault::disclose(&opened).starts_with("fakeokta_"),
            "{column}"
        );
    }

    app.database
        .change("UPDATE token_sets SET access_token = refresh_token, refresh_token = access_token")
        .await;

    for (column, field) in [
        ("access_token", Field::AccessToken),
        ("refresh_token", Field::RefreshToken),
    ] {
        let refused = open(&app, &invited, column, field, 1).await;
        assert_eq!(refused.unwrap_err(), OpenError::Refused, "{column}");
    }
}

#[tokio::test]
async fn secrets_that_changed_tenants_do_not_open() {
    let app = TestApp::start().await;
    let (acme, globex) = (
        connected(&app, "acme").await,
        connected(&app, "globex").await,
    );
    for (table, column) in [
        ("token_sets", "access_token"),
        ("token_sets", "refresh_token"),
        ("connections", "client_secret"),
        ("connections", "client_key"),
    ] {
        app.database
            .change(&format!(
                "UPDATE {table} t SET {column} = o.{column} FROM {table} o WHERE o.tenant_id <> t.tenant_id"
            ))
            .await;
    }
    for invited in [&acme, &globex] {
        for (column, field) in [
            ("access_token", Field::AccessToken),
            ("refresh_token", Field::RefreshToken),
            ("client_secret", Field::ClientSecret),
            ("client_key", Field::ClientKey),
        ] {
            let refused = open(&app, invited, column, field, 1).await;
            assert_eq!(refused.unwrap_err(), OpenError::Refused, "{column}");
        }
    }
}

#[tokio::test]
async fn an_older_token_that_was_put_back_does_not_open() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme").await;
    let old = stored(&app, &invited, "token_sets", "access_token").await;
    let again = Invited {
        link: app.another_link(&invited).await,
        ..invited.clone()
    };
    app.browser()
        .connect(&app, &again, "ada@acme.example")
        .await
        .assert_status(200);
    let generations = app
        .database
        .column("SELECT generation::text FROM token_sets")
        .await;
    assert_eq!(generations, ["2"]);
    let new = open(&app, &invited, "access_token", Field::AccessToken, 2).await;
    assert!(new.is_ok());

    let put_back = app
        .shared
        .vault
        .open(&place(&invited, Field::AccessToken, 2), &old);

    assert_eq!(put_back.unwrap_err(), OpenError::Refused);
}

#[tokio::test]
async fn a_changed_byte_is_noticed() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme").await;
    let sealed = stored(&app, &invited, "token_sets", "access_token").await;
    let place = place(&invited, Field::AccessToken, 1);
    for position in 0..sealed.as_bytes().len() {
        let mut bytes = sealed.as_bytes().to_vec();
        bytes[position] ^= 1;
        let opened = app.shared.vault.open(&place, &Sealed::from_bytes(bytes));
        assert!(opened.is_err(), "byte {position}");
    }
}

/// Whoever can write to the database must not make us sign, or send, as somebody else.
#[tokio::test]
async fn a_sign_in_with_another_tenants_credentials_stops_before_okta_is_asked() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    connected(&app, "globex").await;
    let browser = app.browser();
    let okta = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&okta, "ada@acme.example").await;
    app.database
        .change(
            "UPDATE connections t SET client_key = o.client_key FROM connections o
             WHERE o.tenant_id <> t.tenant_id",
        )
        .await;

    let answer = browser.get(back.as_str()).await;

    answer
        .assert_status(500)
        .assert_says("This is our mistake, not yours")
        .assert_says("Reference");
    assert_eq!(app.code_exchanges("acme"), 0);
    let connected = format!(
        "connections WHERE id = '{}' AND connected_at IS NOT NULL",
        invited.connection
    );
    assert_eq!(app.database.count(&connected).await, 0);
    let log = app.log.text();
    assert!(log.contains("a sealed secret could not be opened"), "{log}");
}

#[tokio::test]
async fn a_key_that_left_the_ring_is_named() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme").await;
    let sealed = stored(&app, &invited, "token_sets", "access_token").await;
    let place = place(&invited, Field::AccessToken, 1);
    let fresh = KeyRing::generate();
    let ring = |text: &str| Vault::new(KeyRing::parse(&SecretString::from(text)).unwrap());
    let without = ring(vault::disclose(&fresh));
    let with_both = Arc::new(ring(&format!("{},{KEY_RING}", vault::disclose(&fresh))));

    let error = without.open(&place, &sealed).unwrap_err();

    assert_eq!(
        error.to_string(),
        "it is sealed under the key test1, which is not in the key ring"
    );
    assert!(
        with_both.open(&place, &sealed).is_ok(),
        "an older key still opens"
    );
    assert!(with_both.is_stale(&sealed), "and what it sealed is due");
    // Another key of the same name is no way in.
    let impostor = vault::disclose(&fresh)
        .split_once(':')
        .unwrap()
        .1
        .to_owned();
    let refused = ring(&format!("test1:{impostor}")).open(&place, &sealed);
    assert_eq!(refused.unwrap_err(), OpenError::Refused);
}
