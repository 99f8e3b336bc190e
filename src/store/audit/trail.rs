//! The trail read back, chain by chain, for whoever verifies or exports it.

use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::{AuditEntry, AuditMac, AuditPlace, AuditSigner};
use crate::domain::id::TenantId;
use crate::store::{Store, StoreError};

/// A line in its chain, with every signature that it has.
#[derive(Debug, Clone)]
pub struct TrailEntry {
    pub entry: AuditEntry,
    pub place: Option<TrailPlace>,
    /// As stored, which need not be true.
    pub digest: Option<Vec<u8>>,
    pub signatures: Vec<(String, Vec<u8>)>,
}

/// Where a line stands in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailPlace {
    pub sequence: i64,
    pub hash: Vec<u8>,
}

/// What a line's signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What it says and where it stands.
    Placed,
    /// What it says alone: a version of the service wrote it that signed no places.
    Older,
}

impl TrailEntry {
    /// The tenant, or zeros for the service as a whole.
    #[must_use]
    pub fn chain(&self) -> Uuid {
        self.entry.tenant.unwrap_or(Uuid::nil())
    }

    /// How somebody with the key ring vouches for the line; `None` where nobody does.
    #[must_use]
    pub fn vouched(&self, signer: &AuditSigner) -> Option<Way> {
        let content = self.entry.content();
        let digest = signer.digest(&content);
        if self.digest.as_deref() != Some(&digest) {
            return None;
        }
        let has = |content: &[u8]| {
            let mut signatures = self.signatures.iter();
            signatures.any(|(key, mac)| signer.vouches(content, key, mac))
        };
        let placed = self.signed_place(&digest);
        if placed.is_some_and(|placed| has(&placed)) {
            Some(Way::Placed)
        } else {
            has(&content).then_some(Way::Older)
        }
    }

    /// The same signature under the active key.
    #[must_use]
    pub fn signed_anew(&self, signer: &AuditSigner) -> Option<AuditMac> {
        let content = match self.vouched(signer)? {
            Way::Older => self.entry.content(),
            Way::Placed => self.signed_place(self.digest.as_deref()?)?,
        };
        Some(signer.sign(&content))
    }

    fn signed_place(&self, digest: &[u8]) -> Option<Vec<u8>> {
        let place = self.place.as_ref()?;
        let place = AuditPlace {
            chain: self.chain(),
            sequence: place.sequence,
            hash: &place.hash,
        };
        Some(place.content(digest))
    }

    /// Whether its place follows from the hash before it.
    #[must_use]
    pub fn follows(&self, before: &[u8], signer: &AuditSigner) -> bool {
        let digest = self.digest.as_deref().unwrap_or_default();
        let hash = signer.chain_hash(before, digest);
        self.place.as_ref().is_some_and(|place| place.hash == hash)
    }
}

#[derive(sqlx::FromRow)]
struct TrailRow {
    id: Uuid,
    tenant_id: Option<Uuid>,
    at: OffsetDateTime,
    actor_kind: String,
    actor: Option<String>,
    actor_name: Option<String>,
    action: String,
    detail: serde_json::Value,
    digest: Option<Vec<u8>>,
    chain_sequence: Option<i64>,
    chain_hash: Option<Vec<u8>>,
    signatures: Option<Json<Vec<(String, String)>>>,
}

/// The columns of a [`TrailRow`], of the lines `e`.
macro_rules! select_trail {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.tenant_id, e.at, e.actor_kind, e.actor, e.actor_name, e.action, e.detail, e.digest, e.chain_sequence, e.chain_hash, ",
            "(SELECT json_agg(json_build_array(s.key_id, encode(s.mac, 'base64'))) FROM audit_signatures s WHERE s.event_id = e.id) AS signatures ",
            $rest
        )
    };
}

/// The chained lines after a place, in the order of their chains; at most `limit`.
pub(super) async fn read(
    executor: impl PgExecutor<'_>,
    after: (Uuid, i64),
    limit: i64,
) -> Result<Vec<TrailEntry>, StoreError> {
    let rows: Vec<TrailRow> = sqlx::query_as(select_trail!(
        "FROM audit_events e WHERE e.chain_sequence IS NOT NULL AND (e.chain, e.chain_sequence) > ($1, $2)
         ORDER BY e.chain, e.chain_sequence LIMIT $3"
    ))
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(TrailRow::into_entry).collect())
}

impl Store {
    /// The chained lines after a place, in the order of their chains; at most `limit`.
    pub async fn read_trail(
        &self,
        after: (Uuid, i64),
        limit: i64,
    ) -> Result<Vec<TrailEntry>, StoreError> {
        read(&self.pool, after, limit).await
    }

