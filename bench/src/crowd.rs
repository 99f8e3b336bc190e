//! Made-up customers. What one is follows from its number, so that a small crowd is the beginning of a
//! large one, and the same search leads to the same customer in both.

pub mod rows;

use grantway::domain::connection::{AttentionReason, ConnectionState};
use grantway::domain::failure::FailureKind;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const STARTS: [&str; 40] = [
    "nor", "vel", "tan", "bri", "cor", "del", "fan", "gal", "hel", "jor", "kel", "lum", "mar",
    "nex", "oro", "pel", "quin", "ros", "sol", "tri", "ul", "ver", "wes", "xen", "yor", "zan",
    "ald", "bel", "cas", "dun", "el", "fer", "gor", "hav", "in", "kor", "lor", "mon", "nav", "ost",
];
const MIDDLES: [&str; 16] = [
    "a", "e", "i", "o", "u", "ada", "eno", "ila", "oma", "uri", "ane", "ero", "isa", "olo", "una",
    "avi",
];
const ENDS: [&str; 20] = [
    "dex", "lon", "mar", "net", "ron", "sys", "tis", "vex", "wick", "zen", "bridge", "field",
    "gate", "port", "stone", "ware", "works", "lia", "nova", "quest",
];
const TRADES: [&str; 30] = [
    "Aerospace",
    "Analytics",
    "Bank",
    "Biotech",
    "Capital",
    "Chemicals",
    "Clinics",
    "Consulting",
    "Design",
    "Energy",
    "Engineering",
    "Foods",
    "Freight",
    "Health",
    "Hotels",
    "Insurance",
    "Labs",
    "Logistics",
    "Media",
    "Mining",
    "Mobility",
    "Networks",
    "Optics",
    "Pharma",
    "Retail",
    "Robotics",
    "Software",
    "Steel",
    "Systems",
    "Travel",
];
const FORMS: [&str; 6] = ["Ltd", "Inc", "GmbH", "Corporation", "Group", "SA"];

/// Kinds of ids.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Tenant = 1,
    Connection = 2,
    Person = 3,
    Authorization = 4,
    Check = 6,
    Link = 7,
    Event = 8,
    Reference = 9,
}

impl Kind {
    /// In the order of the columns of `crowd`.
    pub const ALL: [Self; 8] = [
        Self::Tenant,
        Self::Connection,
        Self::Person,
        Self::Authorization,
        Self::Check,
        Self::Link,
        Self::Event,
        Self::Reference,
    ];
}

/// One customer.
#[derive(Debug, Clone, Copy)]
pub struct Customer {
    pub number: u32,
    pub class: Class,
}

/// How a customer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Fine,
    Partial,
    EndsSoon,
    Pending,
    OnHold,
    Disconnected,
    TokenDead,
    WrongSecret,
}

/// So many customers, as they are at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    pub size: u32,
    /// Whether they stand as customers do; else all are fine.
    pub is_varied: bool,
    pub now: OffsetDateTime,
}

impl Crowd {
    pub fn new(size: u32, is_varied: bool) -> Self {
        let now = OffsetDateTime::from(std::time::SystemTime::now());
        Self {
            size,
            is_varied,
            now: now.replace_nanosecond(0).unwrap_or(now),
        }
    }

    pub fn customer(&self, number: u32) -> Customer {
        let class = match number % 100 {
            _ if !self.is_varied => Class::Fine,
            0 => Class::TokenDead,
            1 => Class::WrongSecret,
            2 => Class::OnHold,
            3 => Class::Disconnected,
            4 | 5 => Class::Partial,
            6 => Class::EndsSoon,
            7..=9 => Class::Pending,
            _ => Class::Fine,
        };
        Customer { number, class }
    }

    pub fn customers(&self) -> impl Iterator<Item = Customer> {
        let crowd = *self;
        (1..=self.size).map(move |number| crowd.customer(number))
    }

    /// Customers with whom all is well, scattered among all of them.
    pub fn some_that_are_fine(&self, count: u32) -> Vec<Customer> {
        let fine: Vec<_> = self
            .customers()
            .filter(|customer| customer.class == Class::Fine)
            .collect();
        let step = (fine.len() / count as usize).max(1);
        fine.into_iter()
            .step_by(step)
            .take(count as usize)
            .collect()
    }

