//! What the provider says of itself: its addresses, and what it takes and gives.

use jsonwebtoken::Algorithm;
use serde::Deserialize;
use url::Url;

use super::{Provider, wrong_issuer};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::okta::http::is_of_provider;
use crate::okta::id_token::ALGORITHMS;

/// What the provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMetadata {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    pub(super) end_session_endpoint: Option<Url>,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) takes_basic: bool,
    pub(super) knows_groups_scope: bool,
    pub(super) names_issuer_in_answers: bool,
}

/// `/.well-known/openid-configuration` (OpenID Connect Discovery §3)
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    end_session_endpoint: Option<Url>,
    scopes_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Provider {
    /// Reads the discovery document, and refuses another issuer's.
    pub async fn metadata(&self) -> Result<ProviderMetadata, OktaFailure> {
        let url = Url::parse(&self.issuer.discovery_url())
            .map_err(|_| not_a_provider("the issuer is no address"))?;
        let read = self.line.document::<Discovery>(&url).await;
        let document = read.map_err(|failure| match failure.kind {
            FailureKind::Other => OktaFailure {
                kind: FailureKind::NotAnOrganization,
                detail: Some("there is no discovery document"),
                ..failure
            },
            _ => failure,
        })?;
        if document.issuer != self.issuer.as_str() {
            return Err(wrong_issuer("the discovery document is another issuer's"));
        }
        document.checked(self.issuer.is_plain())
    }
}

impl Discovery {
    fn endpoints(&self) -> impl Iterator<Item = &Url> {
        [
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.jwks_uri,
        ]
        .into_iter()
        .chain(&self.userinfo_endpoint)
        .chain(&self.end_session_endpoint)
    }

    fn checked(self, plain_on_this_machine: bool) -> Result<ProviderMetadata, OktaFailure> {
        let is_good =
            |url: &Url| is_of_provider(url, plain_on_this_machine) && url.fragment().is_none();
        if !self.endpoints().all(is_good) {
            return Err(not_a_provider("an endpoint is not an https address"));
        }
        let algorithms = allowed(self.id_token_signing_alg_values_supported.as_deref());
        if algorithms.is_empty() {
            return Err(not_a_provider(
                "its ID tokens are signed neither with RS256 nor with ES256",
            ));
        }
        // Without a list, Basic is what a provider takes (Discovery §3).
        let takes = |method: &str| match &self.token_endpoint_auth_methods_supported {
            Some(methods) => methods.iter().any(|of| of == method),
            None => method == "client_secret_basic",
        };
        if !takes("client_secret_basic") && !takes("client_secret_post") {
            return Err(not_a_provider("it takes no client with a secret"));
        }
        Ok(ProviderMetadata {
            takes_basic: takes("client_secret_basic"),
            knows_groups_scope: self
                .scopes_supported
                .as_ref()
                .is_none_or(|scopes| scopes.iter().any(|scope| scope == "groups")),
            algorithms,
            authorization_endpoint: self.authorization_endpoint,
            token_endpoint: self.token_endpoint,
            jwks_uri: self.jwks_uri,
            userinfo_endpoint: self.userinfo_endpoint,
            end_session_endpoint: self.end_session_endpoint,
            names_issuer_in_answers: self.authorization_response_iss_parameter_supported,
        })
    }
}

/// Those of our algorithms that the provider names; RS256 where it names none, as it must support it.
fn allowed(named: Option<&[String]>) -> Vec<Algorithm> {
    let is_named = |algorithm: &Algorithm| match named {
        Some(named) => named.iter().any(|name| *name == format!("{algorithm:?}")),
        None => *algorithm == Algorithm::RS256,
    };
    ALGORITHMS.into_iter().filter(is_named).collect()
}

fn not_a_provider(detail: &'static str) -> OktaFailure {
    OktaFailure::new(FailureKind::NotAnOrganization).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn feed_documents(count: usize) {
        let valid = [json!({
            "issuer": "https://id.example", "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://id.example/token", "jwks_uri": "https://keys.example/keys",
            "userinfo_endpoint": "https://id.example/who", "end_session_endpoint": "https://id.example/out",
            "scopes_supported": ["openid", "groups"], "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        })];
        crate::fuzz::documents(count, &valid, |text| {
            let read = serde_json::from_slice::<Discovery>(text).ok();
            let Some(Ok(metadata)) = read.map(|document| document.checked(false)) else {
                return;
            };
            assert_eq!(metadata.token_endpoint.scheme(), "https");
            assert_eq!(metadata.jwks_uri.scheme(), "https");
            assert!(
                metadata
                    .algorithms
                    .iter()
                    .all(|algorithm| ALGORITHMS.contains(algorithm))
            );
        });
    }

    crate::fuzz::both!(
        feed_documents,
        no_hostile_discovery_panics_or_passes,
        soak_of_hostile_discoveries
    );
}
