//! The token endpoint (RFC 6749 §4.1.3, §5.1, §6): what is spent there, and what comes back.
//!
//! The `oauth2` crate writes the requests and reads good answers. It sees nothing else: an error of
//! its own about an answer holds the raw body, tokens included, so every other answer becomes a
//! failure before it gets there, and its errors are dropped unseen.

use std::borrow::Cow;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use oauth2::basic::{BasicErrorResponse, BasicTokenType};
use oauth2::{
    AuthType, AuthorizationCode, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields,
    HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Okta;
use super::client::{ASSERTION_TYPE, Client, ClientAuth};
use super::discovery::Metadata;
use super::error::Asked;
use super::http::nonsense;
use super::secret;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::scope::ScopeSet;

/// Okta's access tokens last an hour, which is not configurable; used where Okta names no lifetime.
const USUAL_LIFETIME: Duration = Duration::from_hours(1);
/// No server of Okta's gives more. Refused, not shortened: whoever says so is not what we think.
const LONGEST_LIFETIME: Duration = Duration::from_hours(24);

/// What a good token response gave. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct TokenResponse {
    pub access_token: SecretString,
    pub expires_in: Duration,
    pub refresh_token: Option<SecretString>,
    pub id_token: Option<SecretString>,
    /// `None` where Okta named none (RFC 6749 §5.1 then means "as requested": introspect).
    pub scopes: Option<ScopeSet>,
}

#[derive(Deserialize, Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}

impl std::fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdTokenField")
    }
}

impl ExtraTokenFields for IdTokenField {}

type Fields = StandardTokenResponse<IdTokenField, BasicTokenType>;

type TokenClient<Endpoint> = oauth2::Client<
    BasicErrorResponse,
    Fields,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Endpoint,
>;

impl Okta {
    /// Spends the authorization code. Never repeated: Okta takes a code once.
    pub async fn exchange_code(
        &self,
        metadata: &Metadata,
        client: &Client<'_>,
        code: &SecretString,
        verifier: &SecretString,
        redirect_uri: &Url,
    ) -> Result<TokenResponse, OktaFailure> {
        let endpoint = &metadata.token_endpoint;
        let response = self.spend_code(endpoint, client, code, verifier, redirect_uri);
        believable(response.await?)
    }

    /// The same at any token endpoint, whatever lifetime it names.
    pub(super) async fn spend_code(
        &self,
        endpoint: &Url,
        client: &Client<'_>,
        code: &SecretString,
        verifier: &SecretString,
        redirect_uri: &Url,
    ) -> Result<TokenResponse, OktaFailure> {
        let token_client = token_client(endpoint, client);
        let mut request = token_client
            .exchange_code(AuthorizationCode::new(secret::open(code).to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(secret::open(verifier).to_owned()))
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect_uri.clone())));
        for (name, value) in self.proof(endpoint, client)? {
            request = request.add_extra_param(name, value);
        }
        let send = self.token_endpoint(Asked::CodeExchange);
        read(request.request_async(&send).await)
    }

    /// Spends the refresh token for new tokens. Never repeated: where Okta rotates, a token that is
    /// used twice ends the whole sign-in.
    pub async fn refresh(
        &self,
        metadata: &Metadata,
        client: &Client<'_>,
        refresh_token: &SecretString,
    ) -> Result<TokenResponse, OktaFailure> {
        let endpoint = &metadata.token_endpoint;
        let token_client = token_client(endpoint, client);
        let refresh_token = RefreshToken::new(secret::open(refresh_token).to_owned());
        let mut request = token_client.exchange_refresh_token(&refresh_token);
        for (name, value) in self.proof(endpoint, client)? {
            request = request.add_extra_param(name, value);
        }
        let send = self.token_endpoint(Asked::Refresh);
        believable(read(request.request_async(&send).await)?)
    }

    /// The parameters that prove the client by key; a secret goes into a header instead. At the client's
    /// own organization, or not at all.
    fn proof(
        &self,
        endpoint: &Url,
        client: &Client<'_>,
    ) -> Result<Vec<(&'static str, String)>, OktaFailure> {
        client.check_endpoint(endpoint)?;
        let ClientAuth::PrivateKey {
            pem,
            kid,
            algorithm,
        } = &client.auth
        else {
            return Ok(Vec::new());
        };
        let assertion = client.assertion(pem, kid, *algorithm, endpoint, self.now())?;
        Ok(vec![
            ("client_assertion_type", ASSERTION_TYPE.to_owned()),
            ("client_assertion", secret::open(&assertion).to_owned()),
        ])
    }

    /// The token endpoint as the HTTP client that the OAuth library asks for. It owns what it uses, so
    /// that the whole exchange can run in a task of its own.
    fn token_endpoint(
        &self,
        asked: Asked,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, OktaFailure>> + use<> {
        let okta = self.clone();
        move |request| {
            let okta = okta.clone();
            async move { okta.send_to_token_endpoint(request, asked).await }.boxed()
        }
    }

    async fn send_to_token_endpoint(
        &self,
        request: HttpRequest,
        asked: Asked,
    ) -> Result<HttpResponse, OktaFailure> {
        let answer = self.0.http.send(request).await?;
        Ok(self.good(answer, asked)?.into_http())
    }
}

