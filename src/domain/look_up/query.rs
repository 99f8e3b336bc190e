//! What somebody typed into the one search box, and chose beside it.

use super::terms::{folded, near_keys, words};
use crate::domain::grant_status::CategoryState;

/// The longest search, in characters.
pub const MAX_QUERY: usize = 200;

/// Shorter ones are beginnings, however they are written.
const IDENTIFIER_LEAST: usize = 5;

/// A search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookUpQuery {
    text: String,
    filters: Vec<Filter>,
    /// A star at its end: all that begins so is wanted, not just who is written exactly so.
    is_beginning: bool,
}

/// What the list is cut down to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// A category of the catalog in a state.
    Category(String, CategoryState),
    /// Why the connection needs attention.
    Reason(String),
    /// The sign-in ends soon.
    Expiring,
    /// The connection's state.
    State(String),
}

impl Filter {
    /// As the index keeps it.
    #[must_use]
    pub fn flag(&self) -> String {
        match self {
            Self::Category(category, state) => format!("category:{category}:{}", state.code()),
            Self::Reason(reason) => format!("reason:{reason}"),
            Self::Expiring => "expiring".to_owned(),
            Self::State(state) => format!("state:{state}"),
        }
    }

    /// The fewer tenants it usually leaves, the lower.
    const fn breadth(&self) -> u8 {
        match self {
            Self::Reason(_) => 0,
            Self::Expiring => 1,
            Self::Category(..) => 2,
            Self::State(_) => 3,
        }
    }
}

impl LookUpQuery {
    /// What is too long is cut: nobody types it, and nothing is found by it.
    #[must_use]
    pub fn new(text: &str, mut filters: Vec<Filter>) -> Self {
        let text: String = text
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_QUERY)
            .collect();
        filters.sort_by_key(Filter::breadth);
        let text = folded(strip_address(&text));
        let beginning = text.strip_suffix('*').map(str::trim_end);
        Self {
            is_beginning: beginning.is_some(),
            text: beginning.map(str::to_owned).unwrap_or(text),
            filters,
        }
    }

    #[must_use]
    pub fn has_text(&self) -> bool {
        !self.text.is_empty()
    }

    /// What the list is walked along: the filter that leaves fewest, or all.
    #[must_use]
    pub fn leading_flag(&self) -> String {
        self.filters
            .first()
            .map_or_else(|| "all".to_owned(), Filter::flag)
    }

    #[must_use]
    pub fn flags(&self) -> Vec<String> {
        self.filters.iter().map(Filter::flag).collect()
    }

    /// The range of terms that begin as the whole does.
    #[must_use]
    pub fn whole_range(&self) -> (String, String) {
        range(&self.text)
    }

    /// The same for each word: every one of them has to begin some term.
    #[must_use]
    pub fn term_ranges(&self) -> Vec<(String, String)> {
        self.telling_words().into_iter().map(range).collect()
    }

    /// Every word begins some term: as patterns for `LIKE`.
    #[must_use]
    pub fn patterns(&self) -> Vec<String> {
        let escaped = |word: &str| {
            word.replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_")
        };
        let words = self.telling_words().into_iter();
        words.map(|word| format!("% {}%", escaped(word))).collect()
    }

    /// Those with a letter or a number in them; where there are none, whatever was typed.
    fn telling_words(&self) -> Vec<&str> {
        let all = self.text.split(' ').filter(|word| !word.is_empty());
        let (telling, others): (Vec<_>, Vec<_>) =
            all.partition(|word| word.chars().any(char::is_alphanumeric));
        if telling.is_empty() { others } else { telling }
    }

    /// The word that a mistake is looked for in: the longest that has neighbours.
    #[must_use]
    pub fn near_word(&self) -> Option<String> {
        let candidates = words(&self.text).filter(|word| !near_keys(word).is_empty());
        candidates.max_by_key(|word| word.chars().count())
    }

    /// What may be a whole id, host or e-mail address: one word that is not of letters alone. Who has
    /// just this is meant, and not all those whose ids go on after it.
    #[must_use]
    pub fn as_identifier(&self) -> Option<&str> {
        let text = self.text.as_str();
        let is_word = !text.contains(' ') && text.chars().count() >= IDENTIFIER_LEAST;
        let is_id = text.contains(|c: char| c.is_numeric() || c == '@' || c == '.');
        (is_word && is_id && !self.is_beginning).then_some(text)
    }

    /// Whether one of a tenant's terms is just the identifier that was typed.
    #[must_use]
    pub fn is_just(&self, haystack: &str) -> bool {
        let identifier = self.as_identifier();
        identifier.is_some_and(|id| format!("{haystack} ").contains(&format!(" {id} ")))
    }

    /// A whole id, such as an error page's reference.
    #[must_use]
    pub fn as_id(&self) -> Option<uuid::Uuid> {
        self.text.parse().ok()
    }
}

