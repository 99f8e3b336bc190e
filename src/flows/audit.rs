//! The audit trail as a whole: proves that no line was changed, removed or slipped in, and reads it
//! out for whoever wants to keep a copy elsewhere.

mod flaw;
mod verdict;

pub use flaw::{Flaw, FlawKind};
pub use verdict::{Anchor, TrailProof};

use std::collections::BTreeMap;

use uuid::Uuid;

use self::verdict::Chains;
use super::{FlowError, Shared};
use crate::domain::id::TenantId;
use crate::store::{ChainEnd, TrailEntry};

/// Lines that are read at once.
const PAGE: i64 = 2_000;

/// Verifies and reads the trail.
#[derive(Debug, Clone)]
pub struct AuditTrail(Shared);

impl AuditTrail {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Reads the whole trail and stops at the first line that does not hold. `anchors` are lines of
    /// an earlier export, which must all still be there. `progress` hears how many lines were read.
    pub async fn verify(
        &self,
        anchors: &BTreeMap<Uuid, Anchor>,
        mut progress: impl FnMut(u64),
    ) -> Result<Result<TrailProof, Flaw>, FlowError> {
        // The ends first: what is written meanwhile then only makes chains longer.
        let signer = self.0.vault.audit_signer();
        let mut chains = Chains::new(self.ends().await?, anchors, signer);
        let mut after = (Uuid::nil(), 0);
        loop {
            let page = self.0.store.read_trail(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = place_of(last);
            for line in &page {
                if let Err(flaw) = chains.take(line) {
                    return Ok(Err(flaw));
                }
            }
            progress(chains.lines());
        }
        let unchained = self.0.store.find_unchained().await?;
        Ok(chains.finish(unchained))
    }

    async fn ends(&self) -> Result<BTreeMap<Uuid, ChainEnd>, FlowError> {
        let (mut ends, mut after) = (BTreeMap::new(), None);
        loop {
            let page = self.0.store.read_chain_ends(after, PAGE).await?;
            let Some((last, _)) = page.last() else {
                return Ok(ends);
            };
            after = Some(*last);
            ends.extend(page);
        }
    }

    /// The lines in the order of their making after one, of one tenant or of all; empty at the end.
    pub async fn page(
        &self,
        tenant: Option<TenantId>,
        after: Uuid,
    ) -> Result<Vec<TrailEntry>, FlowError> {
        let page = self.0.store.read_trail_by_time(tenant, after, PAGE).await?;
        Ok(page)
    }

    /// Signs the ends of chains from before ends were signed, where that was not done yet.
    pub async fn settle(&self) -> Result<(), FlowError> {
        self.0.store.sign_ends_of_older_chains().await?;
        Ok(())
    }

    /// Signs every line, and every chain's end, under the active key that is signed under other keys only,
    /// so that an old key can be taken out of the ring. Gives how many lines got a signature.
    pub async fn sign_anew(&self, mut progress: impl FnMut(u64)) -> Result<u64, FlowError> {
        let signer = self.0.vault.audit_signer();
        let active = self.0.vault.keys().active_id();
        let (mut after, mut count) = ((Uuid::nil(), 0), 0);
        loop {
            let page = self.0.store.read_trail(after, PAGE).await?;
            let Some(last) = page.last() else {
                self.sign_ends_anew(active).await?;
                return Ok(count);
            };
            after = place_of(last);
            // Only what is vouched for now is vouched for again.
            let stale = page
                .iter()
                .filter(|line| !line.signatures.iter().any(|(key, _)| key == active));
            let fresh: Vec<_> = stale
                .filter_map(|line| Some((line.entry.id, line.signed_anew(&signer)?)))
                .collect();
            self.0.store.add_signatures(&fresh).await?;
            count += fresh.len() as u64;
            progress(count);
        }
    }
}

impl AuditTrail {
    async fn sign_ends_anew(&self, active: &str) -> Result<(), FlowError> {
        let (store, mut after) = (&self.0.store, None);
        loop {
            let page = store
                .read_ends_under_other_keys(active, after, PAGE)
                .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = Some(last.chain);
            for stale in &page {
                store.sign_end_anew(stale).await?;
            }
        }
    }
}

fn place_of(line: &TrailEntry) -> (Uuid, i64) {
    let sequence = line.place.as_ref().map_or(0, |place| place.sequence);
    (line.chain(), sequence)
}