fn token_client(endpoint: &Url, client: &Client<'_>) -> TokenClient<EndpointSet> {
    let id = oauth2::ClientId::new(client.client_id.to_string());
    let token_client =
        TokenClient::<EndpointNotSet>::new(id).set_token_uri(TokenUrl::from_url(endpoint.clone()));
    match &client.auth {
        ClientAuth::Secret(client_secret) => token_client
            .set_auth_type(AuthType::BasicAuth)
            .set_client_secret(ClientSecret::new(secret::open(client_secret).to_owned())),
        ClientAuth::SecretInBody(client_secret) => token_client
            .set_auth_type(AuthType::RequestBody)
            .set_client_secret(ClientSecret::new(secret::open(client_secret).to_owned())),
        ClientAuth::PrivateKey { .. } => token_client.set_auth_type(AuthType::RequestBody),
    }
}

fn read(
    answer: Result<Fields, RequestTokenError<OktaFailure, BasicErrorResponse>>,
) -> Result<TokenResponse, OktaFailure> {
    let fields = answer.map_err(|error| match error {
        RequestTokenError::Request(failure) => failure,
        // Dropped without a look: `Parse` holds the raw body.
        _ => nonsense("the token response has another shape than the protocol's"),
    })?;
    match fields.token_type() {
        BasicTokenType::Bearer => {}
        BasicTokenType::Extension(name) if name == "dpop" => {
            return Err(OktaFailure::new(FailureKind::DpopRequired));
        }
        _ => return Err(nonsense("the token is neither a bearer nor a DPoP token")),
    }
    let expires_in = fields.expires_in().unwrap_or(USUAL_LIFETIME);
    let access_token = secret_text(fields.access_token().secret())
        .ok_or_else(|| nonsense("the access token is empty"))?;
    Ok(TokenResponse {
        access_token,
        expires_in,
        refresh_token: fields
            .refresh_token()
            .and_then(|token| secret_text(token.secret())),
        id_token: fields
            .extra_fields()
            .id_token
            .as_deref()
            .and_then(secret_text),
        scopes: fields.scopes().and_then(|scopes| named_scopes(scopes)),
    })
}

/// Refuses a lifetime that no server of Okta's gives.
fn believable(response: TokenResponse) -> Result<TokenResponse, OktaFailure> {
    if response.expires_in.is_zero() || response.expires_in > LONGEST_LIFETIME {
        return Err(nonsense("the token's lifetime is not believable"));
    }
    Ok(response)
}

fn secret_text(text: &str) -> Option<SecretString> {
    (!text.is_empty()).then(|| SecretString::from(text))
}

/// An empty list names nothing: it is the same as none.
fn named_scopes(scopes: &[oauth2::Scope]) -> Option<ScopeSet> {
    let scopes: ScopeSet = scopes
        .iter()
        .filter_map(|scope| scope.parse().ok())
        .collect();
    (!scopes.is_empty()).then_some(scopes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn feed_responses(count: usize) {
        let valid = [
            json!({
                "access_token": "eyJ.a.b", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r",
                "scope": "openid okta.users.manage", "id_token": "eyJ.c.d",
            }),
            json!({ "access_token": "a", "token_type": "DPoP", "expires_in": 1 }),
        ];
        crate::fuzz::documents(count, &valid, |body| {
            let Ok(fields) = serde_json::from_slice::<Fields>(body) else {
                return;
            };
            let Ok(response) = read(Ok(fields)).and_then(believable) else {
                return;
            };
            assert!(response.expires_in <= LONGEST_LIFETIME && !response.expires_in.is_zero());
            assert!(response.scopes.is_none_or(|scopes| !scopes.is_empty()));
            assert!(!secret::open(&response.access_token).is_empty());
        });
    }

    crate::fuzz::both!(
        feed_responses,
        no_hostile_token_response_panics,
        soak_of_hostile_token_responses
    );
}
