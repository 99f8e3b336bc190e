//! Requests that were sent with an `Idempotency-Key`, and the sealed answers that they get again.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{Hash, SealedBytes, Store, StoreError};
use crate::domain::id::ApiKeyId;

/// One request, by what makes it the same one.
#[derive(Debug, Clone, Copy)]
pub struct RequestMark {
    pub api_key: ApiKeyId,
    /// Of the `Idempotency-Key`.
    pub key_hash: Hash,
    /// Of the call and its body.
    pub request_hash: Hash,
}

/// Until when marks are kept, and how long one waits for its answer.
#[derive(Debug, Clone, Copy)]
pub struct MarkTimes {
    pub now: OffsetDateTime,
    /// A mark that is older has been forgotten.
    pub remembered_since: OffsetDateTime,
    /// A request without an answer by then was cut off.
    pub held_until: OffsetDateTime,
}

/// What was found at a mark.
#[derive(Debug)]
pub enum Marked {
    /// The first request with this mark: make it, then say how it ended.
    First(Uuid),
    /// It was made, and answered so.
    Answered { id: Uuid, answer: SealedBytes },
    /// Another request had the key.
    Differs,
    /// It is being made.
    Running,
}

impl Store {
    /// Marks the request, unless it was marked before. Of several at once one is the first.
    pub async fn mark_request(
        &self,
        mark: &RequestMark,
        times: MarkTimes,
    ) -> Result<Marked, StoreError> {
        let claimed: Option<Uuid> = sqlx::query_scalar(
            "INSERT INTO idempotent_requests AS known (id, api_key_id, key_hash, request_hash, created_at, held_until)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (api_key_id, key_hash) DO UPDATE SET
                id = CASE WHEN known.created_at >= $7 THEN known.id ELSE excluded.id END, request_hash = excluded.request_hash, created_at = excluded.created_at,
                held_until = excluded.held_until, answer = NULL, answered_at = NULL
             WHERE known.created_at < $7
                OR (known.answer IS NULL AND known.held_until <= $5 AND known.request_hash = excluded.request_hash)
             RETURNING id",
        )
        .bind(Uuid::now_v7())
        .bind(mark.api_key.as_uuid())
        .bind(mark.key_hash.as_slice())
        .bind(mark.request_hash.as_slice())
        .bind(times.now)
        .bind(times.held_until)
        .bind(times.remembered_since)
        .fetch_optional(&self.pool)
        .await?;
        match claimed {
            Some(id) => Ok(Marked::First(id)),
            None => self.find_mark(mark).await,
        }
    }

    async fn find_mark(&self, mark: &RequestMark) -> Result<Marked, StoreError> {
        let row: Option<(Uuid, Vec<u8>, Option<Vec<u8>>)> = sqlx::query_as(
            "SELECT id, request_hash, answer FROM idempotent_requests WHERE api_key_id = $1 AND key_hash = $2",
        )
        .bind(mark.api_key.as_uuid())
        .bind(mark.key_hash.as_slice())
        .fetch_optional(&self.pool)
        .await?;
        Ok(match row {
            Some((_, hash, _)) if hash != mark.request_hash => Marked::Differs,
            Some((id, _, Some(answer))) => Marked::Answered {
                id,
                answer: SealedBytes(answer),
            },
            // Given up between the two statements: for the caller the same as still running.
            Some((_, _, None)) | None => Marked::Running,
        })
    }

    /// Keeps the answer for the next time.
    pub async fn keep_answer(
        &self,
        id: Uuid,
        answer: &SealedBytes,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE idempotent_requests SET answer = $2, answered_at = $3 WHERE id = $1")
            .bind(id)
            .bind(&answer.0)
            .bind(at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Ends the wait for a request that was not answered.
    pub async fn release_request(&self, id: Uuid, at: OffsetDateTime) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE idempotent_requests SET held_until = $2 WHERE id = $1 AND answer IS NULL",
        )
        .bind(id)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Forgets a request that changed nothing, so that it can be made again under the same key.
    pub async fn unmark_request(&self, id: Uuid) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotent_requests WHERE id = $1 AND answer IS NULL")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets what is older; how many requests went.
    pub async fn sweep_marks(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let swept = sqlx::query("DELETE FROM idempotent_requests WHERE created_at < $1")
            .bind(before)
            .execute(&self.pool)
            .await?;
        Ok(swept.rows_affected())
    }
}
