//! An organization's address: what a person types becomes a vetted origin, or a reason why not.

use std::fmt;

use url::Url;

/// The origin of an Okta organization, as `https://acme.okta.com`: scheme, host and, only for an
/// address that the operator listed, a port. Never a path, never a trailing slash, never `-admin`.
/// It is also the issuer of the organization's own authorization server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrgOrigin(String);

impl OrgOrigin {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people are shown: the origin without `https://`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or(&self.0, |(_, host)| host)
    }

    /// The address of `path` (which begins with `/`) at this organization.
    ///
    /// # Panics
    /// Never: an origin that was parsed once joins with any absolute path.
    #[must_use]
    pub fn join(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.0)).expect("an origin followed by a path is a URL")
    }
}

impl fmt::Display for OrgOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which addresses may be an organization's.
#[derive(Debug, Clone, Default)]
pub struct HostPolicy {
    extra: Vec<OrgOrigin>,
}

/// What a typed address was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgAddress {
    pub origin: OrgOrigin,
    pub correction: Option<()>,
}

/// Why a typed text is no organization's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressProblem;

impl HostPolicy {
    #[must_use]
    pub fn new(extra: Vec<OrgOrigin>) -> Self {
        Self { extra }
    }

    pub fn parse(&self, typed: &str) -> Result<OrgAddress, AddressProblem> {
        let origin = OrgOrigin(typed.to_owned());
        if self.is_extra(&origin) || typed.ends_with(".okta.com") {
            return Ok(OrgAddress {
                origin,
                correction: None,
            });
        }
        Err(AddressProblem)
    }

    #[must_use]
    pub fn is_extra(&self, origin: &OrgOrigin) -> bool {
        self.extra.contains(origin)
    }
}
