//! What a fake starts with: organizations, their people and their apps, as structs and as TOML.

use serde::{Deserialize, Serialize};

use crate::state::{App, Edition, Person, Role};

/// The organizations to start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    pub organizations: Vec<OrgSeed>,
}

/// One organization.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrgSeed {
    /// The subdomain: `acme` of `acme.okta.com`.
    pub name: String,
    /// `00o…`; follows from the name when left out.
    pub id: String,
    pub edition: Edition,
    /// 0 for any free port.
    pub port: u16,
    pub people: Vec<Person>,
    pub apps: Vec<App>,
    /// API path prefixes that answer 401 E0000015, as an unlicensed feature does.
    pub unlicensed: Vec<String>,
}

impl Seed {
    /// Organizations of these names, each with the people of [`OrgSeed::sample`].
    pub fn sample(names: &[&str]) -> Self {
        Self {
            organizations: names.iter().map(|name| OrgSeed::sample(name)).collect(),
        }
    }

    /// Reads a seed file's text.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

impl OrgSeed {
    /// An organization with a super administrator `ada`, an organization administrator `oscar`, a
    /// read-only administrator `rita` and `nora`, who administers nothing; all `@<name>.example`.
    pub fn sample(name: &str) -> Self {
        let person = |who: &str, role| Person::new(&format!("{who}@{name}.example"), role);
        Self {
            name: name.to_owned(),
            people: vec![
                person("ada", Role::SuperAdmin),
                person("oscar", Role::OrgAdmin),
                person("rita", Role::ReadOnlyAdmin),
                person("nora", Role::None),
            ],
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_file_may_leave_out_almost_everything() {
        let seed = Seed::from_toml(
            r#"
            [[organizations]]
            name = "acme"
            [[organizations.people]]
            login = "ada@acme.example"
            role = "super_admin"
            [[organizations.apps]]
            label = "Backup"
            rotation = { kind = "rotate" }
            "#,
        )
        .unwrap();
        let org = &seed.organizations[0];
        assert_eq!(org.people[0].role, Role::SuperAdmin);
        assert_eq!(org.apps[0].rotation, crate::Rotation::Rotate { leeway: 30 });
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        assert!(Seed::from_toml("[[organizations]]\nnmae = 'acme'").is_err());
    }
}
