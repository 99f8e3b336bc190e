//! Which address a request came from, believing only the proxies that the operator named.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

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
        match read(hop.trim()) {
            Some(ip) => nearest = ip.to_canonical(),
            None => break,
        }
    }
    nearest
}

/// An address as proxies write one: alone, with a port, in brackets, or in brackets with a port.
fn read(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || {
        let inside = hop.strip_prefix('[')?.strip_suffix(']')?;
        inside.parse::<Ipv6Addr>().ok().map(IpAddr::from)
    };
    hop.parse().ok().or_else(with_port).or_else(bracketed)
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
    #[test]
    fn an_address_is_read_as_every_proxy_writes_it() {
        for (written, read) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::9]:4711", "2001:db8::9"),
            ("[2001:db8::9]", "2001:db8::9"),
            ("2001:db8::9", "2001:db8::9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
            ("1.1.1.1, 203.0.113.9:4711, 10.0.0.3:80", "203.0.113.9"),
            ("1.1.1.1, unknown", "10.0.0.2"),
            ("203.0.113.9:", "10.0.0.2"),
            ("203.0.113.9:99999", "10.0.0.2"),
            ("[203.0.113.9]", "10.0.0.2"),
            ("[2001:db8::9", "10.0.0.2"),
        ] {
            assert_eq!(seen("10.0.0.2", written, "10.0.0.0/8"), read, "{written}");
        }
    }
}
