//! The words by which a tenant is found, and what makes a mistyped word meet them.

use std::collections::BTreeSet;

/// Words of so many tenants' names that they tell nothing when mistyped.
const COMMON: [&str; 14] = [
    "bank",
    "company",
    "corp",
    "corporation",
    "global",
    "gmbh",
    "group",
    "holdings",
    "international",
    "limited",
    "partners",
    "services",
    "solutions",
    "systems",
];
/// A mistyped word is met by its beginning, of so many letters.
const NEAR_LETTERS: usize = 6;
/// Shorter words are too like each other.
const NEAR_LEAST: usize = 4;
/// No term is longer, in characters.
const LONGEST: usize = 100;

/// What is known of a tenant.
#[derive(Debug, Clone, Default)]
pub struct TermsOf<'a> {
    pub name: &'a str,
    /// The tenant's id, the connection's, the vendor's own, the organization's, the app's.
    pub ids: Vec<String>,
    pub hosts: Vec<&'a str>,
    pub emails: &'a [String],
}

/// What leads to a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Each is found by its beginning.
    pub terms: BTreeSet<String>,
    /// Hashes that a word with one mistake shares; see [`near_keys`].
    pub near: BTreeSet<i32>,
}

impl Terms {
    #[must_use]
    pub fn of(known: &TermsOf<'_>) -> Self {
        let mut terms = BTreeSet::new();
        let mut near = BTreeSet::new();
        let name = folded(known.name);
        let labels = known.hosts.iter().filter_map(|host| host.split('.').next());
        for text in [name.as_str()].into_iter().chain(labels) {
            for word in words(text) {
                near.extend(near_keys(&word));
                terms.insert(word);
            }
        }
        terms.insert(name);
        let whole = known
            .ids
            .iter()
            .map(String::as_str)
            .chain(known.hosts.iter().copied());
        terms.extend(whole.map(folded));
        for email in known.emails {
            let email = folded(email);
            if let Some((_, domain)) = email.split_once('@') {
                terms.insert(domain.to_owned());
            }
            terms.insert(email);
        }
        terms.retain(|term| !term.is_empty());
        Self { terms, near }
    }

    /// What stands in the index: the terms, and the hashes as terms that no word begins like.
    #[must_use]
    pub fn indexed(&self) -> Vec<String> {
        let near = self.near.iter().copied().map(near_term);
        self.terms.iter().cloned().chain(near).collect()
    }

    /// Every term after a space.
    #[must_use]
    pub fn haystack(&self) -> String {
        self.terms.iter().fold(String::new(), |mut text, term| {
            text.push(' ');
            text.push_str(term);
            text
        })
    }
}

/// Small letters, single spaces, bounded.
pub(super) fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    let joined: Vec<&str> = lower.split_whitespace().collect();
    joined.join(" ").chars().take(LONGEST).collect()
}

/// The words of a folded text, of two letters and more.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 2)
        .map(str::to_owned)
}

/// Hashes of the word's beginning, and of that with each of its letters left out. Two words whose
/// beginnings differ by one letter, one too many or too few, or two that changed places, share one.
/// Numbers have none: each is like many others, and meant as it is typed.
#[must_use]
pub fn near_keys(word: &str) -> BTreeSet<i32> {
    let letters: Vec<char> = word.chars().take(NEAR_LETTERS).collect();
    let is_number = word.chars().all(char::is_numeric);
    if letters.len() < NEAR_LEAST || is_number || COMMON.contains(&word) {
        return BTreeSet::new();
    }
    let without = |left_out: usize| {
        let kept = letters.iter().enumerate();
        hash(
            kept.filter(|(at, _)| *at != left_out)
                .map(|(_, letter)| *letter),
        )
    };
    // Leaving out what is behind the end leaves the whole.
    (0..=letters.len()).map(without).collect()
}

/// A hash of [`near_keys`] as a term of the index.
#[must_use]
pub fn near_term(key: i32) -> String {
    format!("~{key:08x}")
}

/// FNV-1a: these are keys of an index, not secrets.
fn hash(letters: impl Iterator<Item = char>) -> i32 {
    let hash = letters.fold(0x811c_9dc5_u32, |hash, letter| {
        (hash ^ u32::from(letter)).wrapping_mul(0x0100_0193)
    });
    i32::from_be_bytes(hash.to_be_bytes())
}

