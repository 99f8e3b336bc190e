//! Names of made-up customers and their people: the same for the same number, and different for
//! different numbers below [`MOST`].

use super::dice::roll;

/// So many names of companies there are.
pub(in crate::cli::demo) const MOST: usize = FRONT.len() * BACK.len();

const FRONT: [&str; 41] = [
    "Alder", "Amber", "Ashen", "Birch", "Bram", "Bright", "Cinder", "Clover", "Copper", "Coral",
    "Dapple", "Drift", "Elder", "Ember", "Fern", "Flint", "Frost", "Glass", "Harbor", "Hazel",
    "Heron", "Ivory", "Juniper", "Kestrel", "Lantern", "Lark", "Linden", "Marble", "Marsh",
    "Otter", "Pebble", "Plover", "Quill", "Rowan", "Sable", "Saffron", "Slate", "Thistle",
    "Tinder", "Umber", "Willow",
];
/// Their number has no factor in common with 7 × the fronts' + 1, so that no pair comes twice.
const BACK: [&str; 35] = [
    "light", "beck", "bluff", "bourne", "bridge", "brook", "cliff", "combe", "cove", "crest",
    "dale", "fall", "fell", "field", "ford", "gate", "grove", "haven", "heath", "hollow", "hurst",
    "leigh", "mere", "moor", "point", "reach", "ridge", "row", "shaw", "stead", "thorpe", "vale",
    "wick", "wold", "yard",
];
const TRADES: [&str; 28] = [
    "Logistics",
    "Dental Group",
    "Foods",
    "Robotics",
    "Insurance",
    "Architects",
    "Press",
    "Instruments",
    "Hotels",
    "Textiles",
    "Energy",
    "Credit Union",
    "Software",
    "Air Freight",
    "Biotech",
    "Legal",
    "Marine",
    "Water",
    "Games",
    "Opticians",
    "Timber",
    "Media",
    "Clinics",
    "Analytics",
    "Seeds",
    "Rail",
    "Studios",
    "Academy",
];
/// As people write themselves, and as it stands in an address.
const GIVEN: [(&str, &str); 26] = [
    ("Amara", "amara"),
    ("Bruno", "bruno"),
    ("Chiara", "chiara"),
    ("Dmitri", "dmitri"),
    ("Élodie", "elodie"),
    ("Farid", "farid"),
    ("Greta", "greta"),
    ("Hiro", "hiro"),
    ("Inês", "ines"),
    ("Jonas", "jonas"),
    ("Keiko", "keiko"),
    ("Liam", "liam"),
    ("Maya", "maya"),
    ("Nadia", "nadia"),
    ("Óscar", "oscar"),
    ("Priya", "priya"),
    ("Quentin", "quentin"),
    ("Rosa", "rosa"),
    ("Søren", "soren"),
    ("Tomasz", "tomasz"),
    ("Uma", "uma"),
    ("Viktor", "viktor"),
    ("Wanda", "wanda"),
    ("Xin", "xin"),
    ("Yusuf", "yusuf"),
    ("Zoë", "zoe"),
];
const FAMILY: [(&str, &str); 27] = [
    ("Abebe", "abebe"),
    ("Bergström", "bergstrom"),
    ("Castillo", "castillo"),
    ("Dubois", "dubois"),
    ("Eriksen", "eriksen"),
    ("Fonseca", "fonseca"),
    ("Gupta", "gupta"),
    ("Haddad", "haddad"),
    ("Ivanova", "ivanova"),
    ("Jensen", "jensen"),
    ("Kowalczyk", "kowalczyk"),
    ("Lindgren", "lindgren"),
    ("Moreau", "moreau"),
    ("Nakamura", "nakamura"),
    ("O’Brien", "obrien"),
    ("Petrov", "petrov"),
    ("Quiroga", "quiroga"),
    ("Rossi", "rossi"),
    ("Sánchez", "sanchez"),
    ("Tanaka", "tanaka"),
    ("Ueda", "ueda"),
    ("Varga", "varga"),
    ("Weber", "weber"),
    ("Xu", "xu"),
    ("Yilmaz", "yilmaz"),
    ("Zielińska", "zielinska"),
    ("Okafor", "okafor"),
];

/// A made-up customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Company {
    pub number: usize,
    pub name: String,
    /// What its organization is called at Okta.
    pub slug: String,
    /// Who connects it.
    pub administrator: Human,
}

/// Somebody who works there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Human {
    pub given: &'static str,
    pub family: &'static str,
    pub email: String,
}

impl Company {
    pub(super) fn of(number: usize) -> Self {
        let (front, round) = (number % FRONT.len(), number / FRONT.len());
        let back = (7 * number + round) % BACK.len();
        let compound = format!("{}{}", FRONT[front], BACK[back]);
        let slug = compound.to_ascii_lowercase();
        let pick = |salt, of: usize| roll(number, salt, of);
        let (given, family) = (GIVEN[pick(1, GIVEN.len())], FAMILY[pick(2, FAMILY.len())]);
        Self {
            number,
            name: format!("{compound} {}", TRADES[pick(3, TRADES.len())]),
            administrator: Human {
                given: given.0,
                family: family.0,
                email: format!("{}.{}@{slug}.example", given.1, family.1),
            },
            slug,
        }
    }

    /// What the vendor calls it in its own books.
    pub(super) fn external_id(&self) -> String {
        format!("{PREFIX}{:04}", self.number + 1)
    }

    /// The company that the vendor calls so.
    pub(super) fn by_external_id(external_id: &str) -> Option<Self> {
        let number: usize = external_id.strip_prefix(PREFIX)?.parse().ok()?;
        Some(Self::of(number.checked_sub(1)?))
    }
}

/// What all their external ids begin with.
pub(super) const PREFIX: &str = "sample-";

impl Human {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_companies_share_an_address_and_each_keeps_its_name() {
        let slugs: BTreeSet<String> = (0..MOST).map(|number| Company::of(number).slug).collect();
        assert_eq!(slugs.len(), MOST);
        assert_eq!(Company::of(18), Company::of(18));
    }

    #[test]
    fn an_address_is_plain_ascii_whatever_people_are_called() {
        for number in 0..200 {
            let company = Company::of(number);
            let plain = |c: char| c.is_ascii_lowercase() || matches!(c, '.' | '@');
            assert!(
                company.administrator.email.chars().all(plain),
                "{company:?}"
            );
            let found = Company::by_external_id(&company.external_id());
            assert_eq!(found, Some(company));
        }
        assert_eq!(Company::by_external_id("demo-acme"), None);
        assert_eq!(Company::by_external_id("sample-0000"), None);
    }
}
