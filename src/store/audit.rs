//! The append-only audit trail: each line written in its place by [`Store::record_in`], and read back by
//! [`trail`].
//!
//! The service signs a line together with its place, so it locks the chain first; a trigger gives the
//! place by itself, and refuses a line that was signed for another one.

mod ends;
mod head;
mod recent;
mod trail;

pub use ends::{ChainEnd, SignedEnd, StaleEnd};
pub use trail::{TrailEntry, TrailPlace, Way};

use std::borrow::BorrowMut;

use sqlx::PgConnection;
use time::OffsetDateTime;

use self::head::Vouched;
use super::{Store, StoreError};
use crate::domain::audit::{AuditEnd, AuditEntry, AuditEvent, AuditMac, AuditPlace};

impl Store {
    /// Adds one event by itself. An event that belongs to a change is added in the change's transaction.
    pub async fn record(&self, event: &AuditEvent, at: OffsetDateTime) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes the line, its signature, its chain's new end and, where the vendor's programs are told of
    /// it, the event that waits to be sent, with the state that the change left: in whichever transaction
    /// the change itself is made. It comes last there, because a tenant's lines wait for each other until
    /// they are committed.
    pub(super) async fn record_in(
        &self,
        mut connection: impl BorrowMut<PgConnection> + Send,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let connection = connection.borrow_mut();
        let head = self.lock_head(&mut *connection, event).await?;
        let vouched = self.vouch_for(&mut *connection, &head, at).await?;
        if vouched.is_none() {
            // The end that is stored stays as it is, for whoever verifies the trail.
            let chain = head.chain;
            tracing::error!(%chain, "a chain of the audit trail does not end where its end was signed: run `grantway audit verify`");
        }
        let entry = AuditEntry::of(event, at, head.actor_name.clone());
        let digest = self.signer.digest(&entry.content());
        let hash = self.signer.chain_hash(&head.hash, &digest);
        let place = AuditPlace {
            chain: head.chain,
            sequence: head.entries + 1,
            hash: &hash,
        };
        let end = vouched.map(|Vouched { older, since }| AuditEnd {
            chain: place.chain,
            entries: place.sequence,
            hash: &hash,
            older,
            since,
        });
        let line = Line {
            entry: &entry,
            digest,
            place,
            mac: self.signer.sign(&place.content(&digest)),
            end: end.map(|end| (end, self.signer.sign(&end.content()).mac)),
            is_published: event.action.is_published(),
        };
        insert(connection, &line).await
    }
}

/// A line that is ready to be written, with all that goes with it.
struct Line<'a> {
    entry: &'a AuditEntry,
    digest: [u8; 32],
    place: AuditPlace<'a>,
    mac: AuditMac,
    /// Where the chain then ends, with its signature under the same key.
    end: Option<(AuditEnd<'a>, [u8; 32])>,
    is_published: bool,
}

async fn insert(connection: &mut PgConnection, line: &Line<'_>) -> Result<(), StoreError> {
    let Line { entry, end, .. } = line;
    sqlx::query(
        "WITH recorded AS (
            INSERT INTO audit_events (id, tenant_id, at, actor_kind, actor, actor_name, action, detail, digest,
                                      chain_sequence)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id
         ), signed AS (
            INSERT INTO audit_signatures (event_id, key_id, mac) SELECT id, $11, $12 FROM recorded
         ), ended AS (
            INSERT INTO audit_ends (chain, entries, older, since, key_id, mac)
            SELECT $13, $10, $14, $15, $11, $16 FROM recorded WHERE $16::bytea IS NOT NULL
            ON CONFLICT (chain) DO UPDATE SET entries = excluded.entries, older = excluded.older,
                key_id = excluded.key_id, mac = excluded.mac
         )
         INSERT INTO outbox_events (id, tenant_id, at, type, data, subject)
         SELECT id, $2, $3, $7, $8, (
            SELECT jsonb_build_object(
                'tenant', jsonb_build_object('id', t.id, 'external_id', t.external_id, 'name', t.name),
                'connection', jsonb_strip_nulls(jsonb_build_object('state', c.state, 'reason', c.attention_reason)))
            FROM tenants t JOIN connections c ON c.tenant_id = t.id WHERE t.id = $2
         ) FROM recorded WHERE $17",
    )
    .bind(entry.id)
    .bind(entry.tenant)
    .bind(entry.at)
    .bind(&entry.actor_kind)
    .bind(&entry.actor)
    .bind(&entry.actor_name)
    .bind(&entry.action)
    .bind(&entry.detail)
    .bind(line.digest.as_slice())
    .bind(line.place.sequence)
    .bind(&line.mac.key)
    .bind(line.mac.mac.as_slice())
    .bind(line.place.chain)
    .bind(end.as_ref().map(|(end, _)| end.older))
    .bind(end.as_ref().map(|(end, _)| end.since))
    .bind(end.as_ref().map(|(_, mac)| mac.as_slice()))
    .bind(line.is_published)
    .execute(connection)
    .await?;
    Ok(())
}
