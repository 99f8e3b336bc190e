//! A token with the organization that issued it: it is sent there, and nowhere else.

use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use secrecy::SecretString;
use url::Url;

use super::http::{Request, nonsense};
use super::secret;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::org_url::OrgOrigin;

/// An access token of one organization. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct OrgToken {
    issuer: OrgOrigin,
    token: SecretString,
}

impl OrgToken {
    #[must_use]
    pub const fn new(issuer: OrgOrigin, token: SecretString) -> Self {
        Self { issuer, token }
    }

    #[must_use]
    pub const fn issuer(&self) -> &OrgOrigin {
        &self.issuer
    }

    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.token
    }

    /// A GET with the token in the one place where it may stand (RFC 6750 §2.1).
    pub(super) fn get(&self, url: &Url) -> Result<Request, OktaFailure> {
        self.request(url, http::Request::get(url.as_str()), Vec::new())
    }

    /// A POST of JSON, likewise.
    pub(super) fn post(&self, url: &Url, body: Vec<u8>) -> Result<Request, OktaFailure> {
        let request = http::Request::post(url.as_str()).header(CONTENT_TYPE, "application/json");
        self.request(url, request, body)
    }

    fn request(
        &self,
        url: &Url,
        request: http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Request, OktaFailure> {
        check_at(url, &self.issuer)?;
        let unusable = || nonsense("the access token is no header text");
        let text = format!("Bearer {}", secret::open(&self.token));
        let mut value = HeaderValue::try_from(text).map_err(|_| unusable())?;
        value.set_sensitive(true);
        let request = request
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, value);
        request.body(body).map_err(|_| unusable())
    }
}

/// Refuses an address that is not at this organization, before anything secret is sent there.
pub(super) fn check_at(url: &Url, organization: &OrgOrigin) -> Result<(), OktaFailure> {
    if url.origin().ascii_serialization() == organization.as_str() {
        return Ok(());
    }
    Err(OktaFailure::new(FailureKind::WrongIssuer)
        .with_detail("a secret would go to another organization than its own"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_its_issuer_and_nowhere_else() {
        let issuer = OrgOrigin::from_stored("https://acme.okta.com").expect("an origin");
        let token = OrgToken::new(issuer, SecretString::from("t"));
        let url = |text: &str| Url::parse(text).expect("a URL");

        assert!(
            token
                .get(&url("https://acme.okta.com/api/v1/users"))
                .is_ok()
        );
        for elsewhere in [
            "https://evil.example/api/v1/users",
            "https://acme.okta.com:8443/api/v1/users",
            "http://acme.okta.com/api/v1/users",
            "https://acme.okta.com.evil.example/",
            "https://acme.okta.com@evil.example/",
        ] {
            let got = token.get(&url(elsewhere)).map(drop).map_err(|f| f.kind);
            assert_eq!(got, Err(FailureKind::WrongIssuer), "{elsewhere}");
            let posted = token.post(&url(elsewhere), Vec::new()).map(drop);
            assert!(posted.is_err(), "{elsewhere}");
        }
    }
}