    pub fn created_at(&self, customer: Customer) -> OffsetDateTime {
        self.now - Duration::seconds(i64::from(customer.number))
    }
}

impl Class {
    pub fn state(self) -> ConnectionState {
        let broken = |kind| ConnectionState::NeedsAttention(AttentionReason::Failed(kind));
        match self {
            Self::Fine | Self::Partial | Self::EndsSoon => ConnectionState::Connected,
            Self::Pending => ConnectionState::Pending,
            Self::OnHold => ConnectionState::OnHold,
            Self::Disconnected => ConnectionState::Disconnected,
            Self::TokenDead => broken(FailureKind::RefreshTokenDead),
            Self::WrongSecret => broken(FailureKind::WrongSecret),
        }
    }

    /// When the sign-in ends, for those who have one.
    pub fn ends_in(self) -> Option<Duration> {
        match self {
            Self::Pending | Self::Disconnected => None,
            Self::EndsSoon => Some(Duration::days(5)),
            _ => Some(Duration::days(80)),
        }
    }
}

/// Scatters numbers (the finalizer of splitmix64); no two meet.
const fn scattered(number: u32) -> u64 {
    let mut bits = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn one_of<const N: usize>(words: &[&'static str; N], number: usize) -> &'static str {
    words[number % N]
}

impl Customer {
    /// As of version 7: in the order of their making. `id_of` in `before.sql` makes the same.
    pub fn id(self, kind: Kind) -> Uuid {
        let number = u128::from(self.number);
        let made = 1_763_000_000_000 + number;
        Uuid::from_u128((made << 80) | (7 << 76) | ((kind as u128) << 64) | (10 << 60) | number)
    }

    /// The word that the customer is known by. Some are of many customers, most of few or one.
    pub fn word(self) -> String {
        const WORDS: usize = STARTS.len() * MIDDLES.len() * STARTS.len() * ENDS.len();
        let chance = (scattered(self.number) >> 40) as usize;
        // The square makes beginnings of the list more frequent than its end.
        let at = (((chance * chance) >> 24) * WORDS) >> 24;
        let (at, end) = (at / ENDS.len(), at % ENDS.len());
        let (at, third) = (at / STARTS.len(), at % STARTS.len());
        let (first, second) = (at / MIDDLES.len(), at % MIDDLES.len());
        [STARTS[first], MIDDLES[second], STARTS[third], ENDS[end]].concat()
    }

    pub fn name(self) -> String {
        let bits = scattered(self.number);
        let trade = one_of(&TRADES, (bits & 0xffff) as usize);
        let form = one_of(&FORMS, ((bits >> 16) & 0xffff) as usize);
        let mut word = self.word();
        word[..1].make_ascii_uppercase();
        format!("{word} {trade} {form}")
    }

    pub fn host(self) -> String {
        format!("{}-{}.okta.com", self.word(), self.number)
    }

    pub fn external_id(self) -> String {
        format!("crm-{}", self.number)
    }

    pub fn organization_id(self) -> String {
        format!("00o{:017x}", scattered(self.number))
    }

    pub fn client_id(self) -> String {
        format!("0oa{:017x}", scattered(self.number))
    }

    pub fn email(self) -> String {
        format!("ada.byron@{}-{}.example", self.word(), self.number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn names_are_spread_as_names_are() {
        let crowd = Crowd::new(20_000, true);
        let mut seen: HashMap<String, usize> = HashMap::new();
        for customer in crowd.customers() {
            *seen.entry(customer.word()).or_default() += 1;
        }
        let most = seen.values().max().copied().unwrap_or_default();
        let alone = seen.values().filter(|count| **count == 1).count();
        assert!((10..400).contains(&most), "the most frequent: {most}");
        assert!(alone > 10_000, "only {alone} have a word of their own");
    }

    #[test]
    fn a_small_crowd_is_the_beginning_of_a_large_one() {
        let (small, large) = (Crowd::new(100, true), Crowd::new(1_000, true));
        let same = small.customers().zip(large.customers());
        for (one, other) in same {
            assert_eq!((one.name(), one.class), (other.name(), other.class));
        }
        assert_eq!(large.some_that_are_fine(64).len(), 64);
        let plain = Crowd::new(8, false);
        assert_eq!(plain.some_that_are_fine(8).len(), 8);
    }
}
