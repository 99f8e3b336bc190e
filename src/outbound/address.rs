//! Which network addresses a request may reach.
//!
//! Somebody types a host name, and its owner decides what it resolves to. So every name is
//! resolved here, and one private address among the answers refuses all of them: a name that points
//! outside for the check and inside for the request (DNS rebinding) reaches nothing, because the
//! connection uses exactly the addresses that were checked.
//!
//! A name under `localhost` is this machine's, whoever is asked (RFC 6761 §6.3); so nobody is asked, and
//! the rule decides whether this machine may be reached.
//!
//! IP literals never come here (the HTTP library resolves no literals): the rooms that send refuse
//! them by URL.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name resolved to an address that must not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name resolves to an address that is not public")]
pub struct RefusedAddress;

/// The machine's resolver, whose answers pass through a rule.
#[derive(Debug, Clone, Copy)]
pub struct VettedNames {
    pub rule: fn(IpAddr) -> bool,
}

impl Resolve for VettedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let rule = self.rule;
        Box::pin(async move {
            // Port 0 stands for the URL's own port.
            let found = if is_under_localhost(name.as_str()) {
                vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]
            } else {
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect()
            };
            let admitted: Addrs = Box::new(admit(found, rule)?.into_iter());
            Ok(admitted)
        })
    }
}

/// Not `localhost` itself, which the machine may have as `::1`.
fn is_under_localhost(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".localhost")
}

/// All of the addresses, or none.
fn admit(
    found: Vec<SocketAddr>,
    rule: fn(IpAddr) -> bool,
) -> Result<Vec<SocketAddr>, RefusedAddress> {
    if found.iter().all(|address| rule(address.ip())) {
        Ok(found)
    } else {
        Err(RefusedAddress)
    }
}

/// For names that the operator did not list: addresses of the public Internet (IANA special-purpose registries).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// For origins that the operator listed: private networks too, but never what a cloud answers
/// its machines on (link-local), nor an address that is no host.
pub fn is_listable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !address.is_link_local()
                && !address.is_multicast()
                && !matches!(address.octets()[0], 0 | 240..)
        }
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_listable(IpAddr::V4(mapped)),
            None => address.is_loopback() || is_public_v6(address) || is_unique_local(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 31, 196)
            | (192, 52, 193)
            | (192, 88, 99)
            | (192, 175, 48)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// Only global unicast (`2000::/3`) without its special blocks. An IPv4 address inside of NAT64's
/// well-known prefix counts as what it is; other IPv4 addresses in disguise (mapped, 6to4, Teredo,
/// local-use NAT64) have no business here.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    if segments.starts_with(&[0x64, 0xff9b, 0, 0, 0, 0]) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let [a, b, ..] = segments;
    let is_special = matches!(
        (a, b),
        (0x2001, 0..=0x1ff | 0xdb8) | (0x2002 | 0x5f00, _) | (0x3fff, 0..=0xfff)
    );
    (0x2000..=0x3fff).contains(&a) && !is_special
}

fn is_unique_local(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xfe00 == 0xfc00
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        let public = "8.8.8.8 52.10.1.2 172.32.0.1 100.63.255.255 192.0.3.1 198.20.0.1 \
            223.255.255.255 2600:1f18::1 2001:4860:4860::8888 64:ff9b::808:808 2a05:d018::1";
        let private = "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.8.8.8 \
            169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.170 192.0.2.1 192.88.99.1 \
            192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 240.0.0.1 \
            255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::7f00:1 64:ff9b::a9fe:a9fe \
            64:ff9b::a00:1 64:ff9b:1::808:808 2001::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 \
            3fff::1 100::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1";
        for text in public.split_whitespace() {
            assert!(is_public(ip(text)), "{text} is public");
        }
        for text in private.split_whitespace() {
            assert!(!is_public(ip(text)), "{text} is not public");
        }
    }

    #[test]
    fn a_listed_origin_may_be_private_but_never_the_cloud_metadata_address() {
        for text in [
            "10.0.0.1",
            "127.0.0.1",
            "::1",
            "fd12::1",
            "8.8.8.8",
            "::ffff:10.0.0.1",
            "2600::1",
        ] {
            assert!(is_listable(ip(text)), "{text}");
        }
        for text in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fe80::1",
            "0.0.0.0",
            "::",
            "255.255.255.255",
            "ff02::1",
            "2002:7f00:1::",
        ] {
            assert!(!is_listable(ip(text)), "{text}");
        }
    }

    #[test]
    fn one_private_address_among_public_ones_refuses_all() {
        let socket = |text: &str| SocketAddr::new(ip(text), 0);
        let public = vec![socket("8.8.8.8"), socket("2600::1")];
        assert_eq!(admit(public.clone(), is_public), Ok(public.clone()));

        for bad in ["127.0.0.1", "::1", "169.254.169.254"] {
            let mixed = [public.clone(), vec![socket(bad)]].concat();
            assert_eq!(admit(mixed, is_public), Err(RefusedAddress), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_this_machine_is_refused() {
        let name = "localhost".parse().expect("a name");
        let resolved = VettedNames { rule: is_public }.resolve(name).await;

        let error = resolved.err().expect("localhost is not public");
        assert!(error.is::<RefusedAddress>());
    }
    #[tokio::test]
    async fn a_name_under_localhost_is_this_machine_without_asking_anybody() {
        let resolve =
            |name: &str, rule| VettedNames { rule }.resolve(name.parse().expect("a name"));

        for name in ["harborlight.localhost", "a.b.LOCALHOST"] {
            let found = resolve(name, is_listable).await.expect("this machine");
            let found: Vec<SocketAddr> = found.collect();
            assert_eq!(
                found,
                [SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
                "{name}"
            );

            let refused = resolve(name, is_public).await.err();
            assert!(refused.is_some_and(|error| error.is::<RefusedAddress>()));
        }
        assert!(!is_under_localhost("localhost.example"));
        assert!(!is_under_localhost("evillocalhost"));
    }
}
