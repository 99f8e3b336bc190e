//! The vendor's own people: how they come in, and what is kept of their sessions. Nothing here knows
//! of administrators, and no administrator's session is ever looked at.

mod sessions;
mod sign_in;

use std::sync::Arc;

use uuid::Uuid;

use super::{FlowError, Shared};
use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::failure::OktaFailure;
use crate::domain::id::TenantId;
use crate::domain::staff::StaffSettings;
use crate::okta::Provider;
use crate::store::StoreError;
use crate::vault::{Field, OpenError, SealContext, SealError};

pub use crate::store::LiveStaffSession;
pub use sessions::{ProviderSignOut, StaffSessions};
pub use sign_in::{NotInAGroup, StaffDeparture, StaffLanded, StaffSignIn};

/// Where the staff sign in, if that is set up.
#[derive(Debug, Clone)]
pub struct StaffDoor {
    pub settings: Arc<StaffSettings>,
    pub provider: Provider,
}

/// Why somebody of the staff does not get on.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("staff sign-in is not set up")]
    NotSetUp,
    #[error("the identity provider: {0}")]
    Provider(#[from] OktaFailure),
    #[error("staff sign-in: {0}")]
    Attempt(#[from] AttemptProblem),
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl From<StoreError> for StaffError {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

impl From<SealError> for StaffError {
    fn from(error: SealError) -> Self {
        Self::Flow(error.into())
    }
}

impl From<OpenError> for StaffError {
    fn from(error: OpenError) -> Self {
        Self::Flow(error.into())
    }
}

fn door(shared: &Shared) -> Result<&StaffDoor, StaffError> {
    shared.staff.as_ref().ok_or(StaffError::NotSetUp)
}

/// The place of a secret that belongs to no tenant.
fn place(record: Uuid, field: Field) -> SealContext {
    SealContext {
        tenant: TenantId::from_uuid(Uuid::nil()),
        record,
        field,
        generation: 1,
        origin: None,
    }
}
