//! Troubles that an operator makes and mends with a statement.

use sqlx::{AssertSqlSafe, PgPool};

use super::stage::{Stage, Trouble};
use crate::support::TestApp;

/// Sessions that the service has keep what they began with, so the trouble begins with new ones.
const END_SESSIONS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND usename = 'grantway_service'";

/// In the statements, `{}` stands for the name of the test's own.
struct Statements {
    pool: PgPool,
    begin: &'static str,
    end: &'static str,
}

impl Statements {
    async fn run(&self, statement: &str) {
        let name: String = sqlx::query_scalar("SELECT quote_ident(current_database())")
            .fetch_one(&self.pool)
            .await
            .unwrap();
        let statement = AssertSqlSafe(statement.replace("{}", &name));
        sqlx::raw_sql(statement).execute(&self.pool).await.unwrap();
    }
}

/// A kind of trouble, by what `/readyz` says.
macro_rules! troubles {
    ($($test:ident: $kind:ident, $detail:literal, $begin:literal, $end:literal;)*) => {$(
        struct $kind(Statements);

        impl Trouble for $kind {
            const DETAIL: &'static str = $detail;

            async fn begin(&mut self) {
                self.0.run(self.0.begin).await;
                self.0.run(END_SESSIONS).await;
            }

            async fn end(&mut self) {
                self.0.run(self.0.end).await;
            }
        }

        #[tokio::test]
        async fn $test() {
            let app = TestApp::start().await;
            let pool = app.database.pool.clone();
            let statements = Statements { pool: pool.clone(), begin: $begin, end: $end };
            let stage = Stage::set(app, pool).await;
            stage.survive(&mut $kind(statements)).await;
        }
    )*};
}

troubles! {
    a_time_limit_that_nothing_keeps: TimeLimit, "the database took too long",
        "ALTER ROLE grantway_service IN DATABASE {} SET statement_timeout = '1ms'",
        "ALTER ROLE grantway_service IN DATABASE {} RESET statement_timeout";
    a_server_that_is_read_only: ReadOnly, "the database is read-only",
        "ALTER ROLE grantway_service IN DATABASE {} SET default_transaction_read_only = on",
        "ALTER ROLE grantway_service IN DATABASE {} RESET default_transaction_read_only";
    a_role_without_rights: NoRights, "the service's role lacks rights in the database",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM grantway_service",
        "SELECT grant_service_rights('grantway_service')";
    too_many_connections: NoConnections, "the database cannot be reached",
        "ALTER DATABASE {} CONNECTION LIMIT 0",
        "ALTER DATABASE {} CONNECTION LIMIT -1";
}
