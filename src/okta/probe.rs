//! Read-only questions to the management API: what a permission can really do, and what the app was
//! really granted. Bodies are looked at only for whether they hold anything, and dropped.

use http::header::LINK;
use serde::Serialize;
use url::Url;

use super::answer::{Answer, Pace};
use super::error::{self, Asked};
use super::http::nonsense;
use super::wire;
use super::{Okta, OrgToken};
use crate::domain::catalog::Proof;
use crate::domain::check::ProbeAnswer;
use crate::domain::connection::ClientId;
use crate::domain::failure::OktaFailure;
use crate::domain::org_url::OrgOrigin;
use crate::domain::scope::{Scope, ScopeSet};

/// The grants of an app are read from so many pages at most: more is no answer of Okta's.
const MOST_PAGES: usize = 10;

/// An answer to a probe, with how fast Okta wants to be asked on.
#[derive(Debug)]
pub struct ProbeReply {
    pub answer: ProbeAnswer,
    pub pace: Pace,
}

impl Okta {
    /// Asks one read-only question. What says nothing of the permission (an outage, a rate limit, a
    /// page in place of an answer) is a failure; everything else is an answer, refusals included.
    pub async fn probe(
        &self,
        token: &OrgToken,
        path: &str,
        proof: Proof,
    ) -> Result<ProbeReply, OktaFailure> {
        let request = token.get(&token.issuer().join(path))?;
        let answer = self.0.http.send(request).await?;
        if let Some(failure) = answer.passing_failure(self.now()) {
            return Err(failure);
        }
        if answer.is_ok() && !answer.is_shaped_like(proof) {
            return Err(nonsense(
                "the answer has another shape than this endpoint's",
            ));
        }
        Ok(ProbeReply {
            answer: answer.as_probe(),
            pace: answer.pace(self.now()),
        })
    }

    /// The scopes in the app's grants collection: what an administrator really granted.
    pub async fn app_grants(
        &self,
        token: &OrgToken,
        client_id: &ClientId,
    ) -> Result<ScopeSet, OktaFailure> {
        let origin = token.issuer();
        let mut next = Some(origin.join(&format!("/api/v1/apps/{client_id}/grants?limit=200")));
        let mut granted = ScopeSet::default();
        for _ in 0..MOST_PAGES {
            let Some(url) = next else {
                return Ok(granted);
            };
            let answer = self.0.http.send(token.get(&url)?).await?;
            let answer = self.good(answer, Asked::Management)?;
            let page: Vec<wire::Grant> = answer.json()?;
            for grant in page.into_iter().filter(wire::Grant::is_active) {
                if let Ok(scope) = grant.scope_id.parse() {
                    granted.insert(scope);
                }
            }
            next = next_page(&answer, origin)?;
        }
        Err(nonsense("the app's grants have too many pages"))
    }
}

/// One scope to add to an app's grants collection.
#[derive(Serialize)]
struct NewGrant<'a> {
    #[serde(rename = "scopeId")]
    scope_id: &'a str,
    issuer: &'a str,
}

impl Okta {
    /// Adds one scope to the app's grants. Only a Super Administrator's token may. Granting again what
    /// is granted changes nothing, so the caller lists first.
    pub async fn grant_scope(
        &self,
        token: &OrgToken,
        client_id: &ClientId,
        scope: &Scope,
    ) -> Result<(), OktaFailure> {
        let origin = token.issuer();
        let url = origin.join(&format!("/api/v1/apps/{client_id}/grants"));
        let grant = NewGrant {
            scope_id: scope.as_str(),
            issuer: origin.as_str(),
        };
        let body = serde_json::to_vec(&grant)
            .map_err(|_| nonsense("the grant cannot be written as JSON"))?;
        let answer = self.0.http.send(token.post(&url, body)?).await?;
        if let Some(failure) = answer.passing_failure(self.now()) {
            return Err(failure);
        }
        match answer.status() {
            // Okta's reference says 201; 409 is how such APIs say that it is there already.
            200 | 201 | 409 => Ok(()),
            _ => Err(error::failure(Asked::Management, answer.said())),
        }
    }
}

/// The next page, which must be at the organization's own origin: the token goes nowhere else.
fn next_page(answer: &Answer, origin: &OrgOrigin) -> Result<Option<Url>, OktaFailure> {
    let Some(link) = answer.all(LINK).find_map(next_link) else {
        return Ok(None);
    };
    let url = Url::parse(&link).map_err(|_| nonsense("the next page has no usable address"))?;
    if url.origin().ascii_serialization() != origin.as_str() {
        return Err(nonsense("the next page is at another origin"));
    }
    Ok(Some(url))
}

/// The target of the `rel="next"` of a Link header (RFC 8288 §3).
fn next_link(value: &str) -> Option<String> {
    value.split(',').find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters
            .split(';')
            .any(|parameter| parameter.trim().eq_ignore_ascii_case("rel=\"next\""));
        is_next.then(|| target.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let header = "<https://acme.okta.com/api?limit=2>; rel=\"self\", <https://acme.okta.com/api?after=x>; rel=\"next\"";

        assert_eq!(
            next_link(header).as_deref(),
            Some("https://acme.okta.com/api?after=x")
        );
        assert_eq!(next_link("<https://acme.okta.com/api>; rel=\"self\""), None);
        assert_eq!(next_link("nonsense"), None);
    }
}
