//! A catalog's contents as a text to store: what is asked and the words, without the probes.

use std::sync::Arc;

use serde::Deserialize;

use super::permission::Verification;
use super::{Catalog, Category, Permission};
use crate::domain::scope::Scope;

/// Why a stored text is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("the stored catalog is not readable: {0}")]
    Shape(#[from] serde_json::Error),
    #[error("the stored catalog names {0:?}, which is no Okta API scope")]
    NoScope(String),
}

/// The counterpart of [`super::CatalogView`]. Fields that a later program adds are passed over.
#[derive(Deserialize)]
struct Stored {
    version: String,
    categories: Vec<StoredCategory>,
}

#[derive(Deserialize)]
struct StoredCategory {
    id: String,
    name: String,
    sentence: String,
    scopes: Vec<StoredScope>,
}

#[derive(Deserialize)]
struct StoredScope {
    id: String,
    name: String,
    does: String,
    without: String,
}

pub(super) fn write(catalog: &Catalog) -> String {
    serde_json::to_string(&catalog.view()).expect("texts become JSON")
}

/// The version is the stored one, not computed anew: what was accepted keeps its name even if the
/// way of hashing changes.
pub(super) fn read(text: &str) -> Result<Catalog, SnapshotError> {
    let stored: Stored = serde_json::from_str(text)?;
    let categories = stored.categories.into_iter().map(category);
    Ok(Catalog {
        categories: categories.collect::<Result<_, _>>()?,
        version: stored.version,
    })
}

fn category(stored: StoredCategory) -> Result<Arc<Category>, SnapshotError> {
    let scopes = stored.scopes.into_iter().map(permission);
    Ok(Arc::new(Category {
        id: stored.id,
        name: stored.name,
        sentence: stored.sentence,
        scopes: scopes.collect::<Result<_, _>>()?,
    }))
}

fn permission(stored: StoredScope) -> Result<Arc<Permission>, SnapshotError> {
    let no_scope = |id: &str| SnapshotError::NoScope(id.to_owned());
    let scope: Scope = stored.id.parse().map_err(|_| no_scope(&stored.id))?;
    let access = scope.access().ok_or_else(|| no_scope(&stored.id))?;
    Ok(Arc::new(Permission {
        scope,
        access,
        name: stored.name,
        does: stored.does,
        without: stored.without,
        verification: Verification::NotKept,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_read_back_word_for_word() {
        let catalog = Catalog::default_catalog();

        let text = catalog.to_json_snapshot();
        let read = Catalog::from_snapshot(&text).expect("our own snapshot");

        assert_eq!(read.version(), catalog.version());
        assert_eq!(read.to_json_snapshot(), text);
        assert_eq!(
            super::super::view::version_of(&read.categories),
            catalog.version(),
            "the words are all there"
        );
    }

    #[test]
    fn a_snapshot_holds_no_probes() {
        let text = Catalog::default_catalog().to_json_snapshot();
        let read = Catalog::from_snapshot(&text).expect("our own snapshot");

        assert!(!text.contains("/api/v1/"));
        assert!(read.permissions().all(|scope| scope.probe().is_none()));
    }

    #[test]
    fn a_snapshot_keeps_the_version_it_was_accepted_under() {
        let text = r#"{"version":"old","categories":[],"later":1}"#;

        let read = Catalog::from_snapshot(text).expect("a snapshot");

        assert_eq!(read.version(), "old");
    }

    #[test]
    fn a_damaged_snapshot_is_refused_with_its_reason() {
        let text = Catalog::default_catalog().to_json_snapshot();
        let refused = |text: &str| {
            let error = Catalog::from_snapshot(text).expect_err("it is damaged");
            error.to_string()
        };

        assert!(refused("{}").contains("missing field"));
        assert_eq!(
            refused(&text.replace("okta.logs.read", "openid")),
            "the stored catalog names \"openid\", which is no Okta API scope"
        );
    }
}
