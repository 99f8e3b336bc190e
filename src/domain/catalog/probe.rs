//! A probe: one reading call of Okta's API whose answer tells whether a granted scope works.
//!
//! It only describes the call. What an answer means is judged in [`crate::domain::check`].

use crate::domain::connection::{ClientId, Edition};

/// What stands in a path for the id of the connection's own application.
const CLIENT_ID: &str = "{client_id}";

/// The longest path.
pub(super) const MAX_PATH: usize = 200;

/// A `GET` with the connection's access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    path: String,
    proof: Proof,
    editions: Vec<Edition>,
}

/// The shape that the body of a good answer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A JSON array.
    List { empty: Empty },
    /// A JSON object; an object without fields proves as much.
    Object,
}

/// What an empty list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// The organization has none of it, and the scope works.
    Works,
    /// Every organization has some, so that the role behind the token is too narrow to see them.
    RoleTooWeak,
}

/// Why a path cannot be a probe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathProblem {
    Elsewhere,
    Placeholder,
    Character,
    Segment,
}

impl Probe {
    /// `editions` empty: every edition has it.
    pub(super) const fn new(path: String, proof: Proof, editions: Vec<Edition>) -> Self {
        Self {
            path,
            proof,
            editions,
        }
    }

    /// The path and query, with `{client_id}` where the application's id belongs.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path and query to ask for this application.
    #[must_use]
    pub fn path_for(&self, app: &ClientId) -> String {
        self.path.replace(CLIENT_ID, app.as_str())
    }

    /// Whether the path names the application, so that "not found" may mean that its client id is
    /// not its id.
    #[must_use]
    pub fn names_app(&self) -> bool {
        self.path.contains(CLIENT_ID)
    }

    #[must_use]
    pub const fn proof(&self) -> Proof {
        self.proof
    }

    /// Whether only some editions have what is asked for.
    #[must_use]
    pub fn is_edition_bound(&self) -> bool {
        !self.editions.is_empty()
    }

    /// Whether it is worth asking in this edition. An unknown edition is asked.
    #[must_use]
    pub fn exists_in(&self, edition: Edition) -> bool {
        edition == Edition::Unknown || self.editions.is_empty() || self.editions.contains(&edition)
    }
}

impl PathProblem {
    /// Said after "path".
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Elsewhere => "must begin with /api/v1/ or /oauth2/v1/",
            Self::Placeholder => "may hold no placeholder but {client_id}",
            Self::Character => {
                "may hold only letters, digits and / ? & = . _ ~ - , : besides {client_id}"
            }
            Self::Segment => "may hold neither empty nor dotted segments (//, /./, /../)",
        }
    }
}

/// Only paths that cannot leave Okta's APIs, whatever is put for the placeholder: the token goes with it.
pub(super) fn check_path(path: &str) -> Result<(), PathProblem> {
    if !path.starts_with("/api/v1/") && !path.starts_with("/oauth2/v1/") {
        return Err(PathProblem::Elsewhere);
    }
    let fixed = path.replace(CLIENT_ID, "id");
    if fixed.contains(['{', '}']) {
        return Err(PathProblem::Placeholder);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/?&=._~-,:".contains(&byte);
    if !fixed.bytes().all(allowed) {
        return Err(PathProblem::Character);
    }
    let (segments, _) = fixed.split_once('?').unwrap_or((&fixed, ""));
    let is_bad = |segment: &str| matches!(segment, "" | "." | "..");
    if segments.split('/').skip(1).any(is_bad) {
        return Err(PathProblem::Segment);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(path: &str, editions: Vec<Edition>) -> Probe {
        Probe::new(path.to_owned(), Proof::Object, editions)
    }

    #[test]
    fn the_placeholder_becomes_the_apps_id() {
        let app: ClientId = "0oa1b2".parse().expect("an id");
        let named = probe("/api/v1/apps/{client_id}/grants", Vec::new());

        assert_eq!(named.path_for(&app), "/api/v1/apps/0oa1b2/grants");
        assert!(named.names_app());
        assert!(!probe("/api/v1/org", Vec::new()).names_app());
    }

    #[test]
    fn an_edition_bound_probe_is_asked_there_and_where_the_edition_is_unknown() {
        let bound = probe("/api/v1/devices", vec![Edition::IdentityEngine]);

        assert!(bound.exists_in(Edition::IdentityEngine));
        assert!(bound.exists_in(Edition::Unknown));
        assert!(!bound.exists_in(Edition::Classic));
        assert!(probe("/api/v1/org", Vec::new()).exists_in(Edition::Classic));
    }

    #[test]
    fn a_path_stays_within_oktas_apis() {
        for (path, expected) in [
            ("/api/v1/users?limit=1", Ok(())),
            ("/oauth2/v1/clients?limit=1", Ok(())),
            ("/api/v1/apps/{client_id}/grants", Ok(())),
            ("https://evil.example/api/v1/", Err(PathProblem::Elsewhere)),
            ("/api/v2/users", Err(PathProblem::Elsewhere)),
            ("/api/v1/apps/{app_id}", Err(PathProblem::Placeholder)),
            ("/api/v1/users#x", Err(PathProblem::Character)),
            ("/api/v1/%2e%2e/x", Err(PathProblem::Character)),
            ("/api/v1/users?q=a b", Err(PathProblem::Character)),
            ("/api/v1/../x", Err(PathProblem::Segment)),
            ("/api/v1//x", Err(PathProblem::Segment)),
            ("/api/v1/", Err(PathProblem::Segment)),
        ] {
            assert_eq!(check_path(path), expected, "{path}");
        }
    }
}
