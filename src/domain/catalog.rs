//! The catalog: which Okta API scopes the vendor needs, in which groups, and in which words.
//!
//! It is data (`catalog.toml`), read and checked once. It knows nothing of any tenant: what was
//! granted is compared with it in [`super::grant_status`].

mod difference;
mod error;
mod permission;
mod probe;
mod read;
mod snapshot;
mod view;

use std::sync::{Arc, LazyLock};

use super::scope::{Scope, ScopeSet};

pub use difference::{Difference, Listed, Moved, Reworded, RewordedCategory};
pub use error::{CatalogError, CatalogProblem};
pub use permission::Permission;
pub use probe::{Empty, Probe, Proof};
pub use snapshot::SnapshotError;
pub use view::{CatalogView, CategoryView, ScopeView};

/// Categories in the order in which people read them. Cloning shares the contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    categories: Vec<Arc<Category>>,
    version: String,
}

/// A group of permissions.
#[derive(Debug, PartialEq, Eq)]
pub struct Category {
    id: String,
    name: String,
    sentence: String,
    scopes: Vec<Arc<Permission>>,
}

impl Catalog {
    /// The catalog that this program was built with.
    ///
    /// # Panics
    /// Never in a build whose tests passed: they read the same file.
    #[must_use]
    pub fn default_catalog() -> &'static Self {
        static DEFAULT: LazyLock<Catalog> = LazyLock::new(|| {
            Catalog::parse(include_str!("catalog.toml"), "catalog.toml")
                .expect("the built-in catalog is valid")
        });
        &DEFAULT
    }

    /// Reads a catalog. The error names every problem at once, each with its line;
    /// `file_name` is only what it is called there.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, CatalogError> {
        let categories = read::categories(text)
            .map_err(|problems| CatalogError::new(file_name, text, problems))?;
        let categories: Vec<_> = categories.into_iter().map(Arc::new).collect();
        let version = view::version_of(&categories);
        Ok(Self {
            categories,
            version,
        })
    }

    /// The first 12 hex digits of a hash of what is asked and of the words for it: the same words and
    /// scopes in the same order have the same version, however the file is laid out. Probes are not
    /// in it: how we look is not what a person agreed to, and a better probe must not ask anew.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn categories(&self) -> impl ExactSizeIterator<Item = &Category> {
        self.categories.iter().map(AsRef::as_ref)
    }

    /// Every permission, in the catalog's order.
    pub fn permissions(&self) -> impl Iterator<Item = &Permission> {
        self.categories().flat_map(Category::permissions)
    }

    /// Every scope, in the catalog's order.
    pub fn scopes(&self) -> impl Iterator<Item = &Scope> {
        self.permissions().map(Permission::scope)
    }

    /// What an authorization asks for.
    #[must_use]
    pub fn scope_set(&self) -> ScopeSet {
        self.scopes().cloned().collect()
    }

    #[must_use]
    pub fn find(&self, scope: &Scope) -> Option<&Permission> {
        self.permissions()
            .find(|permission| permission.scope() == scope)
    }

    #[must_use]
    pub fn category(&self, id: &str) -> Option<&Category> {
        self.categories().find(|category| category.id() == id)
    }

    /// What `catalog show --json` and the API print.
    #[must_use]
    pub fn view(&self) -> CatalogView<'_> {
        CatalogView::of(self)
    }

    /// The text to store, so that a later catalog can be compared with what was accepted.
    #[must_use]
    pub fn to_json_snapshot(&self) -> String {
        snapshot::write(self)
    }

    /// Reads a stored text back. The catalog that it gives can be shown and compared, not checked:
    /// it has no probes.
    pub fn from_snapshot(text: &str) -> Result<Self, SnapshotError> {
        snapshot::read(text)
    }

    pub(super) fn shared_categories(&self) -> &[Arc<Category>] {
        &self.categories
    }
}

