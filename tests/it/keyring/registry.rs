//! The list of sealed columns is whole: what the migrations' comments call sealed is in it.

use std::collections::BTreeSet;

use grantway::store::SEALED_COLUMNS;

use crate::support::database::TestDatabase;

fn registered() -> BTreeSet<String> {
    SEALED_COLUMNS.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn every_column_that_its_comment_calls_sealed_is_registered_and_no_other_one() {
    let database = TestDatabase::new().await;
    let commented = database
        .column(
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
               AND col_description(c.oid, a.attnum) ~ '^sealed'",
        )
        .await;
    let commented: BTreeSet<String> = commented.into_iter().collect();
    assert_eq!(
        commented,
        registered(),
        "SEALED_COLUMNS in src/store/sealed.rs lists the columns whose comment begins with “sealed”"
    );
}

/// Hashes say so in their comments; whatever else is binary would have to say what it is.
#[tokio::test]
async fn a_binary_column_is_sealed_or_says_that_it_is_a_hash() {
    let database = TestDatabase::new().await;
    let others = database
        .column(
            "SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type = 'bytea' AND table_name <> '_sqlx_migrations'
               AND column_name !~ '(^|_)(hash|digest|mac)$'",
        )
        .await;
    let others: BTreeSet<String> = others.into_iter().collect();
    assert_eq!(others, registered());
}

#[tokio::test]
async fn every_registered_column_has_an_index_on_the_name_of_its_key() {
    let database = TestDatabase::new().await;
    let indexes = database
        .column("SELECT tablename || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public'")
        .await;
    for column in SEALED_COLUMNS {
        let (table, on) = (
            format!("{} ", column.table),
            format!("(sealed_header({}))", column.column),
        );
        let found = indexes
            .iter()
            .any(|index| index.starts_with(&table) && index.ends_with(&on));
        assert!(found, "no index of {column} on {on}");
    }
}

#[tokio::test]
async fn the_header_of_what_is_not_sealed_is_no_error() {
    let database = TestDatabase::new().await;
    let headers = database
        .column(
            r"SELECT coalesce(encode(sealed_header(v::bytea), 'hex'), 'null')
              FROM (VALUES (1, '\x'), (2, '\x01'), (3, '\x0102'), (4, '\x01026b316e6f'), (5, NULL)) AS t(n, v)
              ORDER BY n",
        )
        .await;
    assert_eq!(headers, ["", "01", "0102", "01026b31", "null"]);
}
