//! Where chains end, as the trigger counted and as the service signed it.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::trail::Way;
use crate::domain::audit::{AuditEnd, AuditMac, AuditSigner};
use crate::store::{Store, StoreError};

/// Taken by whoever signs the ends of older chains, so that it is done once.
const SIGNING_ENDS: i64 = 0x6772_616e_7477_6165;
/// Chains that are read at once.
const PAGE: i64 = 2_000;

/// Where a chain ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEnd {
    pub entries: i64,
    pub hash: Vec<u8>,
    /// As the service signed it.
    pub signed: Option<SignedEnd>,
}

/// What the service says of a chain's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEnd {
    pub entries: i64,
    /// Up to which line signatures may be of the content alone.
    pub older: i64,
    /// Since when ends are signed in this database.
    pub since: OffsetDateTime,
    pub key: String,
    pub mac: Vec<u8>,
}

impl SignedEnd {
    /// Whether somebody with the key ring says that the chain ended here, in a line with this hash.
    #[must_use]
    pub fn is_good(&self, chain: Uuid, hash: &[u8], signer: &AuditSigner) -> bool {
        signer.vouches(&self.content(chain, hash), &self.key, &self.mac)
    }

    fn content(&self, chain: Uuid, hash: &[u8]) -> Vec<u8> {
        let end = AuditEnd {
            chain,
            entries: self.entries,
            hash,
            older: self.older,
            since: self.since,
        };
        end.content()
    }
}

/// A signed end that is not under the active key.
#[derive(Debug, Clone)]
pub struct StaleEnd {
    pub chain: Uuid,
    /// Of the line that it ends with; empty where that is gone.
    pub hash: Vec<u8>,
    pub end: SignedEnd,
}

#[derive(sqlx::FromRow)]
struct EndRow {
    chain: Uuid,
    counted: i64,
    hash: Vec<u8>,
    entries: Option<i64>,
    older: Option<i64>,
    since: Option<OffsetDateTime>,
    key_id: Option<String>,
    mac: Option<Vec<u8>>,
}

impl EndRow {
    fn signed(&self) -> Option<SignedEnd> {
        Some(SignedEnd {
            entries: self.entries?,
            older: self.older?,
            since: self.since?,
            key: self.key_id.clone()?,
            mac: self.mac.clone()?,
        })
    }
}

