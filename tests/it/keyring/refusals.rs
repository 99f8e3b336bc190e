//! A service whose key ring does not open what is in the database does not start, and says why.

use sqlx::AssertSqlSafe;
use tokio::process::Child;

use super::crowd::{Member, settle, vault_of};
use super::rotation::{left, rotate};
use super::{IMPOSTOR, NEW, OLD, both};
use crate::support::Browser;
use crate::support::command::{Ran, command, configuration, free_port, run};
use crate::support::database::TestDatabase;

/// `serve` with this ring, which is expected to end by itself.
async fn serve(database: &TestDatabase, ring: &str) -> Ran {
    let ports = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
    run(&["serve"], &variables(database, ring, &ports)).await
}

fn variables<'a>(
    database: &'a TestDatabase,
    ring: &'a str,
    [listen, admin]: &'a [String; 2],
) -> Vec<(&'static str, &'a str)> {
    let mut variables = configuration(database);
    variables.retain(|(name, _)| *name != "GRANTWAY_KEYRING");
    variables.extend([
        ("GRANTWAY_KEYRING", ring),
        ("GRANTWAY_LISTEN", listen.as_str()),
        ("GRANTWAY_ADMIN_LISTEN", admin.as_str()),
    ]);
    variables
}

/// A service that runs, until it is dropped.
struct Serving {
    admin: Browser,
    _child: Child,
}

