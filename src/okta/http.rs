//! The way to Okta: where a request may go, how long it may take, how much may come back.
//!
//! What the library says about an error is dropped, because it quotes addresses with their parameters.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING};
use http::{HeaderMap, Method};
use tokio::time::timeout;
use url::{Host, Url};

use super::Limits;
use super::answer::Answer;
use super::measured::Measured;
use crate::domain::failure::{FailureKind, NOT_SENT, OktaFailure};
use crate::domain::org_url::HostPolicy;
use crate::outbound::{self, BuildError, Door, address};

/// A request as the standard `http` crate has it, which `oauth2` builds too.
pub(super) type Request = http::Request<Vec<u8>>;

/// Two clients that differ in where they may connect, so that no connection is ever shared.
#[derive(Debug)]
pub(super) struct Http {
    /// For Okta's own domains.
    public: reqwest::Client,
    /// For the origins that the operator listed.
    listed: reqwest::Client,
    destinations: Destinations,
    limits: Limits,
}

/// Where requests may go at all.
#[derive(Debug, Clone)]
pub(super) enum Destinations {
    /// To the Okta organizations that the policy allows.
    Organizations(HostPolicy),
    /// To the vendor's own identity provider, whose address is the operator's configuration and whose
    /// endpoints may be on any host; by plain http only on this machine, and only if the provider is.
    Provider { plain_on_this_machine: bool },
}

/// Whose addresses a URL may resolve to.
#[derive(Debug, PartialEq, Eq)]
enum Route {
    Public,
    Listed,
}

impl Http {
    pub(super) fn new(destinations: Destinations, limits: Limits) -> Result<Self, BuildError> {
        Ok(Self {
            public: build(address::is_public, true, limits)?,
            listed: build(address::is_listable, false, limits)?,
            destinations,
            limits,
        })
    }

