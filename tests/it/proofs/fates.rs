//! What became of tenants whose refresh was disturbed, judged by what Okta knows.

use std::time::{Duration, Instant};

use super::stage::{AllStored, Stage, of};
use crate::checks::world::Connected;

/// What the page and the support are told when Okta detected a reuse.
pub(super) const REUSED: &str = "refresh_token_reused";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// A newer token is stored, and Okta accepts it.
    Works,
    /// Okta detected a reuse, and the connection says so.
    Attention,
    /// Neither; why.
    Lost(String),
}

/// Counts of fates.
#[derive(Debug, Default, Clone)]
pub(super) struct Tally {
    pub recovered: usize,
    pub attention: usize,
    pub lost: Vec<String>,
    /// Tenants whose old refresh token was presented again.
    pub retried: usize,
    /// The most token calls for one tenant.
    pub most_calls: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.recovered += other.recovered;
        self.attention += other.attention;
        self.lost.extend(other.lost);
        self.retried += other.retried;
        self.most_calls = self.most_calls.max(other.most_calls);
    }
}

impl Stage {
    /// Waits until every tenant has newer tokens than `before` or needs attention, or time is up.
    pub(super) async fn settle(&self, tenants: &[Connected], before: &AllStored, within: Duration) {
        let give_up = Instant::now() + within;
        loop {
            let now = self.stored().await;
            let open = |tenant: &&Connected| {
                let (now, before) = (of(&now, tenant.tenant), of(before, tenant.tenant));
                now.generation <= before.generation && now.state == "connected"
            };
            if !tenants.iter().any(|tenant| open(&tenant)) || Instant::now() > give_up {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Judges tenants after a disturbance; Okta's log must hold what happened since `before`.
    pub(super) async fn judge(&self, tenants: &[Connected], before: &AllStored) -> Tally {
        let (now, calls) = (self.stored().await, self.token_calls());
        let detections = self.org().state().reuse_detections;
        let mut tally = Tally::default();
        for tenant in tenants {
            let reused = detections
                .iter()
                .filter(|app| **app == tenant.client_id)
                .count();
            match self.fate(tenant, &now, before, reused).await {
                Fate::Works => tally.recovered += 1,
                Fate::Attention => tally.attention += 1,
                Fate::Lost(why) => tally.lost.push(format!("{}: {why}", tenant.tenant)),
            }
            let calls = calls.get(&tenant.client_id).map_or(&[][..], Vec::as_slice);
            let mut presented: Vec<_> = calls.iter().map(|c| c.field("refresh_token")).collect();
            presented.sort_unstable();
            presented.dedup();
            tally.retried += usize::from(presented.len() < calls.len());
            tally.most_calls = tally.most_calls.max(calls.len());
        }
        tally
    }

    async fn fate(
        &self,
        tenant: &Connected,
        now: &AllStored,
        before: &AllStored,
        reused: usize,
    ) -> Fate {
        let (now, before) = (of(now, tenant.tenant), of(before, tenant.tenant));
        let reason = now.attention_reason.as_deref();
        match (now.state.as_str(), reused) {
            ("connected", 0) if now.generation <= before.generation => {
                Fate::Lost(format!("nothing newer than generation {}", now.generation))
            }
            ("connected", 0) if self.works(tenant, now).await => Fate::Works,
            ("connected", 0) => Fate::Lost("Okta refuses the stored token".to_owned()),
            ("needs_attention", 1) if reason == Some(REUSED) => Fate::Attention,
            (state, reused) => {
                Fate::Lost(format!("{state} ({reason:?}), {reused} detections at Okta"))
            }
        }
    }
}
