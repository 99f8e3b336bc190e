//! `GET /oauth/jwks/{connection}`: where Okta reads a connection's public keys.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::error::PageError;
use crate::domain::id::ConnectionId;
use crate::flows::Keys;

pub(super) async fn jwks(
    State(keys): State<Keys>,
    Path(connection): Path<ConnectionId>,
) -> Result<Response, PageError> {
    let keys = keys.jwks(connection).await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=60")], Json(keys)).into_response())
}
