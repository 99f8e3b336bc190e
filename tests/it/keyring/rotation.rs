//! `grantway keyring rotate` in processes of its own, beside readers and writers.

use grantway::vault::{Field, Sealed};
use serde_json::Value;

use super::crowd::{settle, vault_of};
use super::load::{Load, kill_on_the_way};
use super::{NEW, OLD, both};
use crate::support::command::{Ran, configuration, run};
use crate::support::database::TestDatabase;

pub fn variables<'a>(database: &'a TestDatabase, ring: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut variables = configuration(database);
    variables.retain(|(name, _)| *name != "GRANTWAY_KEYRING");
    variables.push(("GRANTWAY_KEYRING", ring));
    variables
}

pub async fn rotate(database: &TestDatabase, ring: &str, more: &[&str]) -> Ran {
    let args = [&["keyring", "rotate"], more].concat();
    run(&args, &variables(database, ring)).await
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.stdout.lines().count(), 1, "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Rows that are sealed under the old key, in every column.
pub async fn left(database: &TestDatabase) -> i64 {
    let mut left = 0;
    for column in grantway::store::SEALED_COLUMNS {
        let name = column.column;
        let from = format!(
            "{} WHERE sealed_header({name}) = '\\x02046f6c6431'",
            column.table
        );
        left += database.count(&from).await;
    }
    left
}

#[tokio::test]
async fn everything_is_sealed_anew_under_load_though_it_was_killed_twice_on_the_way() {
    let database = TestDatabase::new().await;
    let members = settle(&database.pool, &vault_of(OLD), 1_600).await;
    let load = Load::begin(&database, &members);

    kill_on_the_way(&database, &members[700], "access_token").await;
    let after_one = left(&database).await;
    kill_on_the_way(&database, &members[600], "refresh_token").await;
    let after_two = left(&database).await;
    let ran = rotate(&database, &both(), &["--json"]).await;

    let reads = load.end().await;
    assert!(after_one > 0 && after_two > 0 && after_two < after_one);
    ran.assert_code(0);
    let told = json(&ran);
    assert_eq!(
        (&told["left"], &told["complete"]),
        (&0.into(), &true.into())
    );
    assert_eq!(told["opened"], 4 * 1_600, "every secret was opened");
    assert_eq!(left(&database).await, 0);
    assert!(reads > 100, "{reads}");
    // Whoever has the new key alone reads everything, each in its own place.
    let fresh = vault_of(NEW);
    for member in &members {
        member.read(&database.pool, &fresh).await;
    }
}

#[tokio::test]
async fn what_a_refresh_stored_meanwhile_stands() {
    let database = TestDatabase::new().await;
    let members = settle(&database.pool, &vault_of(OLD), 3).await;
    let mut refresh = database.pool.begin().await.unwrap();
    // A refresh that is not committed yet holds its row; nobody waits for it.
    sqlx::query("UPDATE token_sets SET generation = 2, access_token = $2, refresh_token = $3 WHERE connection_id = $1")
        .bind(members[1].connection)
        .bind(members[1].seal(&vault_of(OLD), Field::AccessToken, 2))
        .bind(members[1].seal(&vault_of(OLD), Field::RefreshToken, 2))
        .execute(&mut *refresh)
        .await
        .unwrap();

    let meanwhile = rotate(&database, &both(), &["--json"]).await;
    refresh.commit().await.unwrap();
    let afterwards = rotate(&database, &both(), &["--json"]).await;

    meanwhile
        .assert_code(1)
        .assert_complains("put new1 in front on every instance");
    assert_eq!(json(&meanwhile)["left"], 2, "its two tokens");
    afterwards.assert_code(0);
    assert_eq!(json(&afterwards)["resealed"], 2);
    let generation = members[1].read(&database.pool, &vault_of(NEW)).await;
    assert_eq!(generation, 2);
}

#[tokio::test]
async fn two_rotations_at_once_do_no_harm() {
    let database = TestDatabase::new().await;
    let members = settle(&database.pool, &vault_of(OLD), 700).await;
    let ring = both();

    let (one, other) = tokio::join!(
        rotate(&database, &ring, &["--json"]),
        rotate(&database, &ring, &["--json"])
    );

    // One may end while the other still has rows in hand, and says so.
    let codes = [one.code, other.code];
    assert!(codes.contains(&0) && !codes.contains(&2), "{codes:?}");
    assert_eq!(left(&database).await, 0);
    let resealed = |ran: &Ran| json(ran)["resealed"].as_u64().unwrap();
    assert_eq!(resealed(&one) + resealed(&other), 4 * 700, "each row once");
    for member in &members {
        member.read(&database.pool, &vault_of(NEW)).await;
    }
}

#[tokio::test]
async fn progress_is_a_line_per_step_and_the_result_a_table() {
    let database = TestDatabase::new().await;
    settle(&database.pool, &vault_of(OLD), 600).await;

    let ran = rotate(&database, &both(), &[]).await;
    let again = rotate(&database, &both(), &[]).await;

    ran.assert_code(0)
        .assert_complains("re-sealing rows: 2400\n")
        .assert_complains("re-sealing rows: 2400 of 2400\n")
        .assert_complains("opening rows: 2400\n");
    assert!(ran.stdout.contains("token_sets.refresh_token"), "{ran:?}");
    let end = "0 rows are left under a key other than new1.\n";
    assert!(ran.stdout.ends_with(end), "{ran:?}");
    // Nothing is left to do, but everything is opened once more.
    again.assert_code(0);
    assert!(!again.stderr.contains("re-sealing"), "{again:?}");
    let audited = database
        .column("SELECT detail->>'resealed' FROM audit_events WHERE action = 'key_ring.rotated' ORDER BY id")
        .await;
    assert_eq!(audited, ["2400", "0"]);
}

#[tokio::test]
async fn what_was_moved_is_named_left_as_it_is_and_never_sealed_anew() {
    let database = TestDatabase::new().await;
    let members = settle(&database.pool, &vault_of(OLD), 4).await;
    let [first, second] = [members[0].connection, members[1].connection];
    database
        .change(&format!(
            "UPDATE token_sets t SET access_token = o.access_token FROM token_sets o
             WHERE (t.connection_id, o.connection_id) IN (('{first}', '{second}'), ('{second}', '{first}'))"
        ))
        .await;
    database
        .change(&format!(
            "UPDATE connections SET client_secret = '\\x00' WHERE id = '{first}'"
        ))
        .await;

    let ran = rotate(&database, &both(), &["--json"]).await;

    ran.assert_code(1)
        .assert_complains(&format!("token_sets.access_token of {first} does not open"))
        .assert_complains(&format!(
            "token_sets.access_token of {second} does not open"
        ))
        .assert_complains(&format!(
            "connections.client_secret of {first} does not open"
        ))
        .assert_complains("Keep every key");
    assert_eq!(json(&ran)["left"], 3);
    assert_eq!(left(&database).await, 2, "the moved ones, untouched");
    let moved: Vec<u8> =
        sqlx::query_scalar("SELECT access_token FROM token_sets WHERE connection_id = $1")
            .bind(first)
            .fetch_one(&database.pool)
            .await
            .unwrap();
    let place = members[1].place(Field::AccessToken, 1);
    let opened = vault_of(OLD).open(&place, &Sealed::from_bytes(moved));
    assert!(opened.is_ok(), "it still opens where it belongs");
    members[2].read(&database.pool, &vault_of(NEW)).await;
}

/// An old key's signatures on the audit trail would be worth nothing without it.
#[tokio::test]
async fn the_audit_trail_is_whole_without_the_old_key() {
    let database = TestDatabase::new().await;
    for name in ["Acme Ltd", "Globex Ltd"] {
        let args = ["tenant", "invite", "--name", name];
        let invited = run(&args, &variables(&database, OLD)).await;
        invited.assert_code(0);
    }
    let verify = async |ring| run(&["audit", "verify"], &variables(&database, ring)).await;
    verify(NEW).await.assert_code(1);

    let ran = rotate(&database, &both(), &["--json"]).await;

    ran.assert_code(0);
    let told = json(&ran);
    assert!(told["signed"].as_u64().unwrap() >= 4, "{told}");
    assert_eq!(told["unsigned"], 0);
    verify(NEW).await.assert_code(0);
}
