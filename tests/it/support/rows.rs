//! What the database holds, in forms that tests compare.

use grantway::domain::id::TenantId;
use sqlx::AssertSqlSafe;

use super::database::TestDatabase;

/// Every table of ours, with the column that names the tenant.
const TABLES: [(&str, &str); 10] = [
    ("tenants", "id"),
    ("onboarding_links", "tenant_id"),
    ("sessions", "tenant_id"),
    ("connections", "tenant_id"),
    ("people", "tenant_id"),
    ("authorization_attempts", "tenant_id"),
    ("authorizations", "tenant_id"),
    ("token_sets", "tenant_id"),
    ("revocations", "tenant_id"),
    ("audit_events", "tenant_id"),
];

impl TestDatabase {
    /// All rows of a tenant as text, or of everybody: equal before and after means that nothing was
    /// changed. Left out is what reading may change: how often a link was opened, and when somebody
    /// was last seen.
    ///
    /// What is kept of the vendor's own people belongs to no tenant; [`Self::staff_snapshot`] has it.
    pub async fn snapshot(&self, tenant: Option<TenantId>) -> String {
        let parts = TABLES.map(|(table, owner)| {
            let which = tenant.map_or_else(
                || "true".to_owned(),
                |tenant| format!("{owner} = '{tenant}'"),
            );
            format!(
                "SELECT '{table} ' || (to_jsonb(t) - 'open_count' - 'last_opened_at' - 'last_seen_at')::text
                 FROM {table} t WHERE {which}"
            )
        });
        let query = format!("{} ORDER BY 1", parts.join(" UNION ALL "));
        self.column(&query).await.join("\n")
    }

    /// All rows about the vendor's own people, as text.
    pub async fn staff_snapshot(&self) -> String {
        let parts = ["staff", "staff_sessions", "staff_sign_ins"].map(|table| {
            format!("SELECT '{table} ' || (to_jsonb(t) - 'last_seen_at')::text FROM {table} t")
        });
        let query = format!("{} ORDER BY 1", parts.join(" UNION ALL "));
        self.column(&query).await.join("\n")
    }

    /// How many rows a condition finds.
    pub async fn count(&self, from_where: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {from_where}")))
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// The values of a query with one text column.
    pub async fn column(&self, query: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
            .fetch_all(&self.pool)
            .await
            .unwrap()
    }

    /// Changes rows directly, as no use case does.
    pub async fn change(&self, statement: &str) {
        self.try_change(statement).await.unwrap();
    }

    pub async fn try_change(&self, statement: &str) -> sqlx::Result<u64> {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }
}
