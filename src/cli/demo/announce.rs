//! What the demo prints when it is ready: for people, or one line for scripts.

use std::fmt::Write;

use fake_okta::FakeOkta;
use serde_json::{Value, json};

use super::organizations::{Link, people};

/// The addresses of a running demo.
pub(super) struct Announcement<'a> {
    pub url: String,
    pub admin_url: String,
    pub database_url: String,
    pub links: &'a [Link],
}

impl Announcement<'_> {
    pub(super) fn as_json(&self, fake: &FakeOkta) -> Value {
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
        json!({
            "url": self.url,
            "admin_url": self.admin_url,
            "database_url": self.database_url,
            "okta": okta.collect::<Vec<_>>(),
            "links": links.collect::<Vec<_>>(),
        })
    }

    pub(super) fn in_words(&self, fake: &FakeOkta) -> String {
        let mut text = String::new();
        for (number, link) in self.links.iter().enumerate() {
            let org = fake.org(link.scenario.organization());
            let heading = if number == 0 {
                "Open this link to begin"
            } else {
                "Another customer"
            };
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
        let _ = write!(
            text,
            "\ngrantway is at {}, its health at {}/readyz.\nOkta is played by a stand-in; nothing leaves this machine. Ctrl-C stops everything.",
            self.url, self.admin_url
        );
        text
    }
}
