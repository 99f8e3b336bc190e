//! The listeners: how many connections one address may hold, and all together, and for how long one may
//! say nothing. axum's own server takes everybody and waits for ever.

mod door;
mod patient;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use self::door::{Door, Place};
use self::patient::Patient;

/// What a connection may take of memory while its request's head is read.
const LARGEST_HEAD: usize = 128 * 1024;
/// How long answers under way may take once we were told to stop. A little longer than the longest.
const LAST_ANSWERS: Duration = Duration::from_secs(65);
/// After a failed `accept`, which at once would only fail again.
const BREATH: Duration = Duration::from_millis(100);

const TURNED_AWAY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\n\
    cache-control: no-store\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 60\r\n\r\n\
    Too many connections are open. Try again in a few seconds.\r\n";

/// How many connections a listener holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    pub in_all: usize,
    /// Of one address; a proxy that the operator named may hold as many as there are.
    pub per_address: usize,
}

/// How long a connection may keep us waiting.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the next request's head, from the first byte or from the answer before.
    pub head: Duration,
    /// The same for a proxy that the operator named: proxies keep connections for later.
    pub proxied_head: Duration,
    /// Until some of an answer is taken.
    pub stalled: Duration,
}

/// What a listener keeps to.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub capacity: Capacity,
    pub patience: Patience,
}

impl Capacity {
    /// Descriptors that the public listener never takes: the database's pool, what works in the
    /// background, and the operators' listener.
    const KEPT_BACK: u64 = 192;
    const LEAST: usize = 16;
    const MOST: usize = 8_192;
    const MOST_PER_ADDRESS: usize = 256;
    /// Of the listener for operators.
    const OPERATORS: Self = Self {
        in_all: 64,
        per_address: 64,
    };

    /// What a process that may open so many descriptors can serve. Each request may need a second one,
    /// to ask Okta.
    #[must_use]
    pub fn of_descriptors(descriptors: u64) -> Self {
        let free = descriptors.saturating_sub(Self::KEPT_BACK) / 2;
        let free = usize::try_from(free).unwrap_or(Self::MOST);
        let in_all = free.clamp(Self::LEAST, Self::MOST);
        Self {
            in_all,
            per_address: (in_all / 4).clamp(8, Self::MOST_PER_ADDRESS),
        }
    }
}

impl Bounds {
    /// Of the public listener.
    #[must_use]
    pub fn of_descriptors(descriptors: u64) -> Self {
        Self {
            capacity: Capacity::of_descriptors(descriptors),
            patience: Patience::default(),
        }
    }

    /// Of the listener for operators, whom descriptors are kept back for.
    #[must_use]
    pub fn of_operators() -> Self {
        Self {
            capacity: Capacity::OPERATORS,
            patience: Patience::default(),
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(20),
            // Longer than load balancers keep an idle connection, or they would use one that just ended.
            proxied_head: Duration::from_secs(75),
            stalled: Duration::from_secs(30),
        }
    }
}

/// Serves until told to stop; then finishes the answers that are under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    proxies: Vec<IpNet>,
    stop: CancellationToken,
) {
    let door = Door::new(bounds.capacity);
    let tasks = TaskTracker::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                breathe(&error).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let is_proxy = proxies.iter().any(|network| network.contains(&address));
        let Some(place) = door.enter(address, is_proxy) else {
            turn_away(&stream);
            continue;
        };
        let visit = Visit {
            peer,
            head: if is_proxy {
                bounds.patience.proxied_head
            } else {
                bounds.patience.head
            },
            stalled: bounds.patience.stalled,
            place,
        };
        tasks.spawn(visit.serve(stream, router.clone(), stop.clone()));
    }
    drop(listener);
    tasks.close();
    let _ = tokio::time::timeout(LAST_ANSWERS, tasks.wait()).await;
}

/// One connection, from the door to its end.
struct Visit {
    peer: SocketAddr,
    head: Duration,
    stalled: Duration,
    place: Place,
}

impl Visit {
    async fn serve(self, stream: TcpStream, router: Router, stop: CancellationToken) {
        let peer = self.peer;
        let service = router.map_request(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(
                TokioIo::new(Patient::new(stream, self.stalled)),
                TowerToHyperService::new(service),
            );
        let mut connection = pin!(connection);
        // How it ends is the other side's business: cut, too slow, or not HTTP at all.
        if stop
            .run_until_cancelled(connection.as_mut())
            .await
            .is_none()
        {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
        drop(self.place);
    }
}

/// Says why, as far as that takes no waiting.
fn turn_away(stream: &TcpStream) {
    let _ = stream.try_write(TURNED_AWAY);
}

/// What one connection broke is over with it; everything else, such as no descriptor left, lasts.
async fn breathe(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionRefused | ConnectionAborted | ConnectionReset
    ) {
        tracing::warn!(%error, "no connection can be taken");
        tokio::time::sleep(BREATH).await;
    }
}

/// The address that counts: of IPv6, one customer has a whole /64.
pub(super) fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            std::net::Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_kept_back_whatever_the_limit_is() {
        for limit in [0, 100, 256, 1_024, 4_096, 65_536, u64::MAX] {
            let Capacity {
                in_all,
                per_address,
            } = Capacity::of_descriptors(limit);
            assert!(per_address <= in_all && per_address >= 8, "{limit}");
            if limit >= 256 {
                let taken = 2 * u64::try_from(in_all).unwrap();
                assert!(taken + Capacity::KEPT_BACK <= limit, "{limit}: {in_all}");
            }
        }
        let usual = Capacity::of_descriptors(1_024);
        assert_eq!((usual.in_all, usual.per_address), (416, 104));
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let of = |text: &str| counted(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.1"), of("203.0.113.2"));
        assert_eq!(of("::ffff:203.0.113.1"), of("203.0.113.1"));
    }

    #[test]
    fn who_is_turned_away_gets_a_whole_answer() {
        let text = std::str::from_utf8(TURNED_AWAY).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())));
    }
}
