//! Round trips to the vendor's identity provider: begun once, spent once, by the browser that began.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::id::StaffSignInId;
use crate::domain::staff::ReturnTo;
use crate::store::{Hash, SealedBytes, Store, StoreError};

/// A sign-in that is about to begin.
#[derive(Debug)]
pub struct NewStaffSignIn {
    pub id: StaffSignInId,
    pub family: Uuid,
    pub state_hash: Hash,
    pub nonce_hash: Hash,
    pub sealed_verifier: SealedBytes,
    pub issuer: String,
    pub client_id: String,
    pub return_to: ReturnTo,
    pub expires_at: OffsetDateTime,
}

/// A sign-in that was just spent by this very call.
#[derive(Debug)]
pub struct ConsumedStaffSignIn {
    pub id: StaffSignInId,
    pub nonce_hash: Hash,
    pub sealed_verifier: SealedBytes,
    pub issuer: String,
    pub client_id: String,
    pub return_to: ReturnTo,
}

#[derive(sqlx::FromRow)]
struct SignInRow {
    id: Uuid,
    nonce_hash: Vec<u8>,
    verifier: Vec<u8>,
    issuer: String,
    client_id: String,
    return_to: String,
}

impl TryFrom<SignInRow> for ConsumedStaffSignIn {
    type Error = StoreError;

    fn try_from(row: SignInRow) -> Result<Self, Self::Error> {
        let bad = |column| StoreError::Inconsistent {
            table: "staff_sign_ins",
            column,
            row: row.id,
        };
        let nonce_hash = row.nonce_hash.as_slice().try_into();
        Ok(Self {
            id: StaffSignInId::from_uuid(row.id),
            nonce_hash: nonce_hash.map_err(|_| bad("nonce_hash"))?,
            // Parsed again: a row is no better than a request.
            return_to: ReturnTo::parse(&row.return_to).ok_or_else(|| bad("return_to"))?,
            sealed_verifier: SealedBytes(row.verifier),
            issuer: row.issuer,
            client_id: row.client_id,
        })
    }
}

impl Store {
    pub async fn begin_staff_sign_in(
        &self,
        new: &NewStaffSignIn,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO staff_sign_ins
                (id, session_family, state_hash, nonce_hash, verifier, issuer, client_id, return_to, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(new.id.as_uuid())
        .bind(new.family)
        .bind(new.state_hash.as_slice())
        .bind(new.nonce_hash.as_slice())
        .bind(&new.sealed_verifier.0)
        .bind(&new.issuer)
        .bind(&new.client_id)
        .bind(new.return_to.as_str())
        .bind(at)
        .bind(new.expires_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Spends the sign-in with this state: of two callers that race, exactly one gets it. It must be
    /// this browser's own, unspent and in time; otherwise nothing is spent.
    pub async fn consume_staff_sign_in(
        &self,
        state_hash: &Hash,
        family: Option<Uuid>,
        at: OffsetDateTime,
    ) -> Result<Result<ConsumedStaffSignIn, AttemptProblem>, StoreError> {
        let row: Option<SignInRow> = sqlx::query_as(
            "UPDATE staff_sign_ins SET consumed_at = $3
             WHERE state_hash = $1 AND session_family = $2 AND consumed_at IS NULL AND expires_at > $3
             RETURNING id, nonce_hash, verifier, issuer, client_id, return_to",
        )
        .bind(state_hash.as_slice())
        .bind(family)
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        match row {
            Some(row) => Ok(Ok(row.try_into()?)),
            None => Ok(Err(self
                .why_no_staff_sign_in(state_hash, family, at)
                .await?)),
        }
    }

    async fn why_no_staff_sign_in(
        &self,
        state_hash: &Hash,
        family: Option<Uuid>,
        at: OffsetDateTime,
    ) -> Result<AttemptProblem, StoreError> {
        let found: Option<(Uuid, bool, OffsetDateTime)> = sqlx::query_as(
            "SELECT session_family, consumed_at IS NOT NULL, expires_at
             FROM staff_sign_ins WHERE state_hash = $1",
        )
        .bind(state_hash.as_slice())
        .fetch_optional(&self.pool)
        .await?;
        Ok(match found {
            None => AttemptProblem::Unknown,
            Some((begun_by, ..)) if Some(begun_by) != family => AttemptProblem::OtherBrowser,
            Some((_, true, _)) => AttemptProblem::Used,
            Some((_, _, end)) if end <= at => AttemptProblem::Expired,
            // Between the two statements the row changed: somebody else was first.
            Some(_) => AttemptProblem::Used,
        })
    }
}
