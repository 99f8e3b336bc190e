//! A worker, recognized by the very query that reads what it asks for: a call costs one statement.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::domain::api_key::ApiRole;
use crate::flows::Worker;
use crate::web::api::auth::{admit, authenticate, known, present, require, within};
use crate::web::api::input::OfTenant;
use crate::web::api::problem::ApiProblem;
use crate::web::state::AppState;

/// A program with a working key of the role worker.
#[derive(Debug)]
pub(in crate::web::api) struct WorkerCaller(pub Worker);

impl FromRequestParts<AppState> for WorkerCaller {
    type Rejection = ApiProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let key = present(parts, state)?;
        let tenant = OfTenant::from_request_parts(parts, state).await;
        let (ApiRole::Worker, Ok(OfTenant(tenant))) = (key.role, tenant) else {
            // The key first: what else is wrong is only for those who have one.
            let key = authenticate(parts, state).await?;
            require(key.role, &[ApiRole::Worker])?;
            within(&key.limits, None)?;
            return Err(ApiProblem::no_tenant());
        };
        let worker = state.broker.recognize(&key, tenant).await?;
        let worker = known(parts, state, &key, worker)?;
        state.api_keys.note_use(worker.key);
        admit(state, worker.key)?;
        within(&worker.limits, Some(tenant))?;
        Ok(Self(worker))
    }
}
