//! How often one address may open links and begin sign-ins, and one API key may call. Guessing is
//! hopeless anyway (256 bits); this keeps the guesser from costing us and Okta anything.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota};

use super::client_ip::client_ip;
use super::error::PageError;
use super::problem::Problem;
use super::state::AppState;
use crate::domain::id::ApiKeyId;

/// Allowed per minute, and at once.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Per address.
    pub link_openings: NonZeroU32,
    /// Per address.
    pub sign_ins: NonZeroU32,
    /// Per API key.
    pub api_calls: NonZeroU32,
}

/// The counters.
#[derive(Debug)]
pub struct RateLimits {
    link_openings: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    /// Only keys that exist are counted, so that this cannot be filled up with others.
    api_calls: DefaultKeyedRateLimiter<ApiKeyId>,
}

impl Default for Rates {
    fn default() -> Self {
        // A team behind one address may onboard together; a script may not.
        let thirty = NonZeroU32::MIN.saturating_add(29);
        Self {
            link_openings: thirty,
            sign_ins: thirty,
            // A hundred a second for a whole fleet with one key; a loop that ran wild is stopped.
            api_calls: NonZeroU32::MIN.saturating_add(5_999),
        }
    }
}

impl RateLimits {
    pub(super) fn new(rates: Rates) -> Self {
        Self {
            link_openings: DefaultKeyedRateLimiter::keyed(Quota::per_minute(rates.link_openings)),
            sign_ins: DefaultKeyedRateLimiter::keyed(Quota::per_minute(rates.sign_ins)),
            api_calls: DefaultKeyedRateLimiter::keyed(Quota::per_minute(rates.api_calls)),
        }
    }

    /// Forgets addresses and keys that have not been seen for a while.
    pub fn forget_old(&self) {
        for limiter in [&self.link_openings, &self.sign_ins] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        self.api_calls.retain_recent();
        self.api_calls.shrink_to_fit();
    }

    /// Counts a call of an API key; the seconds to wait when it makes too many.
    pub(super) fn api_call(&self, key: ApiKeyId) -> Result<(), u64> {
        self.api_calls
            .check_key(&key)
            .map_err(|until| seconds(&until))
    }
}

/// Guards the opening of links.
pub(super) async fn link_openings(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let limits = Arc::clone(&state.rate_limits);
    guard(&state, &limits.link_openings, peer, request, next).await
}

/// Guards the beginning of sign-ins.
pub(super) async fn sign_ins(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let limits = Arc::clone(&state.rate_limits);
    guard(&state, &limits.sign_ins, peer, request, next).await
}

async fn guard(
    state: &AppState,
    limiter: &DefaultKeyedRateLimiter<IpAddr>,
    peer: SocketAddr,
    request: Request,
    next: Next,
) -> Response {
    let ip = client_ip(peer, request.headers(), &state.site.trusted_proxies);
    match limiter.check_key(&ip) {
        Ok(()) => next.run(request).await,
        Err(until) => too_often(seconds(&until)),
    }
}

/// Whole seconds until the next try is allowed.
fn seconds(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> u64 {
    until
        .wait_time_from(DefaultClock::default().now())
        .as_secs()
        + 1
}

fn too_often(seconds: u64) -> Response {
    let what = format!(
        "Too many tries came from your network. Try again in {seconds} seconds; nothing is lost."
    );
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "That was too often", &what)
        .because("Several people behind one address, or a program, tried within the same minute.")
        .step("Wait that long, then reload this page.")
        .action("To the front page", "/");
    let problem = Problem {
        retry_after: Some(seconds),
        ..problem
    };
    PageError::Problem {
        problem: Box::new(problem),
        cause: None,
    }
    .into_response()
}
