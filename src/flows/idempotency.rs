//! Makes a request once, however often it is sent under one `Idempotency-Key`, and gives the same
//! answer again. Answers may hold a link, so they are kept sealed.

use secrecy::SecretString;
use time::Duration;
use tracing::Instrument;
use uuid::Uuid;

use super::{FlowError, Shared};
use crate::domain::id::{ApiKeyId, TenantId};
use crate::store::{MarkTimes, Marked, RequestMark, SealedBytes};
use crate::vault::{self, Field, SealContext, Sealed};

/// How long an answer is given again.
pub const KEPT_FOR: Duration = Duration::hours(24);
/// Longer than any request takes: who has no answer by then was cut off with its process.
const HELD_FOR: Duration = Duration::minutes(2);

/// Remembers requests and their answers.
#[derive(Debug, Clone)]
pub struct Idempotency(Shared);

/// What to do with a request.
#[derive(Debug)]
pub enum Turn {
    /// Make it, then say how it ended.
    First(Pending),
    /// Give this answer again.
    Again(SecretString),
    /// The key belongs to another request.
    Differs,
    /// It is being made at this moment.
    Running,
}

/// A request that is being made.
#[derive(Debug)]
pub struct Pending(Uuid);

impl Pending {
    /// Names what is made: a request that was cut off and is sent again has the same.
    #[must_use]
    pub const fn names(&self) -> TenantId {
        TenantId::from_uuid(self.0)
    }
}

impl Idempotency {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Whose turn it is. `request` is all that makes the request what it is.
    pub async fn begin(
        &self,
        api_key: ApiKeyId,
        key: &str,
        request: &[u8],
    ) -> Result<Turn, FlowError> {
        let now = self.0.clock.now();
        let mark = RequestMark {
            api_key,
            key_hash: vault::fingerprint_of(key),
            request_hash: vault::fingerprint_of_bytes(request),
        };
        let times = MarkTimes {
            now,
            remembered_since: now - KEPT_FOR,
            held_until: now + HELD_FOR,
        };
        Ok(match self.0.store.mark_request(&mark, times).await? {
            Marked::First(id) => Turn::First(Pending(id)),
            Marked::Differs => Turn::Differs,
            Marked::Running => Turn::Running,
            Marked::Answered { id, answer } => {
                let sealed = Sealed::from_bytes(answer.0);
                Turn::Again(self.0.vault.open(&place(id), &sealed)?)
            }
        })
    }

    /// Keeps the answer of a request that was made.
    pub async fn keep(&self, request: Pending, answer: &SecretString) -> Result<(), FlowError> {
        let sealed = self.0.vault.seal(&place(request.0), answer)?;
        let sealed = SealedBytes(sealed.into_bytes());
        let now = self.0.clock.now();
        Ok(self.0.store.keep_answer(request.0, &sealed, now).await?)
    }

    /// Sees `work` through, also when the caller has hung up.
    pub async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, FlowError> {
        let work = self
            .0
            .tasks
            .spawn(work.instrument(tracing::Span::current()));
        work.await.map_err(|_| FlowError::CutShort)
    }

    /// Lets a request be made again of which nobody knows what it changed, under the name that it had.
    pub async fn set_aside(&self, request: Pending) -> Result<(), FlowError> {
        let now = self.0.clock.now();
        Ok(self.0.store.release_request(request.0, now).await?)
    }

    /// Forgets a request that changed nothing: it may be corrected and sent again under its key.
    pub async fn give_up(&self, request: Pending) -> Result<(), FlowError> {
        Ok(self.0.store.unmark_request(request.0).await?)
    }
}

/// An answer belongs to a request, and to no one tenant.
fn place(request: Uuid) -> SealContext {
    SealContext {
        tenant: TenantId::from_uuid(Uuid::nil()),
        record: request,
        field: Field::RepeatedAnswer,
        generation: 1,
        origin: None,
    }
}
