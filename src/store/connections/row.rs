//! A row of `connections`, and what it means.

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{ConnectionRecord, LastFailure, NextApp, SealedKey};
use crate::domain::connection::{
    App, ClientAuthMethod, Connection, ConnectionState, Edition, Organization,
};
use crate::domain::id::{ConnectionId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::store::{SealedBytes, StoreError};

#[derive(sqlx::FromRow)]
pub(in crate::store) struct ConnectionRow {
    id: Uuid,
    tenant_id: Uuid,
    state: String,
    attention_reason: Option<String>,
    organization_origin: Option<String>,
    organization_id: Option<String>,
    organization_edition: Option<String>,
    next_organization_origin: Option<String>,
    next_organization_id: Option<String>,
    next_organization_edition: Option<String>,
    next_organization_confirmed_at: Option<OffsetDateTime>,
    next_generation: i64,
    client_id: Option<String>,
    client_auth_method: Option<String>,
    client_secret: Option<Vec<u8>>,
    client_secret_generation: i64,
    client_key: Option<Vec<u8>>,
    client_key_id: String,
    client_key_public: Value,
    next_client_id: Option<String>,
    next_client_auth_method: Option<String>,
    next_client_secret: Option<Vec<u8>>,
    next_checked_at: Option<OffsetDateTime>,
    connected_at: Option<OffsetDateTime>,
    last_failure: Option<sqlx::types::Json<LastFailure>>,
}

impl ConnectionRow {
    /// Nothing is live before somebody connected it, whatever an earlier version left there.
    fn organization(&self) -> Result<Option<Organization>, &'static str> {
        if self.connected_at.is_none() {
            return Ok(None);
        }
        organization(
            self.organization_origin.as_ref(),
            self.organization_id.as_ref(),
            self.organization_edition.as_ref(),
        )
    }

    fn next_organization(&self) -> Result<Option<Organization>, &'static str> {
        organization(
            self.next_organization_origin.as_ref(),
            self.next_organization_id.as_ref(),
            self.next_organization_edition.as_ref(),
        )
    }

    fn app(&self) -> Result<Option<App>, &'static str> {
        app(self.client_id.as_ref(), self.client_auth_method.as_ref())
    }

    fn next_app(&mut self) -> Result<Option<NextApp>, &'static str> {
        let found = app(
            self.next_client_id.as_ref(),
            self.next_client_auth_method.as_ref(),
        )?;
        Ok(found.map(|app| NextApp {
            app,
            client_secret: self.next_client_secret.take().map(SealedBytes),
            checked_at: self.next_checked_at,
        }))
    }
}

fn organization(
    origin: Option<&String>,
    id: Option<&String>,
    edition: Option<&String>,
) -> Result<Option<Organization>, &'static str> {
    let (Some(origin), Some(id)) = (origin, id) else {
        return Ok(None);
    };
    Ok(Some(Organization {
        origin: OrgOrigin::from_stored(origin).ok_or("organization_origin")?,
        id: id.parse().map_err(|_| "organization_id")?,
        edition: Edition::from_pipeline(edition.map_or("", String::as_str)),
    }))
}

fn app(client_id: Option<&String>, method: Option<&String>) -> Result<Option<App>, &'static str> {
    let (Some(client_id), Some(method)) = (client_id, method) else {
        return Ok(None);
    };
    Ok(Some(App {
        client_id: client_id.parse().map_err(|_| "client_id")?,
        auth_method: ClientAuthMethod::from_name(method).ok_or("client_auth_method")?,
    }))
}

impl TryFrom<ConnectionRow> for ConnectionRecord {
    type Error = StoreError;

    fn try_from(mut row: ConnectionRow) -> Result<Self, Self::Error> {
        let id = row.id;
        let bad = |column| StoreError::Inconsistent {
            table: "connections",
            column,
            row: id,
        };
        let next_app = row.next_app().map_err(bad)?;
        let state = ConnectionState::from_columns(&row.state, row.attention_reason.as_deref());
        Ok(Self {
            connection: Connection {
                id: ConnectionId::from_uuid(row.id),
                tenant: TenantId::from_uuid(row.tenant_id),
                state: state.ok_or_else(|| bad("state"))?,
                organization: row.organization().map_err(bad)?,
                app: row.app().map_err(bad)?,
                connected_at: row.connected_at,
            },
            next_organization: row.next_organization().map_err(bad)?,
            organization_confirmed: row.next_organization_confirmed_at.is_some(),
            next_app,
            next_generation: row.next_generation,
            key: row.client_key.map(|private| SealedKey {
                private: SealedBytes(private),
                id: row.client_key_id,
                public: row.client_key_public,
            }),
            client_secret: row.client_secret.map(SealedBytes),
            client_secret_generation: row.client_secret_generation,
            last_failure: row.last_failure.map(|json| json.0),
        })
    }
}
