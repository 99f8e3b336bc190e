//! Okta API scopes: their names, what they allow, and which one covers another.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// What a scope lets its holder do with the resource.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Only reads.
    Read,
    /// Creates, reads, updates and, for most resources, deletes.
    Manage,
}

/// A scope's name: one or more characters of RFC 6749 §3.3 (`%x21 / %x23-5B / %x5D-7E`), at most 128.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(String);

/// Why a text is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a scope is 1 to 128 printable ASCII characters without spaces, quotes or backslashes")]
pub struct InvalidScope;

/// The names of scopes, separated by spaces, as a token response writes them (RFC 6749 §3.3): for
/// where a list is read far more often than it is taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeList(String);

/// A set of scopes, in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeSet(BTreeSet<Scope>);

impl Scope {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The access that an `okta.<resource>.<access>` scope asks for; `None` for other scopes (`openid`, …).
    #[must_use]
    pub fn access(&self) -> Option<Access> {
        let (_, access) = self.resource_and_access()?;
        match access {
            "read" => Some(Access::Read),
            "manage" => Some(Access::Manage),
            _ => None,
        }
    }

    /// Whether holding `self` is enough for what `wanted` allows: the same scope, or the
    /// `.manage` of the same resource, which Okta lets do every read.
    #[must_use]
    pub fn covers(&self, wanted: &Scope) -> bool {
        covers(&self.0, &wanted.0)
    }

    fn resource_and_access(&self) -> Option<(&str, &str)> {
        resource_and_access(&self.0)
    }
}

/// [`Scope::covers`] by name.
fn covers(held: &str, wanted: &str) -> bool {
    if held == wanted {
        return true;
    }
    match (resource_and_access(held), resource_and_access(wanted)) {
        (Some((held, "manage")), Some((needed, "read"))) => held == needed,
        _ => false,
    }
}

fn resource_and_access(scope: &str) -> Option<(&str, &str)> {
    scope.strip_prefix("okta.")?.rsplit_once('.')
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        if text.is_empty() || text.len() > 128 || !text.bytes().all(allowed) {
            return Err(InvalidScope);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ScopeList {
    /// Takes what was stored.
    #[must_use]
    pub const fn from_stored(list: String) -> Self {
        Self(list)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// The names that cover `wanted`.
    pub fn holders(&self, wanted: &Scope) -> impl Iterator<Item = &str> {
        self.names()
            .filter(move |held| covers(held, wanted.as_str()))
    }
}

impl From<&ScopeSet> for ScopeList {
    fn from(set: &ScopeSet) -> Self {
        Self(set.to_string())
    }
}

impl ScopeSet {
    /// Whether any of them opens an API: `openid` and its kin alone do not.
    #[must_use]
    pub fn has_api_scope(&self) -> bool {
        self.0.iter().any(|scope| scope.access().is_some())
    }

    /// Reads a token response's `scope`: names separated by spaces. Empty or impossible names are
    /// passed over, because Okta's list may hold what we did not ask for and must not fail on.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        list.split(' ')
            .filter_map(|name| name.parse().ok())
            .collect()
    }

    /// Whether some scope of the set covers `wanted`.
    #[must_use]
    pub fn covers(&self, wanted: &Scope) -> bool {
        self.0.iter().any(|held| held.covers(wanted))
    }

    #[must_use]
    pub fn contains(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn insert(&mut self, scope: Scope) {
        self.0.insert(scope);
    }

    /// The names, as stored in a `text[]` column.
    #[must_use]
    pub fn to_names(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            scope.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str) -> Scope {
        name.parse().expect("a scope")
    }

    #[test]
    fn manage_covers_read_of_the_same_resource_only() {
        assert!(scope("okta.users.manage").covers(&scope("okta.users.read")));
        assert!(scope("okta.users.read").covers(&scope("okta.users.read")));
        assert!(!scope("okta.users.read").covers(&scope("okta.users.manage")));
        assert!(!scope("okta.users.manage").covers(&scope("okta.groups.read")));
        assert!(!scope("okta.users.manage").covers(&scope("openid")));
    }

    #[test]
    fn a_list_with_double_spaces_and_rubbish_keeps_what_is_a_scope() {
        let set = ScopeSet::parse(" openid  okta.users.read \u{202e}evil \"x\"");

        assert_eq!(set.to_string(), "okta.users.read openid");
    }

    fn feed_scopes(count: usize) {
        const VALID: &[&str] = &[
            "openid okta.users.manage okta.groups.read",
            "okta.logs.read",
            "profile email okta.clients.register",
        ];
        crate::fuzz::texts(
            count,
            VALID,
            &[".read", ".manage", "okta.", " ", "  "],
            |text| {
                if let Ok(scope) = text.parse::<Scope>() {
                    assert_eq!(scope.as_str(), text);
                    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
                }
                let set = ScopeSet::parse(text);
                assert_eq!(ScopeSet::parse(&set.to_string()), set, "{text:?}");
                let list = ScopeList::from_stored(text.to_owned());
                let wanted = scope("okta.users.read");
                assert!(list.holders(&wanted).count() <= list.names().count());
            },
        );
    }

    crate::fuzz::both!(
        feed_scopes,
        no_hostile_scope_panics_or_changes,
        soak_of_hostile_scopes
    );
}
