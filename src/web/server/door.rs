//! Who is in: counted in all and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Capacity, counted};

/// Counts those who are in.
#[derive(Debug, Clone)]
pub(super) struct Door(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    capacity: Capacity,
    present: Mutex<Present>,
}

#[derive(Debug, Default)]
struct Present {
    in_all: usize,
    of_address: HashMap<IpAddr, usize>,
}

/// One connection's place, free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    inside: Arc<Inside>,
    /// A proxy's connections are many people's, and counted in all alone.
    address: Option<IpAddr>,
}

impl Door {
    pub(super) fn new(capacity: Capacity) -> Self {
        Self(Arc::new(Inside {
            capacity,
            present: Mutex::default(),
        }))
    }

    /// A place, if there is one left for this address.
    pub(super) fn enter(&self, address: IpAddr, is_proxy: bool) -> Option<Place> {
        let Inside { capacity, present } = &*self.0;
        let address = (!is_proxy).then(|| counted(address));
        let mut present = present.lock().unwrap_or_else(PoisonError::into_inner);
        if present.in_all >= capacity.in_all {
            refused("in_all");
            return None;
        }
        if let Some(address) = address {
            let held = present.of_address.entry(address).or_default();
            if *held >= capacity.per_address {
                refused("per_address");
                return None;
            }
            *held += 1;
        }
        present.in_all += 1;
        Some(Place {
            inside: Arc::clone(&self.0),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let present = &self.inside.present;
        let mut present = present.lock().unwrap_or_else(PoisonError::into_inner);
        present.in_all -= 1;
        let Some(address) = self.address else { return };
        if let Some(held) = present.of_address.get_mut(&address) {
            *held -= 1;
            if *held == 0 {
                present.of_address.remove(&address);
            }
        }
    }
}

fn refused(limit: &'static str) {
    metrics::counter!("grantway_http_connections_refused_total", "limit" => limit).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_its_share_and_all_together_have_the_whole() {
        let door = Door::new(Capacity {
            in_all: 4,
            per_address: 2,
        });
        let first: Vec<_> = (0..2)
            .map(|_| door.enter(ip("203.0.113.1"), false))
            .collect();
        assert!(first.iter().all(Option::is_some));
        assert!(door.enter(ip("203.0.113.1"), false).is_none());
        let network = door.enter(ip("2001:db8::1"), false);
        let proxied = door.enter(ip("10.0.0.1"), true);
        assert!(network.is_some() && proxied.is_some());
        assert!(door.enter(ip("10.0.0.1"), true).is_none(), "it is full");

        drop((first, network));

        assert!(door.enter(ip("203.0.113.1"), false).is_some());
        drop(proxied);
        let present = door.0.present.lock().unwrap();
        assert_eq!((present.in_all, present.of_address.len()), (0, 0));
    }

    #[test]
    fn a_named_proxy_is_not_held_to_one_clients_share() {
        let door = Door::new(Capacity {
            in_all: 10,
            per_address: 2,
        });
        let held: Vec<_> = (0..10).map(|_| door.enter(ip("10.0.0.1"), true)).collect();
        assert!(held.iter().all(Option::is_some));
    }
}
