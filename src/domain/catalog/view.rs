//! The catalog as other programs see it, and the version that follows from its contents.

use std::fmt::Write as _;
use std::sync::Arc;

use aws_lc_rs::digest;
use serde::Serialize;

use super::{Catalog, Category, Permission};
use crate::domain::scope::Access;

/// The catalog as JSON.
#[derive(Debug, Serialize)]
pub struct CatalogView<'a> {
    pub version: &'a str,
    pub categories: Vec<CategoryView<'a>>,
}

/// One category as JSON.
#[derive(Debug, Serialize)]
pub struct CategoryView<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub sentence: &'a str,
    pub scopes: Vec<ScopeView<'a>>,
}

/// One scope as JSON.
#[derive(Debug, Serialize)]
pub struct ScopeView<'a> {
    pub id: &'a str,
    pub access: Access,
    pub name: &'a str,
    pub does: &'a str,
    pub without: &'a str,
}

impl<'a> CatalogView<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Self {
        Self {
            version: catalog.version(),
            categories: catalog.categories().map(CategoryView::of).collect(),
        }
    }
}

impl<'a> CategoryView<'a> {
    fn of(category: &'a Category) -> Self {
        Self {
            id: category.id(),
            name: category.name(),
            sentence: category.sentence(),
            scopes: category.permissions().map(ScopeView::of).collect(),
        }
    }
}

impl<'a> ScopeView<'a> {
    fn of(permission: &'a Permission) -> Self {
        Self {
            id: permission.id(),
            access: permission.access(),
            name: permission.name(),
            does: permission.does(),
            without: permission.without(),
        }
    }
}

/// How many bytes of the hash make a version: 12 hex digits.
const VERSION_BYTES: usize = 6;

pub(super) fn version_of(categories: &[Arc<Category>]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    for category in categories {
        for text in [category.id(), category.name(), category.sentence()] {
            update_with_length(&mut hash, text);
        }
        hash.update(&(category.scopes.len() as u64).to_be_bytes());
        for permission in category.permissions() {
            let texts = [
                permission.id(),
                permission.name(),
                permission.does(),
                permission.without(),
            ];
            for text in texts {
                update_with_length(&mut hash, text);
            }
        }
    }
    let mut version = String::with_capacity(2 * VERSION_BYTES);
    for byte in &hash.finish().as_ref()[..VERSION_BYTES] {
        write!(version, "{byte:02x}").expect("writing to a String succeeds");
    }
    version
}

/// The length comes first, so that no two catalogs run together into the same bytes.
fn update_with_length(hash: &mut digest::Context, text: &str) {
    hash.update(&(text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(text: &str) -> Catalog {
        Catalog::parse(text, "test.toml").expect("a catalog")
    }

    const SMALL: &str = r#"
        [[category]]
        id = "users"
        name = "Users"
        sentence = "People."
        [[category.scope]]
        id = "okta.users.manage"
        name = "Accounts"
        does = "Backs up users."
        without = "No users."
        probe = { path = "/api/v1/users?limit=1", proof = "list", empty = "role" }
    "#;

    #[test]
    fn layout_and_comments_do_not_change_the_version() {
        let spread = SMALL.replace("name =", "# a remark\n\n   name   =");

        assert_eq!(catalog(SMALL).version(), catalog(&spread).version());
    }

    #[test]
    fn every_edit_of_the_contents_changes_the_version() {
        let before = catalog(SMALL);
        for (from, to) in [
            ("\"users\"", "\"people\""),
            ("\"Accounts\"", "\"User accounts\""),
            ("No users", "No user"),
            (".manage", ".read"),
            ("Backs up users.\"\n", "Backs up users\"\n"),
        ] {
            let after = catalog(&SMALL.replace(from, to));
            assert_ne!(before.version(), after.version(), "{from} to {to}");
        }
    }

    #[test]
    fn a_better_probe_does_not_change_the_version() {
        let probe = SMALL
            .lines()
            .find(|line| line.contains("probe"))
            .expect("a probe");
        for other in [
            "probe = { path = \"/api/v1/users/me\", proof = \"object\" }",
            "unprovable = \"Nothing tells.\"",
        ] {
            let after = catalog(&SMALL.replace(probe, other));
            assert_eq!(catalog(SMALL).version(), after.version(), "{other}");
        }
    }

    #[test]
    fn a_version_is_twelve_hex_digits() {
        let catalog = Catalog::default_catalog();

        assert_eq!(catalog.version().len(), 12);
        assert!(catalog.version().bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn the_json_has_the_promised_shape() {
        let json = serde_json::to_value(catalog(SMALL).view()).expect("JSON");

        assert_eq!(json["categories"][0]["id"], "users");
        assert_eq!(json["categories"][0]["name"], "Users");
        let scope = &json["categories"][0]["scopes"][0];
        assert_eq!(scope["id"], "okta.users.manage");
        assert_eq!(scope["access"], "manage");
        assert!(json["version"].is_string());
    }
}
