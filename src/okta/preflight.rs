//! Finding mistakes in the application's settings before the administrator is sent to Okta.

use url::Url;

use super::Okta;
use super::client::Client;
use super::discovery::Metadata;
use crate::domain::failure::OktaFailure;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    Ok,
    /// A mistake to mend, or a passing failure (see `FailureKind::is_passing`) that tells nothing.
    Failed(OktaFailure),
    /// It was not reached, or Okta's answer proves neither.
    NotChecked,
}

/// What could be known without the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    pub client_id: Finding,
    pub credentials: Finding,
    pub redirect_address: Finding,
    pub refresh_grant: Finding,
}

impl Okta {
    pub async fn preflight(
        &self,
        _metadata: &Metadata,
        _client: &Client<'_>,
        _redirect_uri: &Url,
    ) -> Preflight {
        Preflight {
            client_id: Finding::NotChecked,
            credentials: Finding::NotChecked,
            redirect_address: Finding::NotChecked,
            refresh_grant: Finding::NotChecked,
        }
    }
}
