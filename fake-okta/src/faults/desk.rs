//! The list of faults that are set, and the taking of those that a request meets.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{CallbackFault, DiscoveryFault, Effect, Fault, IdTokenFault};

/// An organization's faults.
#[derive(Debug, Default)]
pub struct FaultDesk {
    faults: Mutex<Vec<(u64, Fault)>>,
    next: AtomicU64,
}

impl FaultDesk {
    /// Sets a fault and gives its number.
    pub fn add(&self, fault: impl Into<Fault>) -> u64 {
        let number = self.next.fetch_add(1, Ordering::SeqCst) + 1;
        self.locked().push((number, fault.into()));
        number
    }

    /// The faults that are still set, with their numbers.
    pub fn list(&self) -> Vec<(u64, Fault)> {
        self.locked().clone()
    }

    /// Takes one fault back.
    pub fn remove(&self, number: u64) {
        self.locked().retain(|(of, _)| *of != number);
    }

    /// Takes all faults back.
    pub fn clear(&self) {
        self.locked().clear();
    }

    /// The effects on a request at the door, each used up once.
    pub(crate) fn at_the_door(&self, method: &str, path: &str) -> Vec<Effect> {
        self.take(|fault| {
            let elsewhere = matches!(
                fault.effect,
                Effect::IdToken { .. } | Effect::Discovery { .. } | Effect::Callback { .. }
            );
            !elsewhere && fault.matches(method, path)
        })
    }

    pub(crate) fn id_token(&self) -> Option<IdTokenFault> {
        let wanted = |fault: &Fault| matches!(fault.effect, Effect::IdToken { .. });
        self.take(wanted)
            .into_iter()
            .find_map(|effect| match effect {
                Effect::IdToken { fault } => Some(fault),
                _ => None,
            })
    }

    pub(crate) fn discovery(&self, path: &str) -> Vec<DiscoveryFault> {
        self.take(|fault| {
            matches!(fault.effect, Effect::Discovery { .. }) && fault.matches("GET", path)
        })
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Discovery { fault } => Some(fault),
            _ => None,
        })
        .collect()
    }

    pub(crate) fn callback(&self) -> Vec<CallbackFault> {
        self.take(|fault| matches!(fault.effect, Effect::Callback { .. }))
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Callback { fault } => Some(fault),
                _ => None,
            })
            .collect()
    }

    fn take(&self, wanted: impl Fn(&Fault) -> bool) -> Vec<Effect> {
        let mut taken = Vec::new();
        self.locked().retain_mut(|(_, fault)| {
            if !wanted(fault) {
                return true;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                return true;
            }
            taken.push(fault.effect.clone());
            fault.times = fault.times.map(|times| times.saturating_sub(1));
            fault.times != Some(0)
        });
        taken
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<(u64, Fault)>> {
        self.faults.lock().expect("no holder of the lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_applies_to_its_path_as_often_as_it_says() {
        let desk = FaultDesk::default();
        desk.add(Fault::on("/a", Effect::ServerError).times(2).after(1));
        let hits: Vec<usize> = (0..5)
            .map(|_| desk.at_the_door("GET", "/a").len())
            .collect();
        assert_eq!(hits, [0, 1, 1, 0, 0]);
        assert!(desk.list().is_empty());
    }

    #[test]
    fn a_star_means_all_paths_that_begin_so() {
        let desk = FaultDesk::default();
        desk.add(Fault::on("/api/*", Effect::ServerError).method("GET"));
        assert_eq!(desk.at_the_door("GET", "/api/v1/users").len(), 1);
        assert_eq!(desk.at_the_door("POST", "/api/v1/users").len(), 0);
        assert_eq!(desk.at_the_door("GET", "/oauth2/v1/token").len(), 0);
    }
}
