//! An organization's address: what a person types becomes a vetted origin, or a reason why not.
//!
//! Nothing is resolved or fetched here. A vetted origin may still point to a private network
//! through DNS: the Okta client checks the addresses that it connects to.

mod extra;
mod host;
mod problem;

use std::fmt;
use std::sync::Arc;

use url::Url;

pub use extra::{ExtraOriginProblem, ExtraOriginsError, parse_extra_origins};
pub use problem::AddressProblem;

/// The origin of an Okta organization, as `https://acme.okta.com`: scheme, host and, only for an
/// address that the operator listed, a port. Never a path, never a trailing slash, never `-admin`.
/// It is also the issuer of the organization's own authorization server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrgOrigin(String);

/// An accepted address, and what had to be put right to accept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgAddress {
    pub origin: OrgOrigin,
    pub correction: Option<Correction>,
}

/// What differs between the typed and the accepted address, worth telling the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// The Admin Console's host (`acme-admin.okta.com`) was typed.
    AdminHost { typed_host: String },
    /// A page's address was pasted; only its host counts.
    PathIgnored,
}

/// Which hosts may be an organization: Okta's own domains, and the operator's exact extra origins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostPolicy {
    extra: Arc<[OrgOrigin]>,
}

/// The longest text that is looked at: a page's address pasted from a browser may be long.
const MAX_TYPED: usize = 2_000;

impl OrgOrigin {
    /// Reads an origin back from our own database, which holds only what [`HostPolicy::parse`]
    /// accepted once. It checks the shape and not the policy: never use it on what a person typed.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https");
        (is_web && url.origin().ascii_serialization() == text).then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people are shown: the origin without `https://`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or(&self.0, |(_, host)| host)
    }

    /// The organization's name and Okta's domain, for an address under one of Okta's own domains:
    /// `acme` and `okta.com`.
    #[must_use]
    pub fn name_and_okta_domain(&self) -> Option<(&str, &str)> {
        let (name, domain) = host::split_okta_domain(self.as_str().strip_prefix("https://")?)?;
        (!name.contains('.')).then_some((name, domain))
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

impl HostPolicy {
    #[must_use]
    pub fn new(extra: Vec<OrgOrigin>) -> Self {
        Self {
            extra: extra.into(),
        }
    }

    /// The operator's origins besides Okta's own domains.
    #[must_use]
    pub fn extra(&self) -> &[OrgOrigin] {
        &self.extra
    }

    /// Whether the operator listed this origin, rather than it being one of Okta's own domains.
    #[must_use]
    pub fn is_extra(&self, origin: &OrgOrigin) -> bool {
        self.extra.contains(origin)
    }

    /// Accepts what a person typed or pasted as an organization's address, or says why not.
    pub fn parse(&self, typed: &str) -> Result<OrgAddress, AddressProblem> {
        let typed = Typed::split(typed)?;
        if let Some(origin) = self.find_extra(&typed) {
            let correction = typed.has_path.then_some(Correction::PathIgnored);
            return Ok(OrgAddress { origin, correction });
        }
        typed.check_scheme()?;
        let accepted = host::judge(&typed.authority)?;
        let typed_host = typed.authority.to_ascii_lowercase();
        let correction = if accepted != typed_host {
            Some(Correction::AdminHost { typed_host })
        } else if typed.has_path {
            Some(Correction::PathIgnored)
        } else {
            None
        };
        let origin = OrgOrigin(format!("https://{accepted}"));
        Ok(OrgAddress { origin, correction })
    }

    fn find_extra(&self, typed: &Typed) -> Option<OrgOrigin> {
        let schemes = match typed.scheme.as_deref() {
            None => &["https", "http"][..],
            Some("https") => &["https"],
            Some("http") => &["http"],
            Some(_) => &[],
        };
        let authority = typed.authority.to_ascii_lowercase();
        schemes.iter().find_map(|scheme| {
            let default_port = if *scheme == "https" { ":443" } else { ":80" };
            let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
            let wanted = format!("{scheme}://{authority}");
            self.extra.iter().find(|origin| origin.0 == wanted).cloned()
        })
    }
}

/// A typed address in its parts. We cut it ourselves: a URL parser forgives (tabs, `\`, `%2e`,
/// `0x7f.1`) what must be refused here.
struct Typed {
    /// In lower case; `None` when only a host was typed.
    scheme: Option<String>,
    authority: String,
    has_path: bool,
}

impl Typed {
    fn split(typed: &str) -> Result<Self, AddressProblem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AddressProblem::Empty);
        }
        if typed.len() > MAX_TYPED {
            return Err(AddressProblem::TooLong);
        }
        if typed.chars().any(char::is_control) {
            return Err(AddressProblem::ControlCharacter);
        }
        let (scheme, rest) = match typed.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme.to_ascii_lowercase()), rest),
            _ => (None, typed),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        Ok(Self {
            scheme,
            authority: authority.to_owned(),
            has_path: !matches!(path, "" | "/"),
        })
    }

    fn check_scheme(&self) -> Result<(), AddressProblem> {
        match self.scheme.as_deref() {
            None | Some("https") => Ok(()),
            Some(_) => Err(AddressProblem::NotHttps),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl fmt::Display for OrgOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
