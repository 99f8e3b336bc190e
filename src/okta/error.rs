//! What Okta's errors mean: from (`error`, `error_description`, status) to one cause.

use crate::domain::failure::{FailureKind, OktaFailure};

/// The cause behind `?error=…&error_description=…` on the callback.
#[must_use]
pub fn authorization_error(_error: &str, _description: Option<&str>) -> OktaFailure {
    OktaFailure::new(FailureKind::Other)
}
