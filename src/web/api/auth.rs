//! Which program is calling. An extractor names the roles that may make a call; a handler without one
//! serves everybody.

use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::super::rate_limit::client_address;
use super::super::state::AppState;
use super::input::OfTenant;
use super::problem::{ApiProblem, Kind};
use crate::domain::api_key::{ApiKey, ApiRole, KeyLimits, PresentedKey};
use crate::domain::audit::Actor;
use crate::domain::id::{ApiKeyId, TenantId};
use crate::flows::ApiKeys;

/// The roles that may make a call.
pub(super) trait Roles: Send {
    const ALLOWED: &'static [ApiRole];
    /// Whether a key that is limited to tenants may make the call although it names none of them: only
    /// where the answer keeps to the limit by itself.
    const WITHOUT_TENANT: bool = false;
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

/// The same roles, for a call that keeps to a key's limits by itself.
#[derive(Debug)]
pub(super) struct Limited<R>(PhantomData<R>);

impl<R: Roles> Roles for Limited<R> {
    const ALLOWED: &'static [ApiRole] = R::ALLOWED;
    const WITHOUT_TENANT: bool = true;
}

impl Roles for Onboarding {
    const ALLOWED: &'static [ApiRole] = &[ApiRole::Onboarding];
}

impl Roles for OnboardingOrSupport {
    const ALLOWED: &'static [ApiRole] = &[ApiRole::Onboarding, ApiRole::Support];
}

impl Roles for AnyRole {
    const ALLOWED: &'static [ApiRole] = &ApiRole::ALL;
}

/// A program with a working key of one of these roles, whose limits the call is within.
#[derive(Debug)]
pub(super) struct Caller<R> {
    pub key: ApiKeyId,
    pub limits: KeyLimits,
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
        if !R::WITHOUT_TENANT {
            let named = OfTenant::from_request_parts(parts, state).await;
            within(&key.limits, named.ok().map(|OfTenant(tenant)| tenant))?;
        }
        Ok(Self {
            key: key.id,
            limits: key.limits,
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
        return Ok(known.clone());
    }
    let presented = present(parts, state)?;
    let key = state.api_keys.recognize(&presented).await?;
    let key = known(parts, state, &presented, key)?;
    admit(state, key.id)?;
    parts.extensions.insert(key.clone());
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

/// The answer to a key that is malformed, unknown, revoked or at its end: all look alike.
fn unknown_key() -> ApiProblem {
    ApiProblem::new(
        Kind::KeyInvalid,
        "The key is mistyped, has expired, was revoked, or belongs to another service. Ask whoever runs this service for a new one.",
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

/// Refuses what is not about a tenant that the key is for; in the same words whether the tenant exists.
pub(super) fn within(limits: &KeyLimits, named: Option<TenantId>) -> Result<(), ApiProblem> {
    if limits.allow(named) {
        return Ok(());
    }
    Err(ApiProblem::new(
        Kind::Limited,
        "This key is limited to certain tenants, and this call is not about one of them. Use a key that is made for it.",
    ))
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

    fn feed_keys(count: usize) {
        let key = format!("Bearer gwk_worker_{}", "a".repeat(43));
        crate::fuzz::texts(
            count,
            &[&key],
            &["Bearer ", "gwk_", "_worker_", " "],
            |text| {
                let Ok(value) = text.parse::<axum::http::HeaderValue>() else {
                    return;
                };
                let mut headers = HeaderMap::new();
                headers.insert(header::AUTHORIZATION, value);
                if presented(&headers).is_ok() {
                    assert!(
                        text.to_ascii_lowercase().starts_with("bearer gwk_"),
                        "{text:?}"
                    );
                }
            },
        );
    }

    crate::fuzz::both!(feed_keys, no_hostile_key_panics, soak_of_hostile_keys);
}
