//! How often one address may open links and begin sign-ins. Guessing is hopeless anyway (256 bits);
//! this keeps the guesser from costing us and Okta anything.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use super::client_ip::client_ip;
use super::error::PageError;
use super::problem::Problem;
use super::state::AppState;

/// Allowed per minute and address.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    pub link_openings: NonZeroU32,
    pub sign_ins: NonZeroU32,
}

/// The counters.
#[derive(Debug)]
pub struct RateLimits {
    link_openings: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Rates {
    fn default() -> Self {
        // A team behind one address may onboard together; a script may not.
        let thirty = NonZeroU32::MIN.saturating_add(29);
        Self {
            link_openings: thirty,
            sign_ins: thirty,
        }
    }
}

impl RateLimits {
    pub(super) fn new(rates: Rates) -> Self {
        Self {
            link_openings: DefaultKeyedRateLimiter::keyed(Quota::per_minute(rates.link_openings)),
            sign_ins: DefaultKeyedRateLimiter::keyed(Quota::per_minute(rates.sign_ins)),
        }
    }

    /// Forgets addresses that have not been seen for a while.
    pub fn forget_old(&self) {
        for limiter in [&self.link_openings, &self.sign_ins] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
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
        Err(until) => too_often(
            until
                .wait_time_from(DefaultClock::default().now())
                .as_secs()
                + 1,
        ),
    }
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