async fn serving(database: &TestDatabase, ring: &str, more: &[(&'static str, &str)]) -> Serving {
    let ports = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
    let mut variables = variables(database, ring, &ports);
    variables.extend(more);
    let mut child = command(&["serve"], &variables).spawn().unwrap();
    for _ in 0..400 {
        if tokio::net::TcpStream::connect(&ports[1]).await.is_ok() {
            break;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    Serving {
        admin: Browser::new(&format!("http://{}", ports[1])),
        _child: child,
    }
}

async fn crowd(database: &TestDatabase) -> Vec<Member> {
    settle(&database.pool, &vault_of(OLD), 3).await
}

#[tokio::test]
async fn a_removed_key_that_is_needed_keeps_the_service_from_starting_and_names_the_rows() {
    let database = TestDatabase::new().await;
    let members = crowd(&database).await;

    let refused = serve(&database, NEW).await;

    refused.assert_code(2);
    let lines: Vec<&str> = refused
        .stderr
        .lines()
        .filter(|line| line.starts_with("  key "))
        .collect();
    assert_eq!(lines.len(), 4, "{refused:?}");
    for column in [
        "connections.client_secret",
        "connections.client_key",
        "token_sets.access_token",
        "token_sets.refresh_token",
    ] {
        let begin =
            format!("  key old1 is not in the ring, but needed for {column}: 3 rows, such as ");
        let line = lines.iter().find_map(|line| line.strip_prefix(&begin));
        let example = line.unwrap_or_else(|| panic!("no {column} in {refused:?}"));
        let known = members
            .iter()
            .any(|member| member.connection.to_string() == example);
        assert!(known, "{example} is one of the rows");
    }
    refused.assert_complains("grantway keyring rotate");
    // With it, behind the active one, the service starts; and without it once nothing needs it.
    let with_both = serving(&database, &both(), &[]).await;
    with_both.admin.get("/readyz").await.assert_status(200);
    rotate(&database, &both(), &[]).await.assert_code(0);
    let with_new = serving(&database, NEW, &[]).await;
    with_new.admin.get("/readyz").await.assert_status(200);
}

#[tokio::test]
async fn another_key_of_the_same_name_is_found_out() {
    let database = TestDatabase::new().await;
    crowd(&database).await;
    for ring in [IMPOSTOR.to_owned(), format!("{NEW},{IMPOSTOR}")] {
        let refused = serve(&database, &ring).await;
        refused.assert_code(2).assert_complains(
            "key old1 is in the ring, but it is not the key of this name that sealed token_sets.access_token: 3 rows",
        );
        let rotated = rotate(&database, &ring, &[]).await;
        rotated.assert_code(2).assert_complains("key old1");
        assert_eq!(left(&database).await, 12, "nothing was touched");
    }
}

#[tokio::test]
async fn a_rotation_without_a_needed_key_begins_nothing() {
    let database = TestDatabase::new().await;
    crowd(&database).await;

    let refused = rotate(&database, NEW, &["--json"]).await;

    refused
        .assert_code(2)
        .assert_complains("key old1 is not in the ring");
    assert_eq!(refused.stdout, "");
    assert_eq!(left(&database).await, 12);
}

/// One damaged row among several is that tenant's trouble, not everybody's.
#[tokio::test]
async fn a_damaged_row_does_not_keep_the_service_from_starting() {
    let database = TestDatabase::new().await;
    let members = crowd(&database).await;
    let damaged = members[0].connection;
    for column in ["access_token", "refresh_token"] {
        database
            .change(&format!(
                "UPDATE token_sets SET {column} = set_byte({column}, octet_length({column}) - 1,
                     get_byte({column}, octet_length({column}) - 1) # 1) WHERE connection_id = '{damaged}'"
            ))
            .await;
    }
    let garbage =
        format!("UPDATE connections SET client_secret = '\\xdead' WHERE id = '{damaged}'");
    database.change(&garbage).await;

    let served = serving(&database, OLD, &[]).await;

    served.admin.get("/readyz").await.assert_status(200);
}

/// Nothing else is sealed here: that the key is the right one, the audit trail's signatures tell.
#[tokio::test]
async fn a_single_secret_that_is_damaged_is_named_and_set_aside() {
    let database = TestDatabase::new().await;
    let ports = ["127.0.0.1:0".to_owned(), "127.0.0.1:0".to_owned()];
    let args = ["tenant", "invite", "--name", "Acme Ltd"];
    let invited = run(&args, &variables(&database, OLD, &ports)).await;
    invited.assert_code(0);
    database
        .change(
            "INSERT INTO webhook_endpoints (id, url, secret, created_at)
             VALUES (gen_random_uuid(), 'https://example.com/hooks', '\\x01046f6c6431' || sha512('x'), now())",
        )
        .await;

    let served = serving(&database, OLD, &[]).await;

    served.admin.get("/readyz").await.assert_status(200);
    let rotated = rotate(&database, &both(), &["--json"]).await;
    rotated
        .assert_code(1)
        .assert_complains("webhook_endpoints.secret of ")
        .assert_complains("does not open");
    // A ring that never sealed or signed anything here is still refused.
    serve(&database, IMPOSTOR).await.assert_code(2);
}

/// Where the migrations are applied apart, the look comes as soon as there is something to look at.
#[tokio::test]
async fn a_service_that_could_not_look_at_its_start_is_not_ready_with_keys_missing() {
    let database = TestDatabase::new().await;
    crowd(&database).await;
    let hide = "ALTER TABLE connections RENAME TO hidden; DELETE FROM _sqlx_migrations WHERE version = 20261123090000";
    let versions = "SELECT description || '|' || encode(checksum, 'hex') FROM _sqlx_migrations WHERE version = 20261123090000";
    let row = database.column(versions).await.remove(0);
    let (description, checksum) = row.split_once('|').unwrap();
    database.change(hide).await;
    let served = serving(&database, NEW, &[("GRANTWAY_MIGRATE", "false")]).await;
    served.admin.get("/readyz").await.assert_status(503);

    sqlx::raw_sql(AssertSqlSafe(format!(
        "ALTER TABLE hidden RENAME TO connections;
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (20261123090000, '{description}', true, decode('{checksum}', 'hex'), 1)"
    )))
    .execute(&database.pool)
    .await
    .unwrap();

    let answer = served.admin.get("/readyz").await;
    answer.assert_status(503);
    assert!(
        answer
            .body
            .contains("the key ring lacks keys that rows need"),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("old1"), "{}", answer.body);
}
