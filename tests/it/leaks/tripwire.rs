//! Every secret that the database holds, in whatever column, looked for in everything that staff,
//! customers, programs and operators are ever given to read.
//!
//! What to look for is derived from the schema, and where from the declared routes and calls: a new
//! column that the world below leaves empty fails the test, and a new page is read like the others.

mod forms;
mod places;
mod world;

use std::collections::BTreeSet;

use grantway::domain::org_url::OrgOrigin;
use grantway::store::SEALED_COLUMNS;
use grantway::vault::{self, Field, SealContext, Sealed};

use self::forms::Needles;
use self::world::World;

/// Binary columns that hold nothing secret: what vouches for the audit trail is exported with it.
const OPEN: &str = "table_name LIKE 'audit%' OR table_name = '_sqlx_migrations'";

#[tokio::test]
async fn no_secret_of_any_column_comes_out_anywhere_as_text_base64_or_hexadecimal() {
    let world = World::settle().await;
    let (needles, columns) = needles(&world).await;
    // Where they do stand, in hexadecimal, they are seen.
    let dump = world.app.database.dump().await;
    let seen: BTreeSet<&str> = needles.found_in(&dump).into_iter().collect();
    for column in &columns {
        assert!(seen.contains(column.as_str()), "{column} is not seen");
    }

    let places = world.read_everything().await;

    for (place, text) in &places {
        let found = needles.found_in(text);
        assert!(found.is_empty(), "{place} shows {found:?}");
    }
    let names: Vec<&str> = places.iter().map(|(place, _)| place.as_str()).collect();
    assert!(names.len() > 80, "{names:?}");
}

/// What lies in the columns, opened and as it lies there, and what people and programs were given.
async fn needles(world: &World) -> (Needles, BTreeSet<String>) {
    let mut needles = Needles::default();
    for (what, secret) in &world.given {
        needles.add(what, secret.as_bytes());
    }
    add_opened(world, &mut needles).await;
    let columns = add_stored(world, &mut needles).await;
    (needles, columns)
}

async fn add_opened(world: &World, needles: &mut Needles) {
    let (store, keys) = (&world.app.shared.store, &world.app.shared.vault);
    for column in SEALED_COLUMNS {
        let rows = store.walk_sealed(column, None, None, 1_000).await.unwrap();
        assert!(!rows.is_empty(), "{column}: fill it in the world");
        for row in rows {
            let place = SealContext {
                tenant: row.tenant,
                record: row.record,
                field: Field::named(column.field).unwrap(),
                generation: row.generation,
                origin: row
                    .origin
                    .as_deref()
                    .map(|at| OrgOrigin::from_stored(at).unwrap()),
            };
            let opened = keys.open(&place, &Sealed::from_bytes(row.sealed.0));
            let opened = opened.unwrap_or_else(|error| panic!("{column}: {error}"));
            needles.add(
                &format!("{column}, opened"),
                vault::disclose(&opened).as_bytes(),
            );
        }
    }
}

/// Hashes and ciphertexts: of no use to a thief, and no business of anybody's.
async fn add_stored(world: &World, needles: &mut Needles) -> BTreeSet<String> {
    let database = &world.app.database;
    let columns = database
        .column(&format!(
            "SELECT table_name || ' ' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type = 'bytea' AND NOT ({OPEN})"
        ))
        .await;
    let (mut all, mut empty) = (BTreeSet::new(), BTreeSet::new());
    for name in columns {
        let (table, column) = name.split_once(' ').unwrap();
        let query = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_all(&database.pool)
            .await
            .unwrap();
        if rows.is_empty() {
            empty.insert(name.clone());
        }
        let name = format!("{table}.{column}");
        for row in rows {
            needles.add(&name, &row);
        }
        all.insert(name);
    }
    assert!(empty.is_empty(), "fill these in the world: {empty:?}");
    all
}
