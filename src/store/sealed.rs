//! Every column that holds a sealed secret, in one list, and what sealing anew needs of them. The
//! re-sealing, the look at the start and a test share the list, so that no column is forgotten.
//!
//! It moves ciphertexts and never looks inside, except at the part in front that names the key.

mod rows;

use uuid::Uuid;

use crate::domain::id::TenantId;
use crate::store::SealedBytes;

/// One column of sealed secrets, and how a row tells the place that its secret is sealed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    pub table: &'static str,
    pub column: &'static str,
    /// The stable name of the vault's field.
    pub field: &'static str,
    /// The primary key, one uuid.
    id: &'static str,
    /// The column with the record that the secret is sealed for: the primary key, unless said otherwise.
    record: &'static str,
    /// An SQL expression for the tenant.
    tenant: &'static str,
    /// An SQL expression for the generation.
    generation: &'static str,
    /// An SQL expression for the organization that the secret may be sent to.
    origin: &'static str,
}

/// The list. A new sealed column goes here, and gets an index on `sealed_header(column)`.
pub const SEALED_COLUMNS: &[SealedColumn] = &[
    sealed("connections", "client_secret", "client_secret")
        .of_generation("client_secret_generation")
        .for_origin("organization_origin"),
    sealed("connections", "next_client_secret", "client_secret")
        .of_generation("next_generation")
        .for_origin("coalesce(next_organization_origin, organization_origin)"),
    sealed("connections", "client_key", "client_key"),
    sealed("authorization_attempts", "verifier", "pkce_verifier").for_origin("organization_origin"),
    sealed("token_sets", "access_token", "access_token")
        .keyed_by("connection_id")
        .of_generation("generation")
        .for_origin(OF_CONNECTION),
    sealed("token_sets", "refresh_token", "refresh_token")
        .keyed_by("connection_id")
        .of_generation("generation")
        .for_origin(OF_CONNECTION),
    sealed("revocations", "token", "revoked_token").for_origin("organization_origin"),
    sealed("revocations", "client_secret", "client_secret").for_origin("organization_origin"),
    sealed("revocations", "client_key", "client_key"),
    sealed("webhook_endpoints", "secret", "webhook_secret")
        .of_no_tenant()
        .of_generation("secret_generation"),
    sealed("webhook_endpoints", "previous_secret", "webhook_secret")
        .of_no_tenant()
        .of_generation("secret_generation - 1"),
    sealed("webhook_earlier_secrets", "secret", "webhook_secret")
        .for_record("endpoint_id")
        .of_no_tenant()
        .of_generation("generation"),
    sealed("idempotent_requests", "answer", "repeated_answer").of_no_tenant(),
    sealed("staff_sessions", "id_token", "staff_id_token").of_no_tenant(),
    sealed("staff_sign_ins", "verifier", "pkce_verifier").of_no_tenant(),
];

const OF_CONNECTION: &str =
    "(SELECT c.organization_origin FROM connections c WHERE c.id = connection_id)";

/// The usual case: the row has an `id` and a `tenant_id`, and its secret is never replaced, or may
/// be put back.
const fn sealed(table: &'static str, column: &'static str, field: &'static str) -> SealedColumn {
    SealedColumn {
        table,
        column,
        field,
        id: "id",
        record: "id",
        tenant: "tenant_id",
        generation: "1",
        origin: "NULL::text",
    }
}

impl SealedColumn {
    /// For a table whose primary key has another name.
    const fn keyed_by(self, id: &'static str) -> Self {
        Self {
            id,
            record: id,
            ..self
        }
    }

    /// For a secret that moved here from another row, and is sealed for that one.
    const fn for_record(self, record: &'static str) -> Self {
        Self { record, ..self }
    }

    const fn of_generation(self, generation: &'static str) -> Self {
        Self { generation, ..self }
    }

    /// Sent to this organization, and to no other.
    const fn for_origin(self, origin: &'static str) -> Self {
        Self { origin, ..self }
    }

    /// Sealed for the service as a whole: for the tenant whose id is all zeros.
    #[must_use]
    pub const fn of_no_tenant(self) -> Self {
        Self {
            tenant: "'00000000-0000-0000-0000-000000000000'::uuid",
            ..self
        }
    }
}

impl std::fmt::Display for SealedColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// One sealed secret with the place that it is sealed for, read in one statement.
#[derive(Debug, Clone)]
pub struct SealedRow {
    pub id: Uuid,
    pub record: Uuid,
    pub tenant: TenantId,
    pub generation: i64,
    /// `None`: it is sent to no organization.
    pub origin: Option<String>,
    pub sealed: SealedBytes,
}

/// A secret that was sealed anew, and what it takes the place of.
#[derive(Debug)]
pub struct Resealed {
    pub id: Uuid,
    pub old: SealedBytes,
    pub new: SealedBytes,
}
