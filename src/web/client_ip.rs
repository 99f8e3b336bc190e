//! Which address a request came from, believing only the proxies that the operator named.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The nearest address that is not one of our own proxies. `X-Forwarded-For` grows to the right, so
/// it is read from there: whatever a stranger wrote into it stands further left.
pub(super) fn client_ip(peer: SocketAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut nearest = peer.ip().to_canonical();
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(&ip));
    let forwarded = headers.get_all("x-forwarded-for").into_iter().rev();
    let hops = forwarded
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.rsplit(','));
    for hop in hops {
        if !is_trusted(nearest) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(ip) => nearest = ip.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str, trusted: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted: Vec<IpNet> = trusted
            .split(',')
            .filter_map(|net| net.parse().ok())
            .collect();
        client_ip(format!("{peer}:1").parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_strangers_header_is_not_believed() {
        assert_eq!(seen("203.0.113.9", "10.0.0.1", ""), "203.0.113.9");
        assert_eq!(
            seen("10.0.0.2", "1.1.1.1, 203.0.113.9", "10.0.0.0/8"),
            "203.0.113.9"
        );
        assert_eq!(
            seen("10.0.0.2", "203.0.113.9, 10.0.0.3", "10.0.0.0/8"),
            "203.0.113.9"
        );
        assert_eq!(seen("10.0.0.2", "nonsense", "10.0.0.0/8"), "10.0.0.2");
    }

    fn feed_headers(count: usize) {
        const VALID: &[&str] = &[
            "203.0.113.9, 10.0.0.3",
            "2001:db8::1",
            "203.0.113.9:443",
            "[2001:db8::1]:443",
        ];
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let (proxy, stranger) = (
            "10.0.0.2:1".parse().unwrap(),
            "198.51.100.7:1".parse().unwrap(),
        );
        crate::fuzz::texts(
            count,
            VALID,
            &[",", ":", "[", "]", "::ffff:", "10.0.0.1", " "],
            |text| {
                let Ok(value) = axum::http::HeaderValue::from_bytes(text.as_bytes()) else {
                    return;
                };
                let mut headers = HeaderMap::new();
                headers.append("x-forwarded-for", value);
                client_ip(proxy, &headers, &trusted);
                assert_eq!(
                    client_ip(stranger, &headers, &trusted).to_string(),
                    "198.51.100.7"
                );
            },
        );
    }

    crate::fuzz::both!(
        feed_headers,
        no_hostile_forwarded_header_panics,
        soak_of_hostile_forwarded_headers
    );
}
