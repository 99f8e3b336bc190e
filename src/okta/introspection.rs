//! Asking about a token (RFC 7662) and ending it (RFC 7009).

use secrecy::SecretString;
use time::OffsetDateTime;
use url::Url;

use super::Okta;
use super::client::Client;
use super::discovery::Metadata;
use super::error::Asked;
use super::{answer::Answer, secret, wire};
use crate::domain::failure::{OktaFailure, clean};
use crate::domain::scope::ScopeSet;

/// Which kind of token is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenHint {
    AccessToken,
    RefreshToken,
}

/// What Okta knows of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    pub active: bool,
    /// `None` where Okta named none.
    pub scopes: Option<ScopeSet>,
    pub expires_at: Option<OffsetDateTime>,
    /// Okta's id of the user (`00u…`).
    pub user_id: Option<String>,
}

impl Okta {
    /// Asks which scopes a token has and when it ends. A token that Okta does not know is inactive.
    pub async fn introspect(
        &self,
        metadata: &Metadata,
        client: &Client<'_>,
        token: &SecretString,
        hint: TokenHint,
    ) -> Result<Introspection, OktaFailure> {
        let endpoint = &metadata.introspection_endpoint;
        let answer = self.post_token(endpoint, client, token, hint).await?;
        let document: wire::Introspection = self.good(answer, Asked::AboutToken)?.json()?;
        Ok(Introspection {
            active: document.active,
            scopes: document.scope.as_deref().map(ScopeSet::parse),
            expires_at: document
                .exp
                .and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok()),
            user_id: document.uid.as_deref().map(clean),
        })
    }

    /// Ends the token. Okta also answers well for a token that it does not know.
    pub async fn revoke(
        &self,
        metadata: &Metadata,
        client: &Client<'_>,
        token: &SecretString,
        hint: TokenHint,
    ) -> Result<(), OktaFailure> {
        let endpoint = &metadata.revocation_endpoint;
        let answer = self.post_token(endpoint, client, token, hint).await?;
        // RFC 7009 §2.2: the body of a 200 means nothing, and Okta's is empty.
        if answer.is_ok() {
            return Ok(());
        }
        self.good(answer, Asked::AboutToken).map(drop)
    }

    async fn post_token(
        &self,
        endpoint: &Url,
        client: &Client<'_>,
        token: &SecretString,
        hint: TokenHint,
    ) -> Result<Answer, OktaFailure> {
        let fields = [
            ("token", secret::open(token)),
            ("token_type_hint", hint.name()),
        ];
        let request = client.post(endpoint, &fields, self.now())?;
        self.0.http.send(request).await
    }
}

impl TokenHint {
    const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}
