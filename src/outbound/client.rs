//! The HTTP clients: they follow no redirect, know no proxy, keep no cookie, ask for no compression
//! (so that a small answer cannot become a large one), and never repeat a request by themselves.

use std::error::Error as StdError;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::redirect;

use super::address::{RefusedAddress, VettedNames};

/// The HTTP client cannot be built, as on a machine without certificates.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built: {0}")]
pub struct BuildError(String);

/// Where a client may go. Each rule has a client of its own, so that no connection is ever shared.
#[derive(Debug, Clone, Copy)]
pub struct Door {
    /// Which addresses a name may resolve to.
    pub rule: fn(IpAddr) -> bool,
    pub https_only: bool,
    /// Until a connection stands, name resolution included.
    pub connect: Duration,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is where the only clients are built"
)]
pub fn build(door: Door) -> Result<reqwest::Client, BuildError> {
    reqwest::Client::builder()
        .user_agent(concat!("grantway/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .retry(reqwest::retry::never())
        .https_only(door.https_only)
        .dns_resolver(VettedNames { rule: door.rule })
        .connect_timeout(door.connect)
        // Shorter than servers keep idle connections, so that a code is seldom spent on a dead one.
        .pool_idle_timeout(Duration::from_secs(10))
        // Another crate's features must not switch decompression on.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .build()
        .map_err(|error| BuildError(error.to_string()))
}

/// Whether nothing was sent because the name resolves to an address that must not be reached.
#[must_use]
pub fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<RefusedAddress>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::address;
    use super::*;

    fn door(rule: fn(IpAddr) -> bool, https_only: bool) -> reqwest::Client {
        build(Door {
            rule,
            https_only,
            connect: Duration::from_secs(5),
        })
        .expect("a client")
    }

    #[tokio::test]
    async fn a_name_that_resolves_inside_is_refused_before_a_connection() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let client = door(address::is_public, false);

        let sent = client.get(format!("http://localhost:{port}/")).send().await;

        assert!(is_refused(&sent.expect_err("a refusal")));
        let connected = listener.accept().map(drop).map_err(|error| error.kind());
        assert_eq!(connected, Err(std::io::ErrorKind::WouldBlock));
    }

    #[tokio::test]
    async fn a_client_for_https_speaks_no_plain_http() {
        let client = door(address::is_listable, true);

        let sent = client.get("http://localhost:9/").send().await;

        assert!(sent.is_err_and(|error| error.is_builder()));
    }
}