/// All that begins so.
fn range(beginning: &str) -> (String, String) {
    (beginning.to_owned(), format!("{beginning}\u{10FFFF}"))
}

/// An address from the browser's bar is looked up by its host.
fn strip_address(text: &str) -> &str {
    let text = text.trim();
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.map_or(text, |rest| {
        rest.split(['/', '?', '#']).next().unwrap_or(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> LookUpQuery {
        LookUpQuery::new(text, Vec::new())
    }

    #[test]
    fn an_address_is_looked_up_by_its_host() {
        let (from, until) = query(" https://Acme.okta.com/admin/apps?x=1 ").whole_range();
        assert_eq!(from, "acme.okta.com");
        assert!(until.as_str() > "acme.okta.comz");
    }

    #[test]
    fn one_word_that_is_not_of_letters_alone_may_be_a_whole_id() {
        for id in ["crm-100", "acme.okta.com", "ada@acme", "00oabc1"] {
            assert_eq!(query(id).as_identifier(), Some(id));
            assert!(
                query(id).is_just(&format!(" acme {id}")) && query(id).is_just(&format!(" {id} z"))
            );
            assert!(!query(id).is_just(&format!(" {id}0 z")));
        }
        for other in ["nordex", "3m", "nordex 24", "", "7-11"] {
            assert_eq!(query(other).as_identifier(), None, "{other}");
        }
    }

    #[test]
    fn a_star_at_the_end_asks_for_all_that_begin_so() {
        let query = query("CRM-100*");
        assert_eq!(query.whole_range().0, "crm-100");
        assert_eq!(query.as_identifier(), None);
        assert!(!LookUpQuery::new(" * ", Vec::new()).has_text());
    }

    #[test]
    fn every_word_has_to_begin_something_and_signs_alone_tell_nothing() {
        let query = query("ltd  Globex & 50%_off");
        let from: Vec<_> = query
            .term_ranges()
            .into_iter()
            .map(|(from, _)| from)
            .collect();
        assert_eq!(from, ["ltd", "globex", "50%_off"]);
        assert_eq!(query.patterns(), ["% ltd%", "% globex%", "% 50\\%\\_off%"]);
        assert_eq!(LookUpQuery::new("%", Vec::new()).patterns(), ["% \\%%"]);
        assert!(LookUpQuery::default().term_ranges().is_empty());
    }

    #[test]
    fn the_narrowest_filter_leads() {
        let filters = vec![
            Filter::State("needs_attention".to_owned()),
            Filter::Reason("refresh_token_dead".to_owned()),
        ];
        let query = LookUpQuery::new("", filters);
        assert_eq!(query.leading_flag(), "reason:refresh_token_dead");
        assert_eq!(query.flags().len(), 2);
        assert_eq!(LookUpQuery::default().leading_flag(), "all");
    }

    #[test]
    fn hostile_text_is_cut_and_cleaned() {
        let query = query(&format!("a\u{0}\r\nb{}", "x".repeat(5_000)));
        assert!(query.text.chars().count() <= MAX_QUERY && !query.text.contains('\0'));
    }

    fn feed_searches(count: usize) {
        const VALID: &[&str] = &[
            "acme corp",
            "https://acme.okta.com",
            "ada@acme.example",
            "crm-100",
            "nordex*",
        ];
        crate::fuzz::texts(count, VALID, &["*", "@", ".okta.com", "%", "_"], |text| {
            let query = query(text);
            let terms = query.term_ranges();
            assert!(terms.iter().all(|(from, until)| from < until), "{text:?}");
            assert!(query.patterns().len() <= MAX_QUERY);
            drop((
                query.whole_range(),
                query.near_word(),
                query.as_id(),
                query.is_just(text),
            ));
        });
    }

    crate::fuzz::both!(
        feed_searches,
        no_hostile_search_panics,
        soak_of_hostile_searches
    );
}
