//! A row of `revocations`, and what it means.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{ClaimedRevocation, Ending, RevocationRecord};
use crate::domain::connection::{App, ClientAuthMethod};
use crate::domain::failure::{FailureKind, OktaFailure, OktaSaid};
use crate::domain::id::{RevocationId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::revocation::{Outcome, Reason};
use crate::store::{SealedBytes, SealedKey, StoreError};

/// A token that Okta is to end, with what proves the app that it was issued to.
#[derive(Debug)]
pub struct Revoked {
    pub id: RevocationId,
    pub reason: Reason,
    pub origin: OrgOrigin,
    pub app: App,
    /// Else it is an access token, because there was no other.
    pub is_refresh_token: bool,
    /// `None`: it, or what proves the app, does not open under any key, so that Okta cannot be asked.
    pub token: Option<SealedBytes>,
    pub client_secret: Option<SealedBytes>,
    pub client_key: Option<SealedKey>,
    /// When it ends by itself.
    pub expires_at: OffsetDateTime,
}

/// Why the latest try failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastTry {
    kind: String,
    error: Option<String>,
    description: Option<String>,
    request_id: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct RevocationRow {
    id: Uuid,
    tenant_id: Uuid,
    reason: String,
    organization_origin: String,
    client_id: String,
    client_auth_method: String,
    token_kind: String,
    token: Vec<u8>,
    client_secret: Option<Vec<u8>>,
    client_key: Option<Vec<u8>>,
    client_key_id: Option<String>,
    client_key_public: Option<Value>,
    expires_at: OffsetDateTime,
    tries: i32,
}

#[derive(sqlx::FromRow)]
pub(super) struct EndingRow {
    at: OffsetDateTime,
    by_name: Option<String>,
    revocation: Option<Uuid>,
    outcome: Option<String>,
    last_tried_at: Option<OffsetDateTime>,
    last_failure: Option<Json<LastTry>>,
}

const REFRESH_TOKEN: &str = "refresh_token";

impl Revoked {
    pub(super) const fn token_kind(&self) -> &'static str {
        if self.is_refresh_token {
            REFRESH_TOKEN
        } else {
            "access_token"
        }
    }
}

impl LastTry {
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        FailureKind::from_code(&self.kind).unwrap_or(FailureKind::Other)
    }

    #[must_use]
    pub fn said(&self) -> OktaSaid {
        OktaSaid {
            status: None,
            error: self.error.clone(),
            description: self.description.clone(),
            request_id: self.request_id.clone(),
        }
    }
}

impl From<&OktaFailure> for LastTry {
    fn from(failure: &OktaFailure) -> Self {
        let said = &failure.said;
        Self {
            kind: failure.kind.code().to_owned(),
            error: said.error.clone(),
            description: said.description.clone(),
            request_id: said.request_id.clone(),
        }
    }
}

fn bad(row: Uuid) -> impl Fn(&'static str) -> StoreError {
    move |column| StoreError::Inconsistent {
        table: "revocations",
        column,
        row,
    }
}

impl RevocationRow {
    pub(super) fn claimed_by(self, worker: Uuid) -> Result<ClaimedRevocation, StoreError> {
        let bad = bad(self.id);
        let key = match (self.client_key, self.client_key_id, self.client_key_public) {
            (Some(private), Some(id), Some(public)) => Some(SealedKey {
                private: SealedBytes(private),
                id,
                public,
            }),
            _ => None,
        };
        let revoked = Revoked {
            id: RevocationId::from_uuid(self.id),
            reason: Reason::from_code(&self.reason).ok_or_else(|| bad("reason"))?,
            origin: OrgOrigin::from_stored(&self.organization_origin)
                .ok_or_else(|| bad("organization_origin"))?,
            app: App {
                client_id: self.client_id.parse().map_err(|_| bad("client_id"))?,
                auth_method: ClientAuthMethod::from_name(&self.client_auth_method)
                    .ok_or_else(|| bad("client_auth_method"))?,
            },
            is_refresh_token: self.token_kind == REFRESH_TOKEN,
            token: Some(SealedBytes(self.token)),
            client_secret: self.client_secret.map(SealedBytes),
            client_key: key,
            expires_at: self.expires_at,
        };
        Ok(ClaimedRevocation {
            tenant: TenantId::from_uuid(self.tenant_id),
            worker,
            tries: u32::try_from(self.tries).unwrap_or_default(),
            revoked,
        })
    }
}

impl TryFrom<EndingRow> for Ending {
    type Error = StoreError;

    fn try_from(row: EndingRow) -> Result<Self, Self::Error> {
        let revocation = match row.revocation {
            None => None,
            Some(id) => Some(RevocationRecord {
                outcome: match row.outcome.as_deref() {
                    Some(code) => Some(Outcome::from_code(code).ok_or_else(|| bad(id)("outcome"))?),
                    None => None,
                },
                last_tried_at: row.last_tried_at,
                last_try: row.last_failure.map(|json| json.0),
            }),
        };
        Ok(Self {
            at: row.at,
            by: row.by_name,
            revocation,
        })
    }
}
