//! All data of a database as text, the hidden included.

use std::path::Path;

use super::database::TestDatabase;

pub async fn dump(bin_dir: &Path, url: &str) -> String {
    let answer = tokio::process::Command::new(bin_dir.join("pg_dump"))
        .args(["--data-only", "--inserts", url])
        .output()
        .await
        .unwrap();
    assert!(
        answer.status.success(),
        "{}",
        String::from_utf8_lossy(&answer.stderr)
    );
    let mut text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let decoded: Vec<_> = text.split("'\\x").skip(1).map(decoded_hex).collect();
    for value in decoded {
        text.push_str("-- ");
        text.push_str(&value);
        text.push('\n');
    }
    text
}

/// The bytes that `hex` begins with, as text.
fn decoded_hex(hex: &str) -> String {
    let digits: Vec<u8> = hex
        .chars()
        .map_while(|digit| digit.to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_dump_shows_text_hidden_in_binary_columns() {
    let database = TestDatabase::new().await;
    sqlx::raw_sql("create table t (a text, b bytea); insert into t values ('plain', 'hidden')")
        .execute(&database.pool)
        .await
        .unwrap();
    let dump = database.dump().await;
    assert!(dump.contains("plain") && dump.contains("hidden"), "{dump}");
}
