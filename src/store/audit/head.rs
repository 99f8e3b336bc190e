//! Where a chain stands when a line is about to be added: locked, and held against the end that the
//! service signed when it added the line before.

use std::cmp::Ordering::{Equal, Greater, Less};
use std::sync::atomic::Ordering;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::SignedEnd;
use super::trail::{TrailEntry, Way};
use crate::domain::audit::AuditEvent;
use crate::store::{Store, StoreError};

/// Lines that are looked through at most between a signed end and the chain's last line. There are such
/// lines while a version of the service runs beside that signs no ends.
const UNSIGNED_AT_MOST: i64 = 2_000;

/// A locked chain.
#[derive(Debug)]
pub(super) struct Head {
    pub chain: Uuid,
    pub entries: i64,
    /// Of the last line; empty before the first.
    pub hash: Vec<u8>,
    pub end: Option<SignedEnd>,
    /// Since when ends are signed in this database; `None` while none is.
    pub ends_since: Option<OffsetDateTime>,
    /// What the actor of the line that is about to be added is called now.
    pub actor_name: Option<String>,
}

/// What a chain's next end says besides its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vouched {
    /// Up to which line signatures may be of the content alone.
    pub older: i64,
    /// Since when ends are signed in this database.
    pub since: OffsetDateTime,
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    entries: i64,
    hash: Vec<u8>,
    end_entries: Option<i64>,
    end_older: Option<i64>,
    end_since: Option<OffsetDateTime>,
    end_key: Option<String>,
    end_mac: Option<Vec<u8>>,
    ends_since: Option<OffsetDateTime>,
    actor_name: Option<String>,
}

impl HeadRow {
    fn of(self, chain: Uuid) -> Head {
        let facts = self.end_entries.zip(self.end_older).zip(self.end_since);
        let signature = self.end_key.zip(self.end_mac);
        let end = facts.zip(signature);
        Head {
            chain,
            entries: self.entries,
            hash: self.hash,
            end: end.map(|(((entries, older), since), (key, mac))| SignedEnd {
                entries,
                older,
                since,
                key,
                mac,
            }),
            ends_since: self.ends_since,
            actor_name: self.actor_name,
        }
    }
}

impl Store {
    /// Locks the event's chain until the transaction's end. The first line of all that is added in this
    /// way signs the ends of the chains that are older.
    pub(super) async fn lock_head(
        &self,
        connection: &mut PgConnection,
        event: &AuditEvent,
    ) -> Result<Head, StoreError> {
        let head = read_head(&mut *connection, event).await?;
        if head.ends_since.is_some() || self.ends_refused.load(Ordering::Relaxed) {
            return Ok(head);
        }
        if self.sign_older_ends(&mut *connection).await? {
            return read_head(connection, event).await;
        }
        self.ends_refused.store(true, Ordering::Relaxed);
        Ok(head)
    }

    /// What the chain's next end says besides the line; `None` where the chain is not as the service left
    /// it.
    pub(super) async fn vouch_for(
        &self,
        connection: &mut PgConnection,
        head: &Head,
        at: OffsetDateTime,
    ) -> Result<Option<Vouched>, StoreError> {
        match &head.end {
            None if head.ends_since.is_none() => {
                let first = Vouched {
                    older: 0,
                    since: to_micros(at),
                };
                Ok((head.entries == 0).then_some(first))
            }
            None => {
                let Some(since) = self.signed_since(&mut *connection).await? else {
                    return Ok(None);
                };
                let found = match head.entries {
                    0 => Some(0),
                    _ => self.follow_from_start(connection, head, since).await?,
                };
                Ok(found.map(|older| Vouched { older, since }))
            }
            Some(end) => {
                let older = match end.entries.cmp(&head.entries) {
                    Less => self.follow(connection, head, end).await?,
                    Equal if end.is_good(head.chain, &head.hash, &self.signer) => Some(end.older),
                    Equal | Greater => None,
                };
                let since = end.since;
                Ok(older.map(|older| Vouched { older, since }))
            }
        }
    }

    /// Follows the lines after a signed end, each of which has to hold: an older version of the service
    /// wrote them.
    async fn follow(
        &self,
        connection: &mut PgConnection,
        head: &Head,
        end: &SignedEnd,
    ) -> Result<Option<i64>, StoreError> {
        let lines = read_on(connection, head, end.entries - 1).await?;
        let Some((last, after)) = lines.split_first() else {
            return Ok(None);
        };
        let hash = last.place.as_ref().map(|place| place.hash.as_slice());
        let Some(hash) = hash.filter(|hash| end.is_good(head.chain, hash, &self.signer)) else {
            return Ok(None);
        };
        Ok(self.newest_older(after, end.older, hash, &head.hash))
    }

    /// A chain without a signed end is an older version's, which made the tenant since ends are signed.
    async fn follow_from_start(
        &self,
        connection: &mut PgConnection,
        head: &Head,
        since: OffsetDateTime,
    ) -> Result<Option<i64>, StoreError> {
        let lines = read_on(connection, head, 0).await?;
        let is_newer = lines.first().is_some_and(|line| line.entry.at > since);
        let all_older = lines
            .iter()
            .all(|line| line.vouched(&self.signer) == Some(Way::Older));
        let newest = self.newest_older(&lines, 0, &[], &head.hash);
        Ok(newest.filter(|_| is_newer && all_older))
    }

    /// Follows lines from one hash to another: the place of the last one that is signed without its place,
    /// which is `known` where all have theirs; `None` where one of them does not hold.
    fn newest_older(
        &self,
        lines: &[TrailEntry],
        known: i64,
        from: &[u8],
        to: &[u8],
    ) -> Option<i64> {
        let (mut newest, mut before) = (known, from);
        for line in lines {
            let place = line.place.as_ref()?;
            let way = line.vouched(&self.signer)?;
            if !line.follows(before, &self.signer) {
                return None;
            }
            if way == Way::Older {
                newest = place.sequence;
            }
            before = &place.hash;
        }
        (before == to).then_some(newest)
    }
}

/// The chain's lines after a place.
async fn read_on(
    connection: &mut PgConnection,
    head: &Head,
    after: i64,
) -> Result<Vec<TrailEntry>, StoreError> {
    if head.entries - after > UNSIGNED_AT_MOST {
        return Ok(Vec::new());
    }
    let mut lines = super::trail::read(connection, (head.chain, after), UNSIGNED_AT_MOST).await?;
    lines.retain(|line| line.chain() == head.chain);
    Ok(lines)
}

/// PostgreSQL keeps no more.
fn to_micros(at: OffsetDateTime) -> OffsetDateTime {
    let micros = at.nanosecond() / 1_000 * 1_000;
    at.replace_nanosecond(micros).unwrap_or(at)
}

async fn read_head(connection: &mut PgConnection, event: &AuditEvent) -> Result<Head, StoreError> {
    let chain = event.tenant.map_or(Uuid::nil(), |tenant| tenant.as_uuid());
    let (kind, actor) = event.actor.to_columns();
    let row: HeadRow = sqlx::query_as(
        "SELECT head.*, CASE $2
            WHEN 'administrator' THEN (SELECT name FROM people WHERE id = $3::text::uuid)
            WHEN 'staff' THEN (SELECT name FROM staff WHERE id = $3::text::uuid)
            WHEN 'api_key' THEN (SELECT name FROM api_keys WHERE id = $3::text::uuid)
         END AS actor_name FROM lock_audit_chain($1) AS head",
    )
    .bind(chain)
    .bind(kind)
    .bind(actor)
    .fetch_one(connection)
    .await?;
    Ok(row.of(chain))
}
