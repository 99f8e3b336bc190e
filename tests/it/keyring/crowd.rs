//! Many tenants at once, with real sealed secrets, written past the use cases.

use grantway::domain::id::TenantId;
use grantway::vault::{self, Field, KeyRing, SealContext, Sealed, Vault};
use secrecy::SecretString;
use sqlx::PgPool;
use uuid::Uuid;

pub fn vault_of(ring: &str) -> Vault {
    Vault::new(KeyRing::parse(&SecretString::from(ring)).unwrap())
}

/// One tenant, connected.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub tenant: Uuid,
    pub connection: Uuid,
}

impl Member {
    pub fn place(&self, field: Field, generation: i64) -> SealContext {
        SealContext {
            tenant: TenantId::from_uuid(self.tenant),
            record: self.connection,
            field,
            generation,
            origin: None,
        }
    }

    /// What its secret says, so that a lost or exchanged one is noticed.
    pub fn secret(&self, field: Field, generation: i64) -> String {
        format!("{} {generation} of {}", field.name(), self.tenant)
    }

    pub fn seal(&self, vault: &Vault, field: Field, generation: i64) -> Vec<u8> {
        let secret = SecretString::from(self.secret(field, generation));
        let sealed = vault.seal(&self.place(field, generation), &secret);
        sealed.unwrap().into_bytes()
    }

    /// Opens its access token as it stands now, as the service does; gives its generation.
    pub async fn read(&self, pool: &PgPool, vault: &Vault) -> i64 {
        let (generation, token): (i64, Vec<u8>) = sqlx::query_as(
            "SELECT generation, access_token FROM token_sets WHERE connection_id = $1",
        )
        .bind(self.connection)
        .fetch_one(pool)
        .await
        .unwrap();
        let place = self.place(Field::AccessToken, generation);
        let opened = vault.open(&place, &Sealed::from_bytes(token)).unwrap();
        let expected = self.secret(Field::AccessToken, generation);
        assert_eq!(vault::disclose(&opened), expected);
        generation
    }

    /// Replaces its tokens by those of the next generation, as a refresh does.
    pub async fn refresh(&self, pool: &PgPool, vault: &Vault) {
        let next = self.read(pool, vault).await + 1;
        sqlx::query(
            "UPDATE token_sets SET generation = $2, access_token = $3, refresh_token = $4
             WHERE connection_id = $1 AND generation = $2 - 1",
        )
        .bind(self.connection)
        .bind(next)
        .bind(self.seal(vault, Field::AccessToken, next))
        .bind(self.seal(vault, Field::RefreshToken, next))
        .execute(pool)
        .await
        .unwrap();
    }
}

/// So many tenants, each with a client secret, a client key and tokens, sealed by `vault`.
pub async fn settle(pool: &PgPool, vault: &Vault, count: usize) -> Vec<Member> {
    let members: Vec<Member> = (0..count)
        .map(|_| Member {
            tenant: Uuid::now_v7(),
            connection: Uuid::now_v7(),
        })
        .collect();
    for some in members.chunks(2_000) {
        insert(pool, vault, some).await;
    }
    members
}

async fn insert(pool: &PgPool, vault: &Vault, members: &[Member]) {
    let tenants: Vec<Uuid> = members.iter().map(|member| member.tenant).collect();
    let connections: Vec<Uuid> = members.iter().map(|member| member.connection).collect();
    let sealed = |field| -> Vec<Vec<u8>> {
        let each = members.iter();
        each.map(|member| member.seal(vault, field, 1)).collect()
    };
    let given = "WITH given AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS g(tenant, connection))";
    for rest in [
        "INSERT INTO tenants (id, name, created_at) SELECT tenant, tenant::text, now() FROM given",
        "INSERT INTO connections (id, tenant_id, kind, state, client_id, client_auth_method, client_key,
                                  client_key_id, client_key_public, created_at)
         SELECT connection, tenant, 'user', 'connected', '0oa1', 'client_secret_basic', '', 'kid', '{}', now()
         FROM given",
        "INSERT INTO people (id, tenant_id, issuer, okta_user_id, name, email, last_signed_in_at)
         SELECT tenant, tenant, 'https://acme.okta.com', '00u1', 'Ada', 'ada@acme.example', now() FROM given",
        "INSERT INTO authorizations (id, tenant_id, connection_id, person_id, catalog_version, requested_scopes,
                                     granted_scopes, scopes_source, super_administrator, at)
         SELECT tenant, tenant, connection, tenant, 'v1', '{}', '{}', 'token_response', 'yes', now() FROM given",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!("{given} {rest}")))
            .bind(&tenants)
            .bind(&connections)
            .execute(pool)
            .await
            .unwrap();
    }
    for statement in [
        "UPDATE connections c SET client_secret = s.first, client_key = s.second
         FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS s(id, first, second) WHERE c.id = s.id",
        "INSERT INTO token_sets (connection_id, tenant_id, authorization_id, generation, access_token,
                                 access_expires_at, refresh_token, stored_at)
         SELECT s.id, c.tenant_id, c.tenant_id, 1, s.first, now(), s.second, now()
         FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS s(id, first, second) JOIN connections c USING (id)",
    ] {
        let [first, second] = if statement.starts_with("UPDATE") {
            [Field::ClientSecret, Field::ClientKey]
        } else {
            [Field::AccessToken, Field::RefreshToken]
        };
        sqlx::query(statement)
            .bind(&connections)
            .bind(sealed(first))
            .bind(sealed(second))
            .execute(pool)
            .await
            .unwrap();
    }
}
