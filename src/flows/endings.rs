//! Tells of the fixed end of sign-ins: once when it comes near, and once when it has come.

use std::time::Duration;

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use tokio_util::sync::CancellationToken;

use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::state_change::StateChange;
use crate::store::{DueNotice, Told};

/// How often the sweep runs. The days are counted, not the minutes.
const EVERY: Duration = Duration::from_mins(5);
/// So many are read at once.
const BATCH: i64 = 200;

/// The sweep.
#[derive(Debug, Clone)]
pub struct Endings(Shared);

impl Endings {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// One sweep; of how many sign-ins something was said.
    pub async fn sweep(&self) -> Result<usize, FlowError> {
        let mut count = 0;
        loop {
            let now = self.0.clock.now();
            let endings = self.0.store.find_endings(now, BATCH).await?;
            if endings.is_empty() {
                return Ok(count);
            }
            for ending in &endings {
                let told = self.told(ending);
                let is_ours = self.0.store.tell_ending(ending, &told, now).await?;
                count += usize::from(is_ours);
            }
        }
    }

    /// Sweeps now and then until told to stop. A sweep that fails is tried again next time.
    pub async fn run(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => if let Err(error) = self.sweep().await {
                    tracing::warn!(error = %error, "the ends of sign-ins could not be told and will be");
                },
            }
        }
    }

    fn told(&self, ending: &DueNotice) -> Told {
        let connection = &ending.record.connection;
        let nothing = Told {
            next: None,
            change: None,
            event: None,
        };
        if connection.state == ConnectionState::Disconnected {
            return nothing;
        }
        if ending.ends_at <= self.0.clock.now() {
            return Told {
                change: StateChange::attention(connection, AttentionReason::SignInExpired),
                ..nothing
            };
        }
        let ends_at = ending.ends_at.format(&Rfc3339).unwrap_or_default();
        let event = AuditEvent::new(connection.tenant, Actor::Service, Action::Expiring)
            .with(json!({ "ends_at": ends_at }));
        Told {
            next: Some(ending.ends_at),
            event: Some(event),
            ..nothing
        }
    }
}
