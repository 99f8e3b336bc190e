//! The address by which an OpenID provider names itself.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// An issuer identifier (OpenID Connect Discovery §3): kept letter by letter, because it is compared
/// so. It may have a path, and may end with a slash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer(String);

/// Why a text is no issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerProblem {
    #[error("is not a URL")]
    NotAUrl,
    #[error("must begin with https://, unless its host is this machine itself")]
    NotHttps,
    #[error("is more than an issuer: leave out query, fragment and user")]
    TooMuch,
}

impl Issuer {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is reached by plain http, which only a provider on this machine may be.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.starts_with("http:")
    }

    /// Where the provider describes itself (OpenID Connect Discovery §4.1).
    #[must_use]
    pub fn discovery_url(&self) -> String {
        let base = self.0.strip_suffix('/').unwrap_or(&self.0);
        format!("{base}/.well-known/openid-configuration")
    }

    /// The host with its port, for people: `id.northvault.example`.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Issuer {
    type Err = IssuerProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| IssuerProblem::NotAUrl)?;
        let is_clean = |c: char| c.is_ascii_graphic() && c != '\\';
        if !text.chars().all(is_clean) {
            return Err(IssuerProblem::NotAUrl);
        }
        match url.scheme() {
            // Written out, so that what is compared and what is asked are the same place.
            "https" if text.starts_with("https://") => {}
            "http" if text.starts_with("http://") && is_loopback(&url) => {}
            _ => return Err(IssuerProblem::NotHttps),
        }
        let extra = url.query().is_some() || url.fragment().is_some();
        if extra || !url.username().is_empty() || url.password().is_some() {
            return Err(IssuerProblem::TooMuch);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether the address is on this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_may_have_a_path_and_is_kept_letter_by_letter() {
        for (issuer, discovery) in [
            (
                "https://northvault.okta.com",
                "https://northvault.okta.com/.well-known/openid-configuration",
            ),
            (
                "https://id.example/realms/x",
                "https://id.example/realms/x/.well-known/openid-configuration",
            ),
            (
                "https://id.example/",
                "https://id.example/.well-known/openid-configuration",
            ),
            (
                "https://id.example:8443/a/",
                "https://id.example:8443/a/.well-known/openid-configuration",
            ),
            (
                "http://127.0.0.1:9000/x",
                "http://127.0.0.1:9000/x/.well-known/openid-configuration",
            ),
        ] {
            let parsed: Issuer = issuer.parse().unwrap();
            assert_eq!(parsed.as_str(), issuer);
            assert_eq!(parsed.discovery_url(), discovery);
            assert_eq!(parsed.is_plain(), issuer.starts_with("http:"));
        }
        let issuer: Issuer = "https://id.example:8443/realms/x".parse().unwrap();
        assert_eq!(issuer.host(), "id.example:8443");
    }

    #[test]
    fn what_is_no_issuer_is_refused() {
        for (text, problem) in [
            ("", IssuerProblem::NotAUrl),
            ("id.example", IssuerProblem::NotAUrl),
            ("https://id.example/ x", IssuerProblem::NotAUrl),
            ("https:\\\\id.example", IssuerProblem::NotAUrl),
            ("https:id.example", IssuerProblem::NotHttps),
            ("http://id.example", IssuerProblem::NotHttps),
            ("http://127.0.0.1.id.example", IssuerProblem::NotHttps),
            ("ftp://id.example", IssuerProblem::NotHttps),
            ("https://id.example?x=y", IssuerProblem::TooMuch),
            ("https://id.example#x", IssuerProblem::TooMuch),
            ("https://ada@id.example", IssuerProblem::TooMuch),
            ("https://:pw@id.example", IssuerProblem::TooMuch),
        ] {
            assert_eq!(text.parse::<Issuer>(), Err(problem), "{text}");
        }
    }
}