impl Category {
    /// The stable name: small letters, digits and hyphens.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the vendor does with this group.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    pub fn permissions(&self) -> impl ExactSizeIterator<Item = &Permission> {
        self.scopes.iter().map(AsRef::as_ref)
    }

    pub(super) fn shared_permissions(&self) -> &[Arc<Permission>] {
        &self.scopes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scope::Access;

    #[test]
    fn the_default_catalog_is_the_requirement() {
        let catalog = Catalog::default_catalog();
        let listing: Vec<String> = catalog
            .categories()
            .map(|category| {
                let ids: Vec<_> = category
                    .permissions()
                    .map(|permission| permission.id().trim_start_matches("okta."))
                    .collect();
                format!("{}: {}", category.name(), ids.join(" "))
            })
            .collect();

        assert_eq!(
            listing,
            [
                "Users: users.manage factors.manage",
                "Groups: groups.manage",
                "Applications: apps.manage appGrants.manage clients.read",
                "Schemas and Profiles: schemas.manage profileMappings.manage userTypes.manage",
                "Security and Policies: policies.manage networkZones.manage",
                "Authenticators: authenticators.manage",
                "Organization Settings: orgs.manage emailDomains.manage trustedOrigins.manage \
                 features.manage threatInsights.manage captchas.manage",
                "Workflows: eventHooks.manage inlineHooks.manage",
                "System Monitoring: logs.read",
                "Devices: devices.read",
                "Admin Roles: roles.manage",
                "Authorization Servers: authorizationServers.manage",
                "Identity Provider: idps.manage",
            ]
        );
        assert_eq!(catalog.categories().len(), 13);
        assert_eq!(catalog.scope_set().len(), 25);
    }

    #[test]
    fn no_two_permissions_share_a_sentence() {
        let mut sentences: Vec<&str> = Catalog::default_catalog()
            .permissions()
            .flat_map(|permission| [permission.does(), permission.without()])
            .collect();
        let all = sentences.len();
        sentences.sort_unstable();
        sentences.dedup();

        assert_eq!(sentences.len(), all);
    }

    #[test]
    fn what_is_not_in_the_catalog_is_not_found() {
        let catalog = Catalog::default_catalog();
        let find = |name: &str| catalog.find(&name.parse().expect("a scope"));

        assert_eq!(
            find("okta.logs.read").map(Permission::access),
            Some(Access::Read)
        );
        assert_eq!(find("okta.users.read"), None);
        assert_eq!(
            catalog.category("admin-roles").map(Category::name),
            Some("Admin Roles")
        );
        assert_eq!(catalog.category("Admin Roles"), None);
    }

    #[test]
    fn brackets_without_end_do_not_use_up_the_stack() {
        for piece in ["{[[category]]okta.", "[", "{a=", "[{a="] {
            let text = format!("[[category]]\nsen{}", piece.repeat(3_000));
            let problems = Catalog::parse(&text, "c.toml").expect_err("a refusal");
            assert_eq!(
                problems.to_string(),
                "c.toml:2: more than 64 brackets are open"
            );
        }
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

    fn feed_catalogs(count: usize) {
        const PIECES: &[&str] = &[
            "[[category]]",
            "[[category.scope]]",
            "probe = {",
            "id = ",
            "okta.",
            "\"\"\"",
            "[",
            "=",
            "\n",
        ];
        // A file of the operator's own: rarely worth an attack, and slow to read without optimization.
        crate::fuzz::texts(count / 10, &[SMALL], PIECES, |text| {
            match Catalog::parse(text, "c.toml") {
                Ok(catalog) => {
                    let snapshot = catalog.to_json_snapshot();
                    assert!(Catalog::from_snapshot(&snapshot).is_ok(), "{text:?}");
                }
                Err(problems) => drop(problems.to_string()),
            }
        });
    }

    crate::fuzz::both!(
        feed_catalogs,
        no_hostile_catalog_panics,
        soak_of_hostile_catalogs
    );
}
