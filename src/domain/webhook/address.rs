//! Which addresses may be an endpoint: `https` at a name of the public Internet, and the operator's
//! exact extra origins. Nothing is resolved here; what a name stands for is judged at each delivery.

use std::fmt;

use url::{Host, Url};

use crate::domain::org_url::OrgOrigin;

/// An endpoint's address.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointUrl {
    url: Url,
    listed: bool,
}

/// The operator's origins besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookPolicy {
    extra: Vec<OrgOrigin>,
}

/// Why an address is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlProblem {
    #[error("it is not an address such as https://hooks.example.com/grantway")]
    NotAUrl,
    #[error("it must begin with https://")]
    NotHttps,
    #[error("it must not hold a user name or a password")]
    UserInfo,
    #[error("it must not have a part after #")]
    Fragment,
    #[error("its host must be a name, not an IP address")]
    IpAddress,
    #[error("its host is not a name of the public Internet")]
    NotPublicName,
    #[error("another port than 443 is for origins that the operator listed")]
    Port,
    #[error("it is longer than 1000 characters")]
    TooLong,
}

const LONGEST: usize = 1_000;
/// Ends of names that never lead outside (RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN's `internal`).
const INSIDE: [&str; 8] = [
    "localhost",
    "local",
    "internal",
    "home.arpa",
    "lan",
    "onion",
    "invalid",
    "alt",
];

impl WebhookPolicy {
    #[must_use]
    pub fn new(extra: Vec<OrgOrigin>) -> Self {
        Self { extra }
    }

    /// Accepts an address, or says why not.
    pub fn parse(&self, text: &str) -> Result<EndpointUrl, UrlProblem> {
        if text.len() > LONGEST {
            return Err(UrlProblem::TooLong);
        }
        // A URL parser forgives these; what was typed would not be what is called.
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return Err(UrlProblem::NotAUrl);
        }
        let url = Url::parse(text).map_err(|_| UrlProblem::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlProblem::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(UrlProblem::Fragment);
        }
        let origin = url.origin().ascii_serialization();
        let listed = self.extra.iter().any(|extra| extra.as_str() == origin);
        if !listed {
            judge(&url)?;
        }
        Ok(EndpointUrl { url, listed })
    }
}

fn judge(url: &Url) -> Result<(), UrlProblem> {
    if url.scheme() != "https" {
        return Err(UrlProblem::NotHttps);
    }
    let name = match url.host() {
        Some(Host::Domain(name)) => name,
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(UrlProblem::IpAddress),
        None => return Err(UrlProblem::NotAUrl),
    };
    let is_inside = |end: &&str| name == *end || name.ends_with(&format!(".{end}"));
    if !name.contains('.') || name.ends_with('.') || INSIDE.iter().any(is_inside) {
        return Err(UrlProblem::NotPublicName);
    }
    if url.port().is_some() {
        return Err(UrlProblem::Port);
    }
    Ok(())
}

impl EndpointUrl {
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the operator listed its origin.
    #[must_use]
    pub const fn is_listed(&self) -> bool {
        self.listed
    }

    /// What may be logged: paths can hold secrets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointUrl({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::org_url::parse_extra_origins;

    fn policy() -> WebhookPolicy {
        let extra = "http://127.0.0.1:9000,https://hooks.corp.example:8443";
        WebhookPolicy::new(parse_extra_origins(extra).expect("origins"))
    }

    #[test]
    fn public_names_and_listed_origins_are_taken() {
        for (text, listed) in [
            ("https://hooks.example.com/grantway?team=a", false),
            ("https://hooks.example.com:443/", false),
            ("http://127.0.0.1:9000/in", true),
            ("https://hooks.corp.example:8443/in", true),
        ] {
            let found = policy().parse(text).expect(text);
            assert_eq!(found.is_listed(), listed, "{text}");
        }
    }

    #[test]
    fn everything_that_could_lead_inside_is_refused_with_its_reason() {
        use UrlProblem::{
            Fragment, IpAddress, NotAUrl, NotHttps, NotPublicName, Port, TooLong, UserInfo,
        };
        let long = format!("https://hooks.example.com/{}", "x".repeat(1_000));
        for (text, problem) in [
            ("", NotAUrl),
            ("hooks.example.com", NotAUrl),
            ("https://", NotAUrl),
            ("https://hooks.example.com\\@10.0.0.1/", NotAUrl),
            ("https://hooks.example.com/a b", NotAUrl),
            ("https://hooks.exam\nple.com/", NotAUrl),
            ("http://hooks.example.com/", NotHttps),
            ("ftp://hooks.example.com/", NotHttps),
            ("file:///etc/passwd", NotHttps),
            ("http://127.0.0.1:9001/", NotHttps),
            ("https://ada@hooks.example.com/", UserInfo),
            ("https://:x@hooks.example.com/", UserInfo),
            ("https://hooks.example.com/#x", Fragment),
            ("https://127.0.0.1/", IpAddress),
            ("https://2130706433/", IpAddress),
            ("https://0x7f.1/", IpAddress),
            ("https://017700000001/", IpAddress),
            ("https://[::1]/", IpAddress),
            ("https://[::ffff:10.0.0.1]/", IpAddress),
            ("https://169.254.169.254/latest/meta-data", IpAddress),
            ("https://localhost/", NotPublicName),
            ("https://db.localhost/", NotPublicName),
            ("https://metadata.google.internal/", NotPublicName),
            ("https://printer.local/", NotPublicName),
            ("https://intranet/", NotPublicName),
            ("https://hooks.example.com./", NotPublicName),
            ("https://hooks.example.com:8443/", Port),
            ("https://hooks.corp.example:8444/", Port),
            (long.as_str(), TooLong),
        ] {
            assert_eq!(policy().parse(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_path() {
        let found = policy()
            .parse("https://hooks.example.com/CANARY")
            .expect("an address");
        assert_eq!(format!("{found:?}"), "EndpointUrl(hooks.example.com)");
    }

    fn feed_addresses(count: usize) {
        const VALID: &[&str] = &[
            "https://hooks.example.com/grantway?team=a",
            "http://127.0.0.1:9000/in",
            "https://hooks.corp.example:8443/in",
        ];
        const PIECES: &[&str] = &[
            "https://",
            "http://",
            "@",
            ":443",
            ".internal",
            "localhost",
            "[::1]",
            "127.1",
            "。",
            ".",
        ];
        let policy = policy();
        crate::fuzz::texts(count, VALID, PIECES, |text| {
            let Ok(found) = policy.parse(text) else {
                return;
            };
            let url = found.url();
            assert!(
                url.username().is_empty() && url.fragment().is_none(),
                "{text:?}"
            );
            let is_public =
                url.scheme() == "https" && url.port().is_none() && found.host().contains('.');
            assert!(found.is_listed() || is_public, "{text:?}");
        });
    }

    crate::fuzz::both!(
        feed_addresses,
        no_hostile_endpoint_passes,
        soak_of_hostile_endpoints
    );
}
