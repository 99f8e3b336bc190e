//! The operator's extra origins (custom domains, previews, test servers on this machine).

use std::fmt;

use url::{Host, Url};

use super::OrgOrigin;

/// Every entry of the list that is no origin; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraOriginsError {
    pub entries: Vec<(String, ExtraOriginProblem)>,
}

/// What is wrong with one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExtraOriginProblem {
    #[error("is not an origin such as https://login.acme.com")]
    NotAnOrigin,
    #[error("has more than a scheme, a host and a port")]
    MoreThanAnOrigin,
    #[error("begins with neither https:// nor http://")]
    OtherScheme,
    #[error("may be http only for 127.0.0.1, [::1], localhost or a name under it")]
    HttpBeyondLoopback,
    #[error("is a link-local address, where clouds keep their machines' credentials")]
    LinkLocal,
}

/// Reads `GRANTWAY_EXTRA_ORG_ORIGINS`: exact origins separated by commas, `https` for any host and
/// `http` only for this machine's own. Names all wrong entries at once.
pub fn parse_extra_origins(list: &str) -> Result<Vec<OrgOrigin>, ExtraOriginsError> {
    let mut origins: Vec<OrgOrigin> = Vec::new();
    let mut wrong = Vec::new();
    for entry in list.split(',').map(str::trim).filter(|e| !e.is_empty()) {
        match parse_entry(entry) {
            Ok(origin) if origins.contains(&origin) => {}
            Ok(origin) => origins.push(origin),
            Err(problem) => wrong.push((entry.to_owned(), problem)),
        }
    }
    if wrong.is_empty() {
        Ok(origins)
    } else {
        Err(ExtraOriginsError { entries: wrong })
    }
}

fn parse_entry(entry: &str) -> Result<OrgOrigin, ExtraOriginProblem> {
    let url = Url::parse(entry).map_err(|_| ExtraOriginProblem::NotAnOrigin)?;
    let host = url.host().ok_or(ExtraOriginProblem::OtherScheme)?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&host) => {}
        "http" => return Err(ExtraOriginProblem::HttpBeyondLoopback),
        _ => return Err(ExtraOriginProblem::OtherScheme),
    }
    if is_dotted(&host) {
        return Err(ExtraOriginProblem::NotAnOrigin);
    }
    if is_link_local(&host) {
        return Err(ExtraOriginProblem::LinkLocal);
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(ExtraOriginProblem::MoreThanAnOrigin);
    }
    Ok(OrgOrigin(url.origin().ascii_serialization()))
}

/// Names under `localhost` too: they are resolved to this machine without asking anybody.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A name that resolves to such an address is refused when it is reached; an address that stands here
/// itself is never resolved, so it is refused at once.
fn is_link_local(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(_) => false,
        Host::Ipv4(address) => address.is_link_local(),
        Host::Ipv6(address) => {
            address.is_unicast_link_local()
                || address
                    .to_ipv4()
                    .is_some_and(|mapped| mapped.is_link_local())
        }
    }
}

/// `acme.com.` and `acme.com` are the same host and two origins: only the second is taken.
fn is_dotted(host: &Host<&str>) -> bool {
    matches!(host, Host::Domain(name) if name.ends_with('.'))
}

impl fmt::Display for ExtraOriginsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (entry, problem)) in self.entries.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{entry:?} {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ExtraOriginsError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(list: &str) -> Vec<String> {
        let origins = parse_extra_origins(list).expect("origins");
        origins.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn origins_are_normalised_and_kept_once() {
        assert_eq!(
            parsed(" https://Login.Acme.com:443/ ,http://127.0.0.1:4001,, https://login.acme.com"),
            ["https://login.acme.com", "http://127.0.0.1:4001"]
        );
        assert_eq!(
            parsed("http://[::1]:80,http://localhost:9,http://Acme.LOCALHOST:9"),
            [
                "http://[::1]",
                "http://localhost:9",
                "http://acme.localhost:9"
            ]
        );
        assert!(parsed("").is_empty());
    }

    #[test]
    fn every_wrong_entry_is_named_with_its_own_reason() {
        use ExtraOriginProblem::{
            HttpBeyondLoopback, LinkLocal, MoreThanAnOrigin, NotAnOrigin, OtherScheme,
        };
        let cases = [
            ("login.acme.com", NotAnOrigin),
            ("https://", NotAnOrigin),
            ("https://acme.com.", NotAnOrigin),
            ("ftp://acme.com", OtherScheme),
            ("localhost:4001", OtherScheme),
            ("http://acme.com", HttpBeyondLoopback),
            ("http://127.0.0.1.evil.tld", HttpBeyondLoopback),
            ("http://localhost.evil.tld", HttpBeyondLoopback),
            ("http://evillocalhost", HttpBeyondLoopback),
            ("http://acme.localhost.", HttpBeyondLoopback),
            ("http://169.254.169.254", HttpBeyondLoopback),
            ("https://169.254.169.254", LinkLocal),
            ("https://0xa9fea9fe:8443", LinkLocal),
            ("https://[fe80::1]", LinkLocal),
            ("https://[::ffff:169.254.169.254]", LinkLocal),
            ("https://acme.com/path", MoreThanAnOrigin),
            ("https://acme.com?x", MoreThanAnOrigin),
            ("https://ada@acme.com", MoreThanAnOrigin),
        ];
        let list: Vec<&str> = cases.iter().map(|(entry, _)| *entry).collect();

        let error = parse_extra_origins(&list.join(",")).expect_err("all are wrong");

        let expected: Vec<_> = cases
            .map(|(entry, problem)| (entry.to_owned(), problem))
            .into();
        assert_eq!(error.entries, expected);
        assert!(
            error
                .to_string()
                .contains("\"http://acme.com\" may be http only for")
        );
    }
}
