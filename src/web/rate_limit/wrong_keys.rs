//! API keys that do not work, per address. Past the limit they are refused unread; a key that worked
//! here lately goes on working, because a fleet behind one address must not fall with one wrong setting.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultKeyedRateLimiter, Quota};

use super::seconds;

/// A key, as it is looked up.
type KeyHash = [u8; 32];

/// How long a key counts as one that worked.
const REMEMBERED: Duration = Duration::from_hours(1);
/// Of each; beyond that nothing more is remembered until the old ones are forgotten.
const MOST: usize = 100_000;

#[derive(Debug)]
pub(in crate::web) struct WrongKeys {
    tries: DefaultKeyedRateLimiter<IpAddr>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Until when an address is refused.
    refused: HashMap<IpAddr, Instant>,
    /// When a key last worked.
    working: HashMap<KeyHash, Instant>,
}

impl WrongKeys {
    pub(super) fn new(rate: NonZeroU32) -> Self {
        Self {
            tries: DefaultKeyedRateLimiter::keyed(Quota::per_minute(rate)),
            known: Mutex::default(),
        }
    }

    /// Before a key is looked up: the seconds to wait where that is not worth it.
    pub(in crate::web) fn admit(&self, address: IpAddr, key: &KeyHash) -> Result<(), u64> {
        let known = self.known();
        let now = Instant::now();
        match known.refused.get(&address) {
            Some(until) if *until > now && !known.working.contains_key(key) => {
                Err((*until - now).as_secs() + 1)
            }
            _ => Ok(()),
        }
    }

    pub(in crate::web) fn worked(&self, key: KeyHash) {
        let mut known = self.known();
        if known.working.len() < MOST {
            known.working.insert(key, Instant::now());
        }
    }

    /// Counts a key that did not work; the seconds to wait when there were too many.
    pub(in crate::web) fn failed(&self, address: IpAddr, key: Option<&KeyHash>) -> Result<(), u64> {
        let counted = self.tries.check_key(&address);
        let mut known = self.known();
        if let Some(key) = key {
            known.working.remove(key);
        }
        let wait = match counted {
            Ok(()) => return Ok(()),
            Err(until) => seconds(&until),
        };
        if known.refused.len() < MOST {
            let until = Instant::now() + Duration::from_secs(wait);
            known.refused.insert(address, until);
        }
        Err(wait)
    }

    pub(super) fn forget_old(&self) {
        self.tries.retain_recent();
        self.tries.shrink_to_fit();
        let mut known = self.known();
        let now = Instant::now();
        known.refused.retain(|_, until| *until > now);
        known.working.retain(|_, at| now - *at < REMEMBERED);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
