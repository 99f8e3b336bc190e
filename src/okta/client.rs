//! Who we are at an organization: a client id and how it proves itself.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::SecretString;
use serde::Serialize;
use time::{Duration, OffsetDateTime};
use url::{Url, form_urlencoded};

use super::bearer::check_at;
use super::http::{Request, nonsense};
use super::secret;
use crate::domain::connection::ClientId;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::org_url::OrgOrigin;

/// How long an assertion is good for. Okta allows an hour; minutes are for clocks that differ.
const ASSERTION_LIFETIME: Duration = Duration::minutes(2);

pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The application in the organization, with its credential.
#[derive(Debug, Clone)]
pub struct Client<'a> {
    /// Where alone it proves itself; `None` for the vendor's own provider, whose endpoints may be anywhere.
    pub organization: Option<&'a OrgOrigin>,
    pub client_id: &'a ClientId,
    pub auth: ClientAuth<'a>,
}

/// One method, never another one as a fallback.
#[derive(Debug, Clone)]
pub enum ClientAuth<'a> {
    /// `client_secret_basic` (RFC 6749 §2.3.1).
    Secret(&'a SecretString),
    /// `client_secret_post`: for a provider that takes it in no other way.
    SecretInBody(&'a SecretString),
    /// `private_key_jwt` (RFC 7523 §2.2).
    PrivateKey {
        /// PKCS#8.
        pem: &'a SecretString,
        kid: &'a str,
        algorithm: KeyAlgorithm,
    },
}

/// With what a client assertion is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAlgorithm {
    Rs256,
    Es256,
}

#[derive(Serialize)]
struct Assertion<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

impl Client<'_> {
    /// A form post to an endpoint other than the token endpoint, with the client's proof.
    pub(super) fn post(
        &self,
        endpoint: &Url,
        fields: &[(&str, &str)],
        now: OffsetDateTime,
    ) -> Result<Request, OktaFailure> {
        self.check_endpoint(endpoint)?;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let mut request = http::Request::post(endpoint.as_str())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        match &self.auth {
            ClientAuth::Secret(client_secret) => {
                request = request.header(AUTHORIZATION, basic(self.client_id, client_secret)?);
            }
            ClientAuth::SecretInBody(client_secret) => {
                form.append_pair("client_id", self.client_id.as_str())
                    .append_pair("client_secret", secret::open(client_secret));
            }
            ClientAuth::PrivateKey {
                pem,
                kid,
                algorithm,
            } => {
                let assertion = self.assertion(pem, kid, *algorithm, endpoint, now)?;
                form.append_pair("client_id", self.client_id.as_str())
                    .append_pair("client_assertion_type", ASSERTION_TYPE)
                    .append_pair("client_assertion", secret::open(&assertion));
            }
        }
        request
            .body(form.finish().into_bytes())
            .map_err(|_| nonsense("the request has no usable address"))
    }

    /// Refuses an endpoint of another organization than the client's own.
    pub(super) fn check_endpoint(&self, endpoint: &Url) -> Result<(), OktaFailure> {
        self.organization
            .map_or(Ok(()), |own| check_at(endpoint, own))
    }

    /// Signs who we are for one request to one endpoint. Okta takes each `jti` once.
    pub(super) fn assertion(
        &self,
        pem: &SecretString,
        kid: &str,
        algorithm: KeyAlgorithm,
        endpoint: &Url,
        now: OffsetDateTime,
    ) -> Result<SecretString, OktaFailure> {
        let claims = Assertion {
            iss: self.client_id.as_str(),
            sub: self.client_id.as_str(),
            aud: endpoint.as_str(),
            iat: now.unix_timestamp(),
            exp: (now + ASSERTION_LIFETIME).unix_timestamp(),
            jti: uuid::Uuid::new_v4().to_string(),
        };
        let mut header = Header::new(algorithm.into());
        header.kid = Some(kid.to_owned());
        signing_key(pem, algorithm)
            .and_then(|key| jsonwebtoken::encode(&header, &claims, &key))
            .map(SecretString::from)
            .map_err(|_| {
                OktaFailure::new(FailureKind::KeyRefused)
                    .with_detail("our own signing key could not be used")
            })
    }
}

fn signing_key(
    pem: &SecretString,
    algorithm: KeyAlgorithm,
) -> Result<EncodingKey, jsonwebtoken::errors::Error> {
    let pem = secret::open(pem).as_bytes();
    match algorithm {
        KeyAlgorithm::Rs256 => EncodingKey::from_rsa_pem(pem),
        KeyAlgorithm::Es256 => EncodingKey::from_ec_pem(pem),
    }
}

/// RFC 6749 §2.3.1 wants both parts form-encoded before they are joined.
fn basic(client_id: &ClientId, client_secret: &SecretString) -> Result<HeaderValue, OktaFailure> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!(
        "{}:{}",
        encode(client_id.as_str()),
        encode(secret::open(client_secret))
    );
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(pair)))
        .map_err(|_| nonsense("the client secret is no header text"))?;
    value.set_sensitive(true);
    Ok(value)
}

impl From<KeyAlgorithm> for Algorithm {
    fn from(algorithm: KeyAlgorithm) -> Self {
        match algorithm {
            KeyAlgorithm::Rs256 => Self::RS256,
            KeyAlgorithm::Es256 => Self::ES256,
        }
    }
}
