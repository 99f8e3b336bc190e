//! What may be: kept beside the service, from what was done alone.

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use super::acts::{Place, Who};

/// Somebody: where they signed in, and as whom. The same name elsewhere is somebody else.
pub type Person = (Place, Who);

/// What one browser may be for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Link(usize),
    Person {
        person: Person,
        since: OffsetDateTime,
    },
}

#[derive(Debug)]
pub struct Link {
    pub url: String,
    pub id: String,
    pub tenant: usize,
    pub revoked: bool,
}

#[derive(Debug, Default)]
pub struct Tenant {
    /// Where it is connected, for good once it ever was.
    pub place: Option<Place>,
    pub connected: bool,
    /// Waits for the vendor's activation, or may.
    pub held: bool,
    /// Who was let in, and by which link.
    pub let_in: BTreeMap<Person, usize>,
    /// The most permissions that were seen to work since the connection began.
    pub working: usize,
}

#[derive(Debug, Default)]
pub struct Model {
    pub tenants: [Tenant; 2],
    pub links: Vec<Link>,
    /// What each of the three browsers may be for each tenant.
    pub standings: [BTreeMap<usize, Vec<Standing>>; 3],
}

impl Model {
    pub fn gains(&mut self, browser: usize, tenant: usize, standing: Standing) {
        let standings = self.standings[browser].entry(tenant).or_default();
        standings.retain(|held| match (held, &standing) {
            (Standing::Link(held), Standing::Link(new)) => held != new,
            (Standing::Person { person: held, .. }, Standing::Person { person, .. }) => {
                held != person
            }
            _ => true,
        });
        standings.push(standing);
    }

    /// Whether this browser may see this tenant's page now.
    pub fn may_see(&self, browser: usize, tenant: usize, now: OffsetDateTime) -> bool {
        let standings = self.standings[browser].get(&tenant);
        standings
            .into_iter()
            .flatten()
            .any(|standing| match standing {
                Standing::Link(link) => {
                    !self.links[*link].revoked && self.tenants[tenant].place.is_none()
                }
                Standing::Person { person, since } => {
                    self.tenants[tenant].let_in.contains_key(person)
                        && now - *since < Duration::hours(12)
                }
            })
    }

    /// Whether a Super Administrator, by their own organization's word, signed in here a moment ago. The
    /// hostile organization calls everybody one, and they are its own people.
    pub fn is_proven(&self, browser: usize, tenant: usize, now: OffsetDateTime) -> bool {
        let standings = self.standings[browser].get(&tenant);
        standings
            .into_iter()
            .flatten()
            .any(|standing| match standing {
                Standing::Person {
                    person: (place, who),
                    since,
                } => {
                    let is_super = *who == Who::Ada || *place == Place::Hostile;
                    let has_access = self.tenants[tenant].let_in.contains_key(&(*place, *who));
                    is_super && has_access && now - *since <= Duration::minutes(15)
                }
                Standing::Link(_) => false,
            })
    }

    /// Somebody came back from Okta and sees the tenant's page: they may, if the link let them in now
    /// or one did before.
    pub fn admits(&self, tenant: usize, link: Option<usize>, person: Person) -> bool {
        let held = &self.tenants[tenant];
        let by_link = link.is_some_and(|link| {
            !self.links[link].revoked && held.place.is_none_or(|place| place == person.0)
        });
        by_link || held.let_in.contains_key(&person)
    }

    pub fn end_sessions(&mut self, tenant: usize) {
        for standings in &mut self.standings {
            if let Some(standings) = standings.get_mut(&tenant) {
                standings.retain(|standing| matches!(standing, Standing::Link(_)));
            }
        }
    }

    /// The link opens nothing any more, nor do the sessions and the people that it led to.
    pub fn revoke(&mut self, link: usize) {
        self.links[link].revoked = true;
        let tenant = &mut self.tenants[self.links[link].tenant];
        tenant.let_in.retain(|_, by| *by != link);
    }
}
