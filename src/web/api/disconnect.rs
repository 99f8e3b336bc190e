//! `/api/v1/tenants/{tenant}/connection`: ends a connection.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{Caller, Onboarding};
use super::input::OfTenant;
use super::problem::ApiProblem;
use crate::domain::revocation::{Outcome, Progress};
use crate::flows::{Disconnect, Disconnected};
use crate::web::status_json::ConnectionStateJson;

/// Where a connection stands after its end.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Disconnected)]
pub(super) struct DisconnectedJson {
    /// `pending` where nothing was ever connected.
    state: ConnectionStateJson,
    revocation: RevocationJson,
}

/// `nothing_to_revoke`: there was no token. `pending`: Okta has not answered yet, and is asked again by
/// ourselves. `revoked`: Okta has confirmed it. `refused`: Okta does not accept the app any more.
/// `expired`: Okta never answered, and the token has ended by itself. `unreadable`: the token or the app's
/// credential did not open on our side, so Okta could not be asked; the app has to be deactivated there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Revocation)]
pub(super) enum RevocationJson {
    NothingToRevoke,
    Pending,
    Revoked,
    Refused,
    Expired,
    Unreadable,
}

impl From<Progress> for RevocationJson {
    fn from(progress: Progress) -> Self {
        match progress {
            Progress::Nothing => Self::NothingToRevoke,
            Progress::Pending => Self::Pending,
            Progress::Ended(Outcome::Revoked) => Self::Revoked,
            Progress::Ended(Outcome::Refused) => Self::Refused,
            Progress::Ended(Outcome::Expired) => Self::Expired,
            Progress::Ended(Outcome::Unreadable) => Self::Unreadable,
        }
    }
}

/// End the connection
///
/// Programs get no token from here on, every secret of the connection is destroyed, and Okta is asked
/// to revoke the tokens until it answers. The history stays. A second call changes nothing and tells
/// how far it is.
#[utoipa::path(
    delete, path = "/api/v1/tenants/{tenant}/connection", tag = "Connection", operation_id = "disconnect",
    params(("tenant" = Uuid, Path, description = "The tenant's id.")),
    responses(
        (status = 200, description = "It has ended.", body = DisconnectedJson),
        (status = 202, description = "It has ended; Okta has not answered yet and is asked again.", body = DisconnectedJson),
    ),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn disconnect(
    caller: Caller<Onboarding>,
    OfTenant(tenant): OfTenant,
    State(flow): State<Disconnect>,
) -> Result<(StatusCode, Json<DisconnectedJson>), ApiProblem> {
    let Disconnected { state, revocation } = flow.disconnect(tenant, caller.actor()).await?;
    let status = match revocation {
        Progress::Pending => StatusCode::ACCEPTED,
        Progress::Nothing | Progress::Ended(_) => StatusCode::OK,
    };
    let ended = DisconnectedJson {
        state: state.into(),
        revocation: revocation.into(),
    };
    Ok((status, Json(ended)))
}
