//! The demo's made-up vendor: its own Okta organization, where its staff sign in.

use fake_okta::{App, FakeOkta, GroupsClaim, OrgSeed, Person, Role};
use secrecy::SecretString;
use url::Url;

use crate::domain::staff::{StaffRole, StaffSettings};

/// The vendor's organization at its Okta.
pub(super) const ORGANIZATION: &str = "northvault";

const SUPPORT_GROUP: &str = "Northvault Support";
const OPERATOR_GROUP: &str = "Northvault Operators";
/// What the staff's app is called in the vendor's Okta.
const APP: &str = "grantway staff";

/// One of the vendor's people.
#[derive(Debug)]
pub(super) struct Member {
    pub login: String,
    pub password: String,
    /// `None` for somebody whom no group lets in.
    pub role: Option<StaffRole>,
}

pub(super) fn seed() -> OrgSeed {
    let person = |who: &str, family: &str, groups: &[&str]| Person {
        family_name: family.to_owned(),
        groups: groups.iter().map(ToString::to_string).collect(),
        ..Person::new(&format!("{who}@{ORGANIZATION}.example"), Role::None)
    };
    OrgSeed {
        name: ORGANIZATION.to_owned(),
        people: vec![
            person("sam", "Rivera", &["Everyone", SUPPORT_GROUP]),
            person("olga", "Lindqvist", &["Everyone", OPERATOR_GROUP]),
            person("nick", "Adeyemi", &["Everyone"]),
        ],
        ..OrgSeed::default()
    }
}

/// Sees to it that the staff's app knows this run's addresses.
pub(super) fn prepare(fake: &FakeOkta, public_url: &Url) -> anyhow::Result<StaffSettings> {
    let org = fake.org(ORGANIZATION);
    let kept = org.state().apps.into_iter().find(|app| app.label == APP);
    let made = || {
        org.add_app(App {
            label: APP.to_owned(),
            everyone: true,
            groups_claim: Some(GroupsClaim::StartsWith("Northvault ".to_owned())),
            ..App::default()
        })
    };
    let client_id = kept.unwrap_or_else(made).client_id;
    let app = org.update_app(&client_id, |app| {
        app.redirect_uris = vec![format!("{public_url}staff/callback")];
        app.post_logout_redirect_uris = vec![format!("{public_url}staff/signed-out")];
    });
    Ok(StaffSettings {
        issuer: org.origin().parse()?,
        client_id: app.client_id.parse()?,
        client_secret: SecretString::from(app.client_secret.unwrap_or_default()),
        support_group: SUPPORT_GROUP.to_owned(),
        operator_group: OPERATOR_GROUP.to_owned(),
    })
}

/// Whom to sign in as.
pub(super) fn members(fake: &FakeOkta) -> Vec<Member> {
    let role = |person: &Person| {
        let is_in = |group: &str| person.groups.iter().any(|of| of == group);
        if is_in(OPERATOR_GROUP) {
            Some(StaffRole::Operator)
        } else {
            is_in(SUPPORT_GROUP).then_some(StaffRole::Support)
        }
    };
    let people = fake.org(ORGANIZATION).state().people.into_iter();
    people
        .map(|person| Member {
            role: role(&person),
            login: person.login,
            password: person.password,
        })
        .collect()
}