    /// The last line of each chain after one, in their order; at most `limit`.
    pub(super) async fn read_last_lines(
        connection: &mut PgConnection,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<TrailEntry>, StoreError> {
        let rows: Vec<TrailRow> = sqlx::query_as(select_trail!(
            "FROM audit_chains c JOIN audit_events e ON e.chain = c.chain AND e.chain_sequence = c.entries
             WHERE c.entries > 0 AND ($1::uuid IS NULL OR c.chain > $1) ORDER BY c.chain LIMIT $2"
        ))
        .bind(after)
        .bind(limit)
        .fetch_all(connection)
        .await?;
        Ok(rows.into_iter().map(TrailRow::into_entry).collect())
    }

    /// The lines in the order of their making after one of them, of one tenant or of all.
    pub async fn read_trail_by_time(
        &self,
        tenant: Option<TenantId>,
        after: Uuid,
        limit: i64,
    ) -> Result<Vec<TrailEntry>, StoreError> {
        let rows: Vec<TrailRow> = sqlx::query_as(select_trail!(
            "FROM audit_events e WHERE ($1::uuid IS NULL OR e.tenant_id = $1) AND e.id > $2 ORDER BY e.id LIMIT $3"
        ))
        .bind(tenant.map(|tenant| tenant.as_uuid()))
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(TrailRow::into_entry).collect())
    }

    /// The latest lines that are signed under a key, whether well or not.
    pub async fn find_signed_lines(
        &self,
        key: &str,
        limit: i64,
    ) -> Result<Vec<TrailEntry>, StoreError> {
        let rows: Vec<TrailRow> = sqlx::query_as(select_trail!(
            "FROM audit_events e WHERE e.id IN (
                SELECT event_id FROM audit_signatures WHERE key_id = $1 ORDER BY event_id DESC LIMIT $2
             )"
        ))
        .bind(key)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(TrailRow::into_entry).collect())
    }

    /// The lines that stand in no chain: the latest one, how many there are, and how many there may be.
    pub async fn find_unchained(&self) -> Result<(Option<Uuid>, i64, i64), StoreError> {
        Ok(sqlx::query_as(
            "SELECT (SELECT id FROM audit_events WHERE chain_sequence IS NULL ORDER BY id DESC LIMIT 1),
                    (SELECT count(*) FROM audit_events WHERE chain_sequence IS NULL),
                    (SELECT unchained FROM audit_origin)",
        )
        .fetch_one(&self.pool)
        .await?)
    }

    /// How many chained lines have no signature under this key.
    pub async fn count_unsigned(&self, key: &str) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT count(*) FROM audit_events e WHERE e.chain_sequence IS NOT NULL
             AND NOT EXISTS (SELECT FROM audit_signatures s WHERE s.event_id = e.id AND s.key_id = $1)",
        )
        .bind(key)
        .fetch_one(&self.pool)
        .await?)
    }

    /// Adds signatures under another key, for lines that have none under it yet.
    pub async fn add_signatures(&self, signatures: &[(Uuid, AuditMac)]) -> Result<(), StoreError> {
        let events: Vec<Uuid> = signatures.iter().map(|(event, _)| *event).collect();
        let keys: Vec<&str> = signatures.iter().map(|(_, by)| by.key.as_str()).collect();
        let macs: Vec<&[u8]> = signatures.iter().map(|(_, by)| by.mac.as_slice()).collect();
        sqlx::query(
            "INSERT INTO audit_signatures (event_id, key_id, mac)
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[]) ON CONFLICT DO NOTHING",
        )
        .bind(events)
        .bind(keys)
        .bind(macs)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl TrailRow {
    fn into_entry(self) -> TrailEntry {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;

        let decoded = |text: &str| {
            // PostgreSQL breaks its base64 into lines.
            let text: String = text.split_whitespace().collect();
            STANDARD.decode(text).unwrap_or_default()
        };
        let signatures = self.signatures.map(|Json(found)| found).unwrap_or_default();
        TrailEntry {
            place: self
                .chain_sequence
                .zip(self.chain_hash)
                .map(|(sequence, hash)| TrailPlace { sequence, hash }),
            digest: self.digest,
            signatures: signatures
                .iter()
                .map(|(key, mac)| (key.clone(), decoded(mac)))
                .collect(),
            entry: AuditEntry {
                id: self.id,
                tenant: self.tenant_id,
                at: self.at,
                actor_kind: self.actor_kind,
                actor: self.actor,
                actor_name: self.actor_name,
                action: self.action,
                detail: self.detail,
            },
        }
    }
}
