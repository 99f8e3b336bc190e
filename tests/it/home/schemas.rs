//! The tables in another schema than `public`: all of them, with functions and triggers, or none.

use sqlx::{Connection, PgConnection};

use crate::support::command::{configuration, run};
use crate::support::database::{TestDatabase, migrations};
use crate::support::{Settings, TestApp};

const ADA: &str = "ada@acme.example";

/// A database without anything of ours, and these schemas.
async fn empty_with(schemas: &[&str]) -> TestDatabase {
    let database = TestDatabase::new().await;
    database.change("DROP SCHEMA public CASCADE").await;
    for schema in schemas {
        database.change(&format!("CREATE SCHEMA {schema}")).await;
    }
    database
}

/// An address whose sessions look for tables there.
fn within(url: &str, path: &str) -> String {
    format!("{url}&options=-csearch_path%3D{path}")
}

async fn migrate(database: &TestDatabase, url: &str) -> crate::support::command::Ran {
    let mut variables = configuration(database);
    variables.retain(|(name, _)| *name != "DATABASE_URL");
    variables.push(("DATABASE_URL", url));
    run(
        &["migrate", "--service-role", "grantway_service"],
        &variables,
    )
    .await
}

async fn relations(database: &TestDatabase, schema: &str) -> i64 {
    let of = format!("pg_class WHERE relnamespace = to_regnamespace('{schema}') AND relkind = 'r'");
    database.count(&of).await
}

#[tokio::test]
async fn two_installations_live_beside_each_other_in_schemas_of_their_own() {
    let database = empty_with(&["\"First One\"", "second"]).await;
    let (owner, service) = (database.url.clone(), database.service_url.clone());
    let mut apps = Vec::new();
    for path in ["%22First%5C%20One%22", "second"] {
        let ran = migrate(&database, &within(&owner, path)).await;
        ran.assert_code(0);
        // Again, there is nothing to do.
        migrate(&database, &within(&owner, path))
            .await
            .assert_code(0);
        let unused = TestDatabase::new().await;
        let url = within(&service, path);
        apps.push(TestApp::start_on(unused, &url, Settings::default()).await);
    }

    for app in &apps {
        let invited = app.invite().await;
        let landed = app.browser().connect(app, &invited, ADA).await;
        landed.assert_status(200);
        app.browser().get("/readyz").await.assert_status(200);
    }

    for schema in ["\"First One\"", "second"] {
        let count = async |table: &str| database.count(&format!("{schema}.{table}")).await;
        assert_eq!(count("tenants").await, 1, "{schema}");
        assert_eq!(count("_sqlx_migrations").await, migrations());
        // Functions and triggers work there: one chain for the tenant, and the look-up's notes.
        assert_eq!(count("audit_chains").await, 1);
        assert!(count("support_changes").await > 0);
        assert_eq!(count("audit_events WHERE chain_hash IS NULL").await, 0);
    }
    assert_eq!(relations(&database, "public").await, 0);
}

#[tokio::test]
async fn a_temporary_table_diverts_no_line_in_any_schema() {
    let database = empty_with(&["app"]).await;
    migrate(&database, &within(&database.url, "app"))
        .await
        .assert_code(0);
    let url = within(&database.service_url, "app");
    let mut service = PgConnection::connect(&url).await.unwrap();
    for statement in [
        "CREATE TEMPORARY TABLE audit_chains (LIKE app.audit_chains INCLUDING ALL)",
        "INSERT INTO app.audit_events (id, at, actor_kind, action, digest)
         VALUES (gen_random_uuid(), now(), 'service', 'nothing', sha256(''))",
    ] {
        sqlx::raw_sql(statement)
            .execute(&mut service)
            .await
            .unwrap();
    }
    assert_eq!(database.count("app.audit_chains").await, 1);
    let paths = database
        .column("SELECT DISTINCT unnest(proconfig) FROM pg_proc WHERE pronamespace = 'app'::regnamespace")
        .await;
    assert_eq!(paths, ["search_path=app, pg_temp"]);
}

#[tokio::test]
async fn a_schema_that_is_missing_is_refused_before_the_first_change() {
    let database = empty_with(&[]).await;
    for path in ["nowhere", "public"] {
        let ran = migrate(&database, &within(&database.url, path)).await;
        ran.assert_code(2)
            .assert_complains("there is no schema to make tables in")
            .assert_complains(path);
    }
    let made = "pg_class WHERE relname = '_sqlx_migrations'";
    assert_eq!(database.count(made).await, 0);
}

/// Otherwise every customer would be gone: the new tables are empty, and found first.
#[tokio::test]
async fn a_schema_before_the_one_with_the_tables_is_refused_before_the_first_change() {
    let database = TestDatabase::new().await;
    database.change("CREATE SCHEMA app").await;
    let ran = migrate(&database, &within(&database.url, "app,public")).await;
    ran.assert_code(2).assert_complains(
        "grantway's tables are in the schema public, and new ones would be made in app",
    );
    assert_eq!(relations(&database, "app").await, 0);
    let alone = migrate(&database, &within(&database.url, "public")).await;
    alone.assert_code(0);
}