    /// Reads what can be read again: one more try after a broken connection or a server error.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, OktaFailure> {
        let twice = async {
            let first = self.exchange(read(url)?).await;
            if !is_worth_repeating(&first) {
                return first;
            }
            tokio::time::sleep(pause()).await;
            self.exchange(read(url)?).await
        };
        self.within_limit(twice).await
    }

    /// Sends a request once. Whatever spends a code, a token or an assertion goes this way.
    pub(super) async fn send(&self, request: Request) -> Result<Answer, OktaFailure> {
        self.within_limit(self.exchange(request)).await
    }

    async fn within_limit(
        &self,
        work: impl Future<Output = Result<Answer, OktaFailure>>,
    ) -> Result<Answer, OktaFailure> {
        timeout(self.limits.total, work)
            .await
            .unwrap_or_else(|_| Err(OktaFailure::new(FailureKind::TimedOut)))
    }

    async fn exchange(&self, request: Request) -> Result<Answer, OktaFailure> {
        let request = reqwest::Request::try_from(request)
            .map_err(|_| nonsense("the request has no usable address"))?;
        let measured = self.destinations.measured(request.url());
        let answer = self.execute(request).await;
        measured.ended(&answer);
        answer
    }

    async fn execute(&self, mut request: reqwest::Request) -> Result<Answer, OktaFailure> {
        let client = match self.destinations.route(request.url())? {
            Route::Public => &self.public,
            Route::Listed => &self.listed,
        };
        if let Some(authorization) = request.headers_mut().get_mut(AUTHORIZATION) {
            authorization.set_sensitive(true);
        }
        let response = client
            .execute(request)
            .await
            .map_err(|error| transport_failure(&error))?;
        self.read_answer(response).await
    }

    async fn read_answer(&self, mut response: reqwest::Response) -> Result<Answer, OktaFailure> {
        if is_encoded(response.headers()) {
            return Err(nonsense(
                "the answer is compressed, which was not asked for",
            ));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| transport_failure(&error))?
        {
            if body.len() + chunk.len() > self.limits.body {
                return Err(nonsense("the answer is larger than any that is expected"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer::new(
            response.status(),
            response.headers().clone(),
            body,
        ))
    }
}

fn build(
    rule: fn(std::net::IpAddr) -> bool,
    https_only: bool,
    limits: Limits,
) -> Result<reqwest::Client, BuildError> {
    outbound::build(Door {
        rule,
        https_only,
        connect: limits.connect,
    })
}

impl Destinations {
    fn measured(&self, url: &Url) -> Measured {
        match self {
            Self::Organizations(_) => Measured::of_organization(url),
            Self::Provider { .. } => Measured::of_provider(),
        }
    }

    /// Checks the address of every single request, whoever made it.
    fn route(&self, url: &Url) -> Result<Route, OktaFailure> {
        match self {
            Self::Organizations(policy) => route(url, policy),
            Self::Provider {
                plain_on_this_machine,
            } if is_of_provider(url, *plain_on_this_machine) => Ok(Route::Listed),
            Self::Provider { .. } => Err(OktaFailure::new(FailureKind::NotAnOrganization)
                .with_detail("the provider names an address that is not https")),
        }
    }
}

/// Whether the vendor's own provider may have this address. Names are vetted when they are resolved;
/// a literal address is vetted here.
pub(super) fn is_of_provider(url: &Url, plain_on_this_machine: bool) -> bool {
    let (reachable, loopback) = match url.host() {
        Some(Host::Domain(name)) => (true, name == "localhost"),
        Some(Host::Ipv4(ip)) => (address::is_listable(ip.into()), ip.is_loopback()),
        Some(Host::Ipv6(ip)) => (address::is_listable(ip.into()), ip.is_loopback()),
        None => (false, false),
    };
    let anonymous = url.username().is_empty() && url.password().is_none();
    let safe = match url.scheme() {
        "https" => true,
        "http" => plain_on_this_machine && loopback,
        _ => false,
    };
    reachable && anonymous && safe
}

/// Against the operator's policy for organizations.
fn route(url: &Url, policy: &HostPolicy) -> Result<Route, OktaFailure> {
    let refused = || {
        OktaFailure::new(FailureKind::NotAnOrganization)
            .with_detail("the address is none that the policy allows")
    };
    let origin = url.origin().ascii_serialization();
    let address = policy.parse(&origin).map_err(|_| refused())?;
    if address.origin.as_str() != origin || !url.username().is_empty() || url.password().is_some() {
        return Err(refused());
    }
    if policy.is_extra(&address.origin) {
        return Ok(Route::Listed);
    }
    let is_plain_https = url.scheme() == "https" && url.port().is_none();
    match url.host() {
        Some(Host::Domain(_)) if is_plain_https => Ok(Route::Public),
        _ => Err(refused()),
    }
}

fn read(url: &Url) -> Result<Request, OktaFailure> {
    http::Request::builder()
        .method(Method::GET)
        .uri(url.as_str())
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| nonsense("the request has no usable address"))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_worth_repeating(first: &Result<Answer, OktaFailure>) -> bool {
    match first {
        Ok(answer) => answer.is_server_error(),
        Err(failure) => failure.kind == FailureKind::Unreachable,
    }
}

/// 100 to 300 ms, at random, so that many callers do not come back at once.
fn pause() -> Duration {
    let [byte, ..] = uuid::Uuid::new_v4().into_bytes();
    Duration::from_millis(100 + u64::from(byte) * 200 / 255)
}

fn transport_failure(error: &reqwest::Error) -> OktaFailure {
    if outbound::is_refused(error) {
        return OktaFailure::new(FailureKind::NotAnOrganization)
            .with_detail("the name resolves to an address that is not public");
    }
    if error.is_connect() {
        return OktaFailure::new(FailureKind::Unreachable).with_detail(NOT_SENT);
    }
    if error.is_timeout() {
        return OktaFailure::new(FailureKind::TimedOut);
    }
    OktaFailure::new(FailureKind::Unreachable)
}

pub(super) fn nonsense(detail: &'static str) -> OktaFailure {
    OktaFailure::new(FailureKind::Nonsense).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::org_url::parse_extra_origins;

    fn routed(url: &str) -> Result<Route, FailureKind> {
        let extra =
            "http://127.0.0.1:8081,https://login.acme.example,https://okta.corp.example:8443";
        let policy = HostPolicy::new(parse_extra_origins(extra).expect("origins"));
        route(&url.parse().expect("a URL"), &policy).map_err(|failure| failure.kind)
    }

    #[test]
    fn only_what_the_policy_allows_has_a_way() {
        for (url, way) in [
            ("https://acme.okta.com/oauth2/v1/token", Route::Public),
            ("https://acme.okta-emea.com/x?y=z", Route::Public),
            ("http://127.0.0.1:8081/x", Route::Listed),
            ("https://login.acme.example/x", Route::Listed),
            ("https://okta.corp.example:8443/x", Route::Listed),
        ] {
            assert_eq!(routed(url), Ok(way), "{url}");
        }
        for url in [
            "http://acme.okta.com/",
            "https://acme.okta.com:8443/",
            "https://ada@acme.okta.com/",
            "https://:secret@acme.okta.com/",
            "https://acme.okta.com.evil.example/",
            "https://evil.example/#.okta.com",
            "https://evil.example\\@acme.okta.com/",
            "https://acme-admin.okta.com/",
            "https://acme.okta.com./",
            "http://127.0.0.1/",
            "http://127.0.0.1:8082/",
            "https://127.0.0.1:8081/",
            "http://2130706433:8082/",
            "http://0x7f.1/",
            "http://[::1]:8081/",
            "http://[::ffff:127.0.0.1]:8081/",
            "http://localhost:8081/",
            "http://169.254.169.254/latest/meta-data",
            "http://login.acme.example/",
            "https://okta.corp.example/",
        ] {
            assert_eq!(routed(url), Err(FailureKind::NotAnOrganization), "{url}");
        }
    }

    #[test]
    fn a_provider_may_be_anywhere_but_in_the_open_or_at_the_clouds_own_address() {
        let of = |url: &str, plain| is_of_provider(&url.parse().expect("a URL"), plain);
        for url in [
            "https://id.northvault.example/x",
            "https://keys.elsewhere.example:8443/x?y=z",
            "https://10.0.0.7/x",
            "https://127.0.0.1:9000/x",
        ] {
            assert!(of(url, false) && of(url, true), "{url}");
        }
        for url in [
            "http://127.0.0.1:9000/x",
            "http://localhost/x",
            "http://[::1]:1/x",
        ] {
            assert!(of(url, true) && !of(url, false), "{url}");
        }
        for url in [
            "http://id.northvault.example/x",
            "http://10.0.0.7/x",
            "https://169.254.169.254/x",
            "https://[fe80::1]/x",
            "https://[::ffff:169.254.169.254]/x",
            "https://0.0.0.0/x",
            "https://ada@id.northvault.example/x",
            "ftp://id.northvault.example/x",
            "data:text/plain,x",
        ] {
            assert!(!of(url, true), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_resolves_inside_is_refused_before_a_connection() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let client = build(address::is_public, false, Limits::default()).expect("a client");

        let sent = client.get(format!("http://localhost:{port}/")).send().await;

        let failure = transport_failure(&sent.expect_err("a refusal"));
        assert_eq!(failure.kind, FailureKind::NotAnOrganization);
        let connected = listener.accept().map(drop).map_err(|error| error.kind());
        assert_eq!(connected, Err(std::io::ErrorKind::WouldBlock));
    }
}
