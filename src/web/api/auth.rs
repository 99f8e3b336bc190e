//! Which program is calling. An extractor names the roles that may make a call; a handler without one
//! serves everybody.

use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::super::rate_limit::client_address;
use super::super::state::AppState;
use super::problem::{ApiProblem, Kind};
use crate::domain::api_key::{ApiKey, ApiRole, PresentedKey};
use crate::domain::audit::Actor;
use crate::domain::id::ApiKeyId;
use crate::flows::ApiKeys;

/// The roles that may make a call.
pub(super) trait Roles: Send {
    const ALLOWED: &'static [ApiRole];
}

/// Makes and mends: tenants, links, activation.
#[derive(Debug)]
pub(super) struct Onboarding;
/// Looks up and asks for checks.
#[derive(Debug)]
pub(super) struct OnboardingOrSupport;
/// Reads what no role is denied.
#[derive(Debug)]
pub(super) struct AnyRole;

impl Roles for Onboarding {
    const ALLOWED: &'static [ApiRole] = &[ApiRole::Onboarding];
}

impl Roles for OnboardingOrSupport {
    const ALLOWED: &'static [ApiRole] = &[ApiRole::Onboarding, ApiRole::Support];
}

impl Roles for AnyRole {
    const ALLOWED: &'static [ApiRole] = &ApiRole::ALL;
}

/// A program with a working key of one of these roles.
#[derive(Debug)]
pub(super) struct Caller<R> {
    pub key: ApiKeyId,
    roles: PhantomData<R>,
}

impl<R> Caller<R> {
    /// Who the audit trail says did it.
    pub(super) const fn actor(&self) -> Actor {
        Actor::ApiKey(self.key)
    }
}

impl<R: Roles> FromRequestParts<AppState> for Caller<R> {
    type Rejection = ApiProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let key = authenticate(parts, state).await?;
        require(key.role, R::ALLOWED)?;
        Ok(Self {
            key: key.id,
            roles: PhantomData,
        })
    }
}

/// The key that the request came with, once per request: a layer may have asked before.
pub(super) async fn authenticate(
    parts: &mut Parts,
    state: &AppState,
) -> Result<ApiKey, ApiProblem> {
    if let Some(known) = parts.extensions.get::<ApiKey>() {
        return Ok(*known);
    }
    let presented = present(parts, state)?;
    let key = state.api_keys.recognize(&presented).await?;
    let key = known(parts, state, &presented, key)?;
    admit(state, key.id)?;
    parts.extensions.insert(key);
    Ok(key)
}

/// The key that the request came with, without asking the database: for those who look it up in a query
/// of their own. Where too many wrong ones came from, it is not even worth a look.
pub(super) fn present(parts: &Parts, state: &AppState) -> Result<PresentedKey, ApiProblem> {
    let key = match presented(&parts.headers) {
        Ok(key) => key,
        Err(problem) if problem.kind() == Kind::KeyInvalid => {
            return Err(wrong(parts, state, None));
        }
        Err(problem) => return Err(problem),
    };
    let limit = &state.rate_limits.wrong_keys;
    match limit.admit(address(parts, state), &key.hash) {
        Ok(()) => Ok(key),
        Err(seconds) => Err(too_many_wrong(seconds)),
    }
}

/// What was found of the key, or the answer to a wrong one.
pub(super) fn known<K>(
    parts: &Parts,
    state: &AppState,
    presented: &PresentedKey,
    found: Option<K>,
) -> Result<K, ApiProblem> {
    let found = found.ok_or_else(|| wrong(parts, state, Some(presented)))?;
    state.rate_limits.wrong_keys.worked(presented.hash);
    Ok(found)
}

fn wrong(parts: &Parts, state: &AppState, key: Option<&PresentedKey>) -> ApiProblem {
    let limit = &state.rate_limits.wrong_keys;
    match limit.failed(address(parts, state), key.map(|key| &key.hash)) {
        Ok(()) => unknown_key(),
        Err(seconds) => too_many_wrong(seconds),
    }
}

fn address(parts: &Parts, state: &AppState) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let peer = peer.map_or(nowhere, |ConnectInfo(peer)| *peer);
    client_address(state, peer, &parts.headers)
}

fn too_many_wrong(seconds: u64) -> ApiProblem {
    let detail = format!(
        "Too many calls came from your address with keys that do not work. Wait {seconds} seconds, and see which program there has a wrong key."
    );
    ApiProblem::new(Kind::TooOften, detail).retry_after(seconds)
}

/// Reads the key out of the `Authorization` header (RFC 6750 §2.1). Cookies are never looked at.
fn presented(headers: &HeaderMap) -> Result<PresentedKey, ApiProblem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Err(ApiProblem::new(
            Kind::KeyMissing,
            "Send a key in the header: Authorization: Bearer gwk_… (grantway api-key create makes one).",
        ));
    };
    let text = value.to_str().ok().and_then(|text| text.split_once(' '));
    let key = match text {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => ApiKeys::read(key),
        _ => None,
    };
    match (key, values.next()) {
        (Some(key), None) => Ok(key),
        _ => Err(unknown_key()),
    }
}

/// The answer to a key that is malformed, unknown or revoked: all look alike.
fn unknown_key() -> ApiProblem {
    ApiProblem::new(
        Kind::KeyInvalid,
        "The key is mistyped, was revoked, or is another service's. Ask whoever runs this service for a new one.",
    )
}

/// Counts a call of this key, and refuses it when there were too many.
pub(super) fn admit(state: &AppState, key: ApiKeyId) -> Result<(), ApiProblem> {
    state.rate_limits.api_call(key).map_err(|seconds| {
        let detail =
            format!("This key makes too many calls. Wait {seconds} seconds, then go on slower.");
        ApiProblem::new(Kind::TooOften, detail).retry_after(seconds)
    })
}

/// Refuses a key whose role the call is not for.
pub(super) fn require(role: ApiRole, allowed: &[ApiRole]) -> Result<(), ApiProblem> {
    if allowed.contains(&role) {
        return Ok(());
    }
    let names: Vec<_> = allowed.iter().map(|role| role.name()).collect();
    let detail = format!(
        "This key's role is {}. Make this call with a key of the role {}.",
        role.name(),
        names.join(" or ")
    );
    Err(ApiProblem::new(Kind::WrongRole, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<ApiRole> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        presented(&headers).ok().map(|key| key.role)
    }

    #[test]
    fn a_key_is_read_from_one_bearer_header_alone() {
        let key = format!("gwk_worker_{}", "a".repeat(43));
        let bearer = format!("Bearer {key}");
        assert_eq!(read(&[&bearer]), Some(ApiRole::Worker));
        assert_eq!(
            read(&[&bearer.replace("Bearer", "bearer")]),
            Some(ApiRole::Worker)
        );
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[&key]), None);
        assert_eq!(read(&[&format!("Basic {key}")]), None);
        assert_eq!(read(&[&format!("Bearer  {key}")]), None);
        assert_eq!(read(&[&bearer, &bearer]), None);
    }
}