/// How far the query's word is from the nearest of the words, counted in letters; `None` when that is
/// more than `at_most`. Words are cut to the query's length too, because people type beginnings.
#[must_use]
pub fn distance(query: &str, haystack: &str, at_most: usize) -> Option<usize> {
    let (typed, wanted) = (query.chars().count(), letters_of(query));
    let words = haystack.split(|c: char| !c.is_alphanumeric());
    // Each mistake loses one letter at most, so most words are told apart without being compared.
    let alike = words.filter(|word| (wanted & !letters_of(word)).count_ones() as usize <= at_most);
    let distances = alike.flat_map(|word| {
        let cut: String = word.chars().take(typed).collect();
        [
            strsim::damerau_levenshtein(query, &cut),
            strsim::damerau_levenshtein(query, word),
        ]
    });
    distances.filter(|distance| *distance <= at_most).min()
}

/// Which letters there are. Some share a place.
fn letters_of(word: &str) -> u32 {
    word.chars()
        .fold(0, |letters, letter| letters | 1 << (u32::from(letter) % 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> Terms {
        Terms::of(&TermsOf {
            name: "  Acme & Söhne   Ltd ",
            ids: vec!["crm-4711".to_owned(), "00oABC".to_owned()],
            hosts: vec!["acme-corp.okta.com"],
            emails: &["Ada.Byron@Acme.example".to_owned()],
        })
    }

    #[test]
    fn hashes_stand_among_the_terms_and_not_among_the_words() {
        let terms = acme();
        let (indexed, haystack) = (terms.indexed(), terms.haystack());
        assert_eq!(indexed.len(), terms.terms.len() + terms.near.len());
        assert!(
            terms
                .near
                .iter()
                .all(|key| indexed.contains(&near_term(*key)))
        );
        assert!(!haystack.contains('~'), "{haystack}");
        assert_eq!(near_term(-1), "~ffffffff");
    }

    #[test]
    fn a_tenant_is_found_by_words_ids_hosts_and_addresses() {
        let terms = acme().terms;
        for term in [
            "acme & söhne ltd",
            "acme",
            "söhne",
            "ltd",
            "crm-4711",
            "00oabc",
            "acme-corp.okta.com",
            "corp",
            "ada.byron@acme.example",
            "acme.example",
        ] {
            assert!(terms.contains(term), "{term} in {terms:?}");
        }
    }

    #[test]
    fn a_word_with_one_mistake_meets_the_right_one() {
        let right = near_keys("globex");
        for mistyped in [
            "glbex",
            "globbex",
            "glibex",
            "golbex",
            "lobex",
            "globexcorp",
        ] {
            let met = near_keys(mistyped);
            assert!(!met.is_disjoint(&right), "{mistyped}");
        }
        for other in ["initech", "umbrella", "gloria"] {
            assert!(near_keys(other).is_disjoint(&right), "{other}");
        }
    }

    #[test]
    fn words_that_everybody_has_and_short_ones_have_no_neighbours() {
        assert!(near_keys("corporation").is_empty() && near_keys("ltd").is_empty());
        assert!(near_keys("471100").is_empty() && !near_keys("a71100").is_empty());
    }

    #[test]
    fn the_nearest_word_counts_and_a_beginning_is_enough() {
        assert_eq!(distance("acm", " acme ltd", 2), Some(0));
        assert_eq!(distance("amce", " acme ltd", 2), Some(1));
        assert_eq!(distance("axne", " a-b acne ltd", 2), Some(1));
        assert_eq!(distance("initech", " acme ltd", 2), None);
        assert_eq!(distance("initech", " acme ltd", 6), Some(6));
    }

    proptest::proptest! {
        #[test]
        fn no_word_that_is_near_is_passed_over(query in "[a-zä]{4,8}", word in "[a-zä]{1,10}") {
            let cut: String = word.chars().take(query.chars().count()).collect();
            let nearest = strsim::damerau_levenshtein(&query, &cut).min(strsim::damerau_levenshtein(&query, &word));
            proptest::prop_assert_eq!(distance(&query, &word, 3), (nearest <= 3).then_some(nearest));
        }

        #[test]
        fn leaving_a_letter_out_always_meets(word in "[a-z]{5,6}", at in 0_usize..6) {
            let at = at.min(word.len() - 1);
            let mut mistyped = word.clone();
            mistyped.remove(at);
            proptest::prop_assume!(!COMMON.contains(&word.as_str()) && !COMMON.contains(&mistyped.as_str()));
            proptest::prop_assert!(!near_keys(&word).is_disjoint(&near_keys(&mistyped)));
        }
    }
}
