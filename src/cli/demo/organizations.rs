//! The demo's made-up customers: one Okta organization each, with an app that shows one outcome.

use anyhow::Context;
use fake_okta::{App, AuthMethod, FakeOkta, Options, OrgHandle, Seed};

use super::folder::DemoFolder;
use crate::flows::{AppSetup, Invitation, Invite, InviteRequest, Shared};
use crate::vault;

/// The made-up vendor.
pub(super) const VENDOR: &str = "Northvault";

/// What a customer's organization shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    AllGranted,
    ThreeMissing,
    NothingGranted,
}

/// A link to click, with what leads through it.
#[derive(Debug)]
pub(super) struct Link {
    pub scenario: Scenario,
    pub tenant: String,
    pub url: String,
    pub client_id: String,
}

/// Somebody to sign in as.
#[derive(Debug)]
pub(super) struct DemoPerson {
    pub login: String,
    pub password: String,
    pub shows: &'static str,
}

impl Scenario {
    pub(super) const ALL: [Self; 3] = [Self::AllGranted, Self::ThreeMissing, Self::NothingGranted];

    /// The organization's name at its Okta.
    pub(super) const fn organization(self) -> &'static str {
        match self {
            Self::AllGranted => "acme",
            Self::ThreeMissing => "globex",
            Self::NothingGranted => "initech",
        }
    }

    pub(super) const fn tenant(self) -> &'static str {
        match self {
            Self::AllGranted => "Acme Ltd",
            Self::ThreeMissing => "Globex Corporation",
            Self::NothingGranted => "Initech",
        }
    }

    pub(super) const fn shows(self) -> &'static str {
        match self {
            Self::AllGranted => "everything granted",
            Self::ThreeMissing => "three permissions missing",
            Self::NothingGranted => "an app that was granted nothing",
        }
    }

    fn granted(self, all: &[String]) -> Vec<String> {
        // Not the grants of applications: with those the page can grant the rest by itself.
        const LEFT_OUT: [&str; 3] = [
            "okta.eventHooks.manage",
            "okta.logs.read",
            "okta.devices.read",
        ];
        match self {
            Self::AllGranted => all.to_vec(),
            Self::ThreeMissing => all
                .iter()
                .filter(|scope| !LEFT_OUT.contains(&scope.as_str()))
                .cloned()
                .collect(),
            Self::NothingGranted => Vec::new(),
        }
    }
}

/// Starts the organizations, as an earlier run left them.
pub(super) async fn start(folder: &DemoFolder) -> anyhow::Result<FakeOkta> {
    let mut seed = Seed::sample(&Scenario::ALL.map(Scenario::organization));
    seed.organizations.push(super::staff::seed());
    let options = Options {
        seed,
        state_file: Some(folder.okta_state()),
        ..Options::default()
    };
    FakeOkta::start(options)
        .await
        .context("cannot start the made-up Okta organizations")
}

/// Invites the customer (again, at a later run) and sees to it that the app in its organization knows
/// this run's addresses.
pub(super) async fn prepare(
    shared: &Shared,
    fake: &FakeOkta,
    scenario: Scenario,
) -> anyhow::Result<Link> {
    let org = fake.org(scenario.organization());
    let request = InviteRequest {
        name: scenario.tenant().to_owned(),
        organization: Some(org.origin().to_owned()),
        external_id: Some(format!("demo-{}", scenario.organization())),
        lifetime: None,
    };
    let invitation = Invite::new(shared.clone()).invite(&request).await?;
    let client_id = app(shared, &org, &invitation, scenario);
    Ok(Link {
        scenario,
        tenant: scenario.tenant().to_owned(),
        url: vault::disclose(&invitation.link).to_owned(),
        client_id,
    })
}

/// The app of the scenario, made at the first run.
fn app(shared: &Shared, org: &OrgHandle, invitation: &Invitation, scenario: Scenario) -> String {
    let setup = AppSetup::new(shared.clone());
    let redirect_uri = setup.redirect_uri(invitation.connection).to_string();
    let jwks_uri = Some(setup.jwks_url(invitation.connection).to_string());
    let own = |app: &&App| app.label == VENDOR;
    if let Some(app) = org.state().apps.iter().find(own) {
        org.update_app(&app.client_id, |app| {
            app.redirect_uris = vec![redirect_uri];
            app.jwks_uri = jwks_uri;
        });
        return app.client_id.clone();
    }
    let all: Vec<String> = shared.catalog.scopes().map(ToString::to_string).collect();
    let login = |who: &str| format!("{who}@{}.example", scenario.organization());
    let app = App {
        label: VENDOR.to_owned(),
        auth_method: AuthMethod::PrivateKeyJwt,
        redirect_uris: vec![redirect_uri],
        jwks_uri,
        granted_scopes: scenario.granted(&all),
        assigned: vec![login("ada"), login("oscar"), login("nora")],
        ..App::default()
    };
    org.add_app(app).client_id
}

/// Whom to sign in as, and what it shows.
pub(super) fn people(org: &OrgHandle, scenario: Scenario) -> Vec<DemoPerson> {
    let shows = |login: &str| match login.split('@').next() {
        Some("ada") => scenario.shows(),
        Some("oscar") => "an organization administrator: in part blocked by the role",
        Some("nora") => "an ordinary user: granted, but of no use",
        _ => "somebody who is not assigned to the app",
    };
    let person = |person: fake_okta::Person| DemoPerson {
        shows: shows(&person.login),
        login: person.login,
        password: person.password,
    };
    org.state().people.into_iter().map(person).collect()
}