impl Store {
    /// Where each chain ends; the caller goes on after the last one of `limit`. A chain that was removed
    /// without its signed end counts no lines.
    pub async fn read_chain_ends(
        &self,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<(Uuid, ChainEnd)>, StoreError> {
        let rows: Vec<EndRow> = sqlx::query_as(
            "SELECT chain, coalesce(c.entries, 0) AS counted, coalesce(c.hash, '') AS hash,
                    e.entries, e.older, e.since, e.key_id, e.mac
             FROM audit_chains c FULL JOIN audit_ends e USING (chain)
             WHERE (c.entries > 0 OR e.entries > 0) AND ($1::uuid IS NULL OR chain > $1)
             ORDER BY chain LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let ends = rows.into_iter().map(|row| {
            let signed = row.signed();
            let end = ChainEnd {
                entries: row.counted,
                hash: row.hash,
                signed,
            };
            (row.chain, end)
        });
        Ok(ends.collect())
    }

    /// Signs the ends of chains from before ends were signed, once per database; whether that is done.
    pub async fn sign_ends_of_older_chains(&self) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let is_done = self.sign_older_ends(&mut transaction).await?;
        transaction.commit().await?;
        Ok(is_done)
    }

    /// Only where no end is signed yet, and no chain ends in a line that was signed in its place: such a
    /// chain had a signed end, so somebody took it away. Then nothing is signed, and `audit verify` says
    /// so.
    pub(super) async fn sign_older_ends(
        &self,
        connection: &mut PgConnection,
    ) -> Result<bool, StoreError> {
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(SIGNING_ENDS)
            .execute(&mut *connection)
            .await?;
        let (is_done, now): (bool, OffsetDateTime) =
            sqlx::query_as("SELECT EXISTS (SELECT FROM audit_ends), now()")
                .fetch_one(&mut *connection)
                .await?;
        if is_done {
            return Ok(true);
        }
        let (mut ends, mut after) = (Vec::new(), None);
        loop {
            let lines = Self::read_last_lines(&mut *connection, after, PAGE).await?;
            let Some(last) = lines.last() else { break };
            after = Some(last.chain());
            for line in &lines {
                let (Some(Way::Older), Some(place)) = (line.vouched(&self.signer), &line.place)
                else {
                    tracing::error!(chain = %line.chain(), "the ends of the audit trail are not signed: run `grantway audit verify`");
                    return Ok(false);
                };
                let end = AuditEnd {
                    chain: line.chain(),
                    entries: place.sequence,
                    hash: &place.hash,
                    older: place.sequence,
                    since: now,
                };
                ends.push((
                    line.chain(),
                    place.sequence,
                    self.signer.sign(&end.content()),
                ));
            }
        }
        insert_ends(connection, &ends, now).await?;
        Ok(true)
    }

    /// Since when ends are signed, as the earliest of them says; `None` where that one does not hold.
    pub(super) async fn signed_since(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let row: Option<EndRow> = sqlx::query_as(
            "SELECT n.chain, n.entries AS counted, coalesce(e.chain_hash, '') AS hash, n.entries, n.older, n.since,
                    n.key_id, n.mac
             FROM audit_ends n LEFT JOIN audit_events e ON e.chain = n.chain AND e.chain_sequence = n.entries
             ORDER BY n.since LIMIT 1",
        )
        .fetch_optional(connection)
        .await?;
        let earliest = row.and_then(|row| Some((row.signed()?, row)));
        let good = earliest.filter(|(end, row)| end.is_good(row.chain, &row.hash, &self.signer));
        Ok(good.map(|(end, _)| end.since))
    }

    /// Signed ends that are not under this key, in the order of their chains.
    pub async fn read_ends_under_other_keys(
        &self,
        key: &str,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<StaleEnd>, StoreError> {
        let rows: Vec<EndRow> = sqlx::query_as(
            "SELECT n.chain, n.entries AS counted, coalesce(e.chain_hash, '') AS hash, n.entries, n.older, n.since,
                    n.key_id, n.mac
             FROM audit_ends n LEFT JOIN audit_events e ON e.chain = n.chain AND e.chain_sequence = n.entries
             WHERE n.key_id <> $1 AND ($2::uuid IS NULL OR n.chain > $2) ORDER BY n.chain LIMIT $3",
        )
        .bind(key)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let stale = rows.into_iter().filter_map(|row| {
            Some(StaleEnd {
                chain: row.chain,
                end: row.signed()?,
                hash: row.hash,
            })
        });
        Ok(stale.collect())
    }

    /// How many ends are signed under other keys than this one.
    pub async fn count_ends_under_other_keys(&self, key: &str) -> Result<i64, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT count(*) FROM audit_ends WHERE key_id <> $1")
                .bind(key)
                .fetch_one(&self.pool)
                .await?,
        )
    }

    /// Signs an end anew where it vouches for its chain now, and still stands; whether it did.
    pub async fn sign_end_anew(&self, stale: &StaleEnd) -> Result<bool, StoreError> {
        let StaleEnd { chain, hash, end } = stale;
        if !end.is_good(*chain, hash, &self.signer) {
            return Ok(false);
        }
        let AuditMac { key, mac } = self.signer.sign(&end.content(*chain, hash));
        let signed = sqlx::query(
            "UPDATE audit_ends SET key_id = $2, mac = $3 WHERE chain = $1 AND mac = $4",
        )
        .bind(chain)
        .bind(key)
        .bind(mac.as_slice())
        .bind(&end.mac)
        .execute(&self.pool)
        .await?;
        Ok(signed.rows_affected() == 1)
    }
}

async fn insert_ends(
    connection: &mut PgConnection,
    ends: &[(Uuid, i64, AuditMac)],
    since: OffsetDateTime,
) -> Result<(), StoreError> {
    let chains: Vec<Uuid> = ends.iter().map(|(chain, ..)| *chain).collect();
    let entries: Vec<i64> = ends.iter().map(|(_, entries, _)| *entries).collect();
    let keys: Vec<&str> = ends.iter().map(|(.., by)| by.key.as_str()).collect();
    let macs: Vec<&[u8]> = ends.iter().map(|(.., by)| by.mac.as_slice()).collect();
    sqlx::query(
        "INSERT INTO audit_ends (chain, entries, older, since, key_id, mac)
         SELECT chain, entries, entries, $5, key_id, mac
         FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[]) AS t (chain, entries, key_id, mac)
         ON CONFLICT (chain) DO NOTHING",
    )
    .bind(chains)
    .bind(entries)
    .bind(keys)
    .bind(macs)
    .bind(since)
    .execute(connection)
    .await?;
    Ok(())
}
