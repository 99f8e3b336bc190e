//! What the demo prints when it is ready: for people, or one line for scripts.

use std::fmt::Write;

use fake_okta::FakeOkta;
use serde::Serialize;
use serde_json::{Value, json};

use super::api_keys::DemoKeys;
use super::organizations::{Link, people};
use super::staff::members;
use crate::vault;

/// The addresses of a running demo.
pub(super) struct Announcement<'a> {
    pub url: String,
    pub admin_url: String,
    pub database_url: String,
    pub links: &'a [Link],
    pub api_keys: &'a DemoKeys,
}

/// The line for scripts, in this order: a script that looks for the first `url` finds the demo's own.
#[derive(Serialize)]
pub(super) struct Said<'a> {
    url: &'a str,
    admin_url: &'a str,
    database_url: &'a str,
    okta: Vec<Value>,
    links: Vec<Value>,
    api_keys: Value,
    staff: Vec<Value>,
}

impl Announcement<'_> {
    pub(super) fn as_json(&self, fake: &FakeOkta) -> Said<'_> {
        let okta = self.links.iter().map(|link| {
            let org = fake.org(link.scenario.organization());
            let people = people(&org, link.scenario).into_iter().map(
                |person| json!({ "login": person.login, "password": person.password, "shows": person.shows }),
            );
            json!({
                "origin": org.origin(),
                "people": people.collect::<Vec<_>>(),
                "client_id": link.client_id,
                "admin_console": format!("{}/admin/apps", org.origin()),
            })
        });
        let links = self.links.iter().map(
            |link| json!({ "tenant": link.tenant, "url": link.url, "shows": link.scenario.shows() }),
        );
        let staff = members(fake).into_iter().filter_map(|member| {
            let role = member.role?.code();
            Some(json!({ "login": member.login, "password": member.password, "role": role }))
        });
        Said {
            url: &self.url,
            admin_url: &self.admin_url,
            database_url: &self.database_url,
            okta: okta.collect(),
            links: links.collect(),
            api_keys: self.api_keys.as_json(),
            staff: staff.collect(),
        }
    }

    /// The link to begin with comes last, where the eye is when the demo is ready.
    pub(super) fn in_words(&self, fake: &FakeOkta) -> String {
        let mut text = String::new();
        let (first, others) = match self.links.split_first() {
            Some((first, others)) => (Some(first), others),
            None => (None, &[][..]),
        };
        for link in others {
            describe(&mut text, "Another customer", link, fake);
        }
        self.describe_staff(&mut text, fake);
        let _ = write!(
            text,
            "\ngrantway is at {}, its health at {}/readyz.\nOkta is played by a stand-in; nothing leaves this machine. Ctrl-C stops everything.\n",
            self.url, self.admin_url
        );
        let _ = write!(
            text,
            "\nThe API is described at {url}/api/docs. A call of it, with this run's key for onboarding:\n\n    curl -H 'Authorization: Bearer {key}' {url}/api/v1/tenants\n",
            url = self.url,
            key = vault::disclose(&self.api_keys.onboarding),
        );
        if let Some(link) = first {
            describe(&mut text, "Open this link to begin", link, fake);
        }
        text
    }
}

impl Announcement<'_> {
    /// The vendor's side: where its own people sign in, and as whom.
    fn describe_staff(&self, text: &mut String, fake: &FakeOkta) {
        let _ = writeln!(text, "\nThe vendor's own staff: {}/support\n", self.url);
        let _ = writeln!(text, "  Sign in at the vendor's Okta as");
        for member in members(fake) {
            let shows = match member.role {
                Some(role) => format!("the role {role}"),
                None => "somebody in neither group: is not let in".to_owned(),
            };
            let _ = writeln!(
                text,
                "    {:22} {:20} {shows}",
                member.login, member.password
            );
        }
    }
}

/// One customer: the link, and whom to sign in as.
fn describe(text: &mut String, heading: &str, link: &Link, fake: &FakeOkta) {
    let org = fake.org(link.scenario.organization());
    let _ = writeln!(
        text,
        "\n{heading}: {} ({})\n\n    {}\n",
        link.tenant,
        link.scenario.shows(),
        link.url
    );
    let _ = writeln!(
        text,
        "  The app's client ID, when you are asked for it   {}",
        link.client_id
    );
    let _ = writeln!(
        text,
        "  Or make an app of your own in its Admin Console  {}/admin/apps",
        org.origin()
    );
    let _ = writeln!(text, "  Sign in at Okta as");
    for person in people(&org, link.scenario) {
        let _ = writeln!(
            text,
            "    {:22} {:20} {}",
            person.login, person.password, person.shows
        );
    }
}
