//! How often one address may open links and begin sign-ins, and one API key may call. Guessing is
//! hopeless anyway (256 bits); this keeps the guesser from costing us and Okta anything.

mod wrong_keys;

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota};

use self::wrong_keys::WrongKeys;
use super::client_ip::client_ip;
use super::error::PageError;
use super::problem::Problem;
use super::server::counted;
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
    /// Per address: API keys that do not work.
    pub wrong_keys: NonZeroU32,
    /// Per address: answers that are carried back from Okta or the staff's provider.
    pub callbacks: NonZeroU32,
    /// Per address: readings of a connection's public keys.
    pub key_sets: NonZeroU32,
    /// Per organization, whoever begins them: sign-ins of people who are not known yet.
    pub organization_sign_ins: NonZeroU32,
}

type OfAddress = DefaultKeyedRateLimiter<IpAddr>;

/// The counters.
#[derive(Debug)]
pub struct RateLimits {
    link_openings: OfAddress,
    sign_ins: OfAddress,
    callbacks: OfAddress,
    key_sets: OfAddress,
    /// Only keys that exist are counted, so that this cannot be filled up with others.
    api_calls: DefaultKeyedRateLimiter<ApiKeyId>,
    pub(super) wrong_keys: WrongKeys,
}

impl Default for Rates {
    fn default() -> Self {
        let per_minute = |number: u32| NonZeroU32::MIN.saturating_add(number - 1);
        Self {
            // A team behind one address may onboard together; a script may not.
            link_openings: per_minute(30),
            sign_ins: per_minute(30),
            // A hundred a second for a whole fleet with one key; a loop that ran wild is stopped.
            api_calls: per_minute(6_000),
            wrong_keys: per_minute(30),
            // Of those who come back from Okta each had to open a link or begin a sign-in.
            callbacks: per_minute(60),
            // Okta reads the keys of all customers from a few addresses.
            key_sets: per_minute(600),
            organization_sign_ins: per_minute(60),
        }
    }
}

fn limiter(rate: NonZeroU32) -> OfAddress {
    OfAddress::keyed(Quota::per_minute(rate))
}

impl RateLimits {
    pub(super) fn new(rates: Rates) -> Self {
        Self {
            link_openings: limiter(rates.link_openings),
            sign_ins: limiter(rates.sign_ins),
            callbacks: limiter(rates.callbacks),
            key_sets: limiter(rates.key_sets),
            api_calls: DefaultKeyedRateLimiter::keyed(Quota::per_minute(rates.api_calls)),
            wrong_keys: WrongKeys::new(rates.wrong_keys),
        }
    }

    /// Forgets addresses and keys that have not been seen for a while.
    pub fn forget_old(&self) {
        let of_addresses = [
            &self.link_openings,
            &self.sign_ins,
            &self.callbacks,
            &self.key_sets,
        ];
        for limiter in of_addresses {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        self.api_calls.retain_recent();
        self.api_calls.shrink_to_fit();
        self.wrong_keys.forget_old();
    }

    /// Counts a call of an API key; the seconds to wait when it makes too many.
    pub(super) fn api_call(&self, key: ApiKeyId) -> Result<(), u64> {
        self.api_calls
            .check_key(&key)
            .map_err(|until| seconds(&until))
    }
}

/// What a client's address may do only so often.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limited {
    LinkOpenings,
    SignIns,
    Callbacks,
    KeySets,
}

impl RateLimits {
    fn of(&self, limited: Limited) -> &OfAddress {
        match limited {
            Limited::LinkOpenings => &self.link_openings,
            Limited::SignIns => &self.sign_ins,
            Limited::Callbacks => &self.callbacks,
            Limited::KeySets => &self.key_sets,
        }
    }
}

/// Guards a route against one address that asks too often.
pub(super) async fn guard(
    State((state, limited)): State<(AppState, Limited)>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let address = client_address(&state, peer, request.headers());
    match state.rate_limits.of(limited).check_key(&address) {
        Ok(()) => next.run(request).await,
        Err(until) => too_often(seconds(&until)),
    }
}

/// The address that is counted for a request.
pub(super) fn client_address(state: &AppState, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    counted(client_ip(peer, headers, &state.site.trusted_proxies))
}

/// Whole seconds until the next try is allowed.
pub(super) fn seconds(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> u64 {
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
