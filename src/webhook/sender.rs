//! The sender: `https` to public addresses, to the operator's listed origins besides.

use std::time::Duration;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use tokio::time::timeout;
use url::Host;

use crate::domain::retry_after;
use crate::domain::webhook::EndpointUrl;
use crate::outbound::{self, BuildError, Door, address};

/// Until an answer's head is there, name resolution and connection included.
const PATIENCE: Duration = Duration::from_secs(15);
const CONNECT: Duration = Duration::from_secs(5);

/// The one way to endpoints. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    public: reqwest::Client,
    listed: reqwest::Client,
    patience: Duration,
}

/// A message as Standard Webhooks has it.
#[derive(Debug)]
pub struct Message<'a> {
    pub id: &'a str,
    /// Seconds since 1970.
    pub timestamp: i64,
    /// `v1,…`, several separated by spaces.
    pub signature: &'a str,
    pub body: String,
}

/// What is kept of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// `Retry-After`, be it a number of seconds or a date.
    pub retry_after: Option<Duration>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendProblem {
    #[error("its name resolves to an address that is not public")]
    NotPublic,
    #[error("its name does not resolve")]
    NoSuchName,
    #[error("it cannot be reached")]
    Unreachable,
    #[error("it did not answer within 15 seconds")]
    TimedOut,
}

impl SendProblem {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotPublic => "not_public",
            Self::NoSuchName => "no_such_name",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
        }
    }
}

impl Sender {
    pub fn new() -> Result<Self, BuildError> {
        let door = |rule, https_only| Door {
            rule,
            https_only,
            connect: CONNECT,
        };
        Ok(Self {
            public: outbound::build(door(address::is_public, true))?,
            listed: outbound::build(door(address::is_listable, false))?,
            patience: PATIENCE,
        })
    }

    /// The same with other patience, for tests of slow endpoints.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Whether the address leads where a message may go, as far as its name tells now.
    pub async fn vet(&self, url: &EndpointUrl) -> Result<(), SendProblem> {
        let Some(Host::Domain(name)) = url.url().host() else {
            // An IP address stands only in the operator's list.
            return Ok(());
        };
        let found = timeout(CONNECT, tokio::net::lookup_host((name, 0))).await;
        let Ok(Ok(found)) = found else {
            return Err(SendProblem::NoSuchName);
        };
        let rule = if url.is_listed() {
            address::is_listable
        } else {
            address::is_public
        };
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            return Err(SendProblem::NoSuchName);
        }
        if found.iter().all(|address| rule(address.ip())) {
            Ok(())
        } else {
            Err(SendProblem::NotPublic)
        }
    }

    /// Sends once. The answer's body is not read.
    pub async fn send(
        &self,
        url: &EndpointUrl,
        message: Message<'_>,
    ) -> Result<Reply, SendProblem> {
        let client = if url.is_listed() {
            &self.listed
        } else {
            &self.public
        };
        let request = client
            .post(url.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body);
        let response = timeout(self.patience, request.send())
            .await
            .map_err(|_| SendProblem::TimedOut)?
            .map_err(|error| problem(&error))?;
        Ok(Reply {
            status: response.status().as_u16(),
            retry_after: wish(response.headers(), message.timestamp),
        })
    }
}

/// How long the endpoint wants to be left alone.
fn wish(headers: &HeaderMap, now: i64) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    retry_after::read(text(RETRY_AFTER)?, text(DATE), now)
}

fn problem(error: &reqwest::Error) -> SendProblem {
    if outbound::is_refused(error) {
        SendProblem::NotPublic
    } else if error.is_timeout() && !error.is_connect() {
        SendProblem::TimedOut
    } else {
        SendProblem::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 25 November 2026, 08:00:00 UTC.
    const NOW: i64 = 1_795_593_600;

    fn wished(headers: &[(http::HeaderName, &'static str)]) -> Option<u64> {
        let headers = headers.iter().map(|(name, value)| {
            let value = http::HeaderValue::from_static(value);
            (name.clone(), value)
        });
        wish(&headers.collect(), NOW).map(|wish| wish.as_secs())
    }

    #[test]
    fn an_endpoint_asks_for_patience_in_seconds_or_until_a_date() {
        assert_eq!(wished(&[(RETRY_AFTER, "120")]), Some(120));
        let in_ten_minutes = "Wed, 25 Nov 2026 08:10:00 GMT";
        assert_eq!(wished(&[(RETRY_AFTER, in_ten_minutes)]), Some(600));
        let slow_clock = (DATE, "Wed, 25 Nov 2026 07:55:00 GMT");
        assert_eq!(
            wished(&[(RETRY_AFTER, in_ten_minutes), slow_clock]),
            Some(900)
        );
        assert_eq!(
            wished(&[(RETRY_AFTER, "Wed, 25 Nov 2026 07:00:00 GMT")]),
            Some(0)
        );
        for nothing in ["", "-1", "soon", "Wed, 32 Nov 2026 08:10:00 GMT"] {
            assert_eq!(wished(&[(RETRY_AFTER, nothing)]), None, "{nothing}");
        }
        assert_eq!(wished(&[]), None);
    }
}
