//! What is looked at after each act.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::acts::{Act, Place, Who};
use super::world::{HONEST, World};
use crate::support::browser::TRIPWIRE;

impl World {
    /// Checks every invariant; `act` is what was done last.
    pub async fn look(&mut self, act: &Act) {
        while self.app.revoke_once().await {}
        self.note_connections(act).await;
        self.look_at_pages().await;
        self.look_at_workers().await;
        self.look_at_okta(act);
        self.look_at_the_hostile_place();
        self.look_at_identities().await;
    }

    /// The rows of every tenant that the act is not about, before it.
    pub async fn others(&self, act: &Act) -> BTreeMap<usize, String> {
        let mut others = BTreeMap::new();
        for tenant in 0..self.tenants.len() {
            if !self.concerns(act, tenant) {
                others.insert(tenant, self.rows(tenant).await);
            }
        }
        others
    }

    /// They are the same afterwards.
    pub async fn look_at_others(&self, act: &Act, before: BTreeMap<usize, String>) {
        for (tenant, before) in before {
            let after = self.rows(tenant).await;
            let new = after
                .lines()
                .find(|row| !before.lines().any(|was| was == *row));
            assert_eq!(new, None, "{act:?} changed tenant {tenant}");
        }
    }

    /// Without the lines of the trail that tell, every few seconds, which tokens a worker got, and
    /// without the ends of sessions: a browser's own ends where the browser signs in elsewhere.
    async fn rows(&self, tenant: usize) -> String {
        let rows = self
            .app
            .database
            .snapshot(Some(self.tenants[tenant].id))
            .await;
        let kept = rows.lines().filter(|row| !row.contains("token.issued"));
        kept.map(without_end).collect::<Vec<_>>().join("\n")
    }

    fn concerns(&self, act: &Act, of: usize) -> bool {
        let model = &self.model;
        let link = |link: usize| model.links[link % model.links.len()].tenant;
        match *act {
            Act::Invite { tenant }
            | Act::EndSessions { tenant }
            | Act::Remove { tenant, .. }
            | Act::DisconnectByVendor { tenant }
            | Act::Activate { tenant } => tenant == of,
            Act::Walk { link: opened, .. } | Act::RevokeLink { link: opened } => link(opened) == of,
            Act::AuthorizeAgain { browser, .. }
            | Act::Grant { browser }
            | Act::Disconnect { browser }
            | Act::SignOut { browser }
            | Act::HandOff { from: browser, .. } => model.standings[browser].contains_key(&of),
            Act::Return { place, .. } => model.tenants[of].place == Some(place),
            Act::Wait { .. } => true,
        }
    }

    /// A tenant's place changes once, from none; what works never shrinks without an end.
    async fn note_connections(&mut self, act: &Act) {
        for tenant in 0..self.tenants.len() {
            let status = self.status(tenant).await;
            let state = status["connection"]["state"].as_str().unwrap();
            let place = status["connection"]["organization"]
                .as_str()
                .and_then(|origin| self.place_of(origin));
            let is_live = !matches!(state, "pending" | "disconnected");
            let works = works(&status);
            let held = &mut self.model.tenants[tenant];
            if is_live && !held.connected {
                match place {
                    Some(Place::Hostile) => self.seen.connected_hostile += 1,
                    _ => self.seen.connected += 1,
                }
            }
            self.seen.disconnected += u32::from(held.connected && !is_live);
            if is_live {
                if let Some(before) = held.place {
                    assert_eq!(place, Some(before), "{act:?} moved tenant {tenant}");
                }
                held.place = place;
                assert!(
                    works >= held.working || matches!(act, Act::Wait { .. } | Act::Grant { .. }),
                    "{act:?} left {works} of {} permissions of tenant {tenant}",
                    held.working
                );
                held.working = held.working.max(works);
            } else {
                held.working = 0;
            }
            held.connected = is_live;
            held.held = state == "on_hold";
        }
    }

    async fn look_at_pages(&self) {
        for (number, browser) in self.browsers.iter().enumerate() {
            for (tenant, facts) in self.tenants.iter().enumerate() {
                let may = self.model.may_see(number, tenant, self.now());
                for path in ["", "/people", "/disconnect"] {
                    let page = browser.get(&format!("/tenants/{}{path}", facts.id)).await;
                    assert!(
                        may || page.status != 200,
                        "browser {number} sees {path} of tenant {tenant}: {}",
                        page.words()
                    );
                }
            }
        }
    }

    /// Workers get a token of a connected tenant alone, and only for the organization that it is of.
    async fn look_at_workers(&mut self) {
        for tenant in 0..self.tenants.len() {
            let path = format!("/tenants/{}/access-token", self.tenants[tenant].id);
            let given = self.worker.post(&path, &json!({})).await;
            let held = &self.model.tenants[tenant];
            if given.status == 200 {
                assert!(
                    held.connected && !held.held,
                    "a worker got a token of tenant {tenant}, which is {held:?}"
                );
                let organization = given.json()["organization"].as_str().unwrap().to_owned();
                assert_eq!(self.place_of(&organization), held.place);
            }
        }
    }

    /// Tokens at Okta: at most one sign-in of each connection lives there, none of an ended one; what
    /// writes is the token of a Super Administrator; nothing of elsewhere ever arrives.
    fn look_at_okta(&mut self, act: &Act) {
        for place in HONEST {
            let org = self.org(place);
            for tenant in 0..self.tenants.len() {
                let client = self.client_id(tenant, place);
                let living = org.live_refresh_tokens_of(&client);
                let held = &self.model.tenants[tenant];
                let most = usize::from(held.connected && held.place == Some(place));
                assert!(
                    living <= most,
                    "{living} sign-ins of tenant {tenant} live at {place:?} after {act:?}"
                );
            }
            let (refresh, access) = org.live_tokens();
            for token in refresh.into_iter().chain(access) {
                self.secrets.entry(token).or_insert(place);
            }
            for request in org.requests() {
                let sent = format!(
                    "{:?} {:?} {:?}",
                    request.query, request.headers, request.form
                );
                let foreign = self
                    .secrets
                    .iter()
                    .find(|(secret, of)| **of != place && sent.contains(secret.as_str()));
                assert!(
                    foreign.is_none(),
                    "{place:?} received a secret of {:?}",
                    foreign.map(|(_, of)| of)
                );
                if request.method == "POST" && request.path.ends_with("/grants") {
                    let writer = request.bearer().and_then(|token| org.bearer_of(token));
                    let login = Self::login((place, Who::Ada));
                    assert_eq!(writer.as_deref(), Some(login.as_str()), "who wrote in Okta");
                }
            }
            org.clear_requests();
        }
    }

    fn look_at_the_hostile_place(&self) {
        for heard in self.hostile.heard() {
            let text = format!("{heard:?}").replace("fakeokta_hostile", "its own");
            assert!(
                !text.contains(TRIPWIRE),
                "a secret of an honest organization's was sent to the hostile one: {text}"
            );
        }
        self.hostile.forget();
    }

    /// One organization, one origin, and the reverse.
    async fn look_at_identities(&self) {
        let rows = self
            .app
            .database
            .column("SELECT DISTINCT organization_id || ' ' || organization_origin FROM connections WHERE organization_id IS NOT NULL AND connected_at IS NOT NULL")
            .await;
        let (mut ids, mut origins) = (BTreeMap::new(), BTreeMap::new());
        for row in &rows {
            let (id, origin) = row.split_once(' ').unwrap();
            *ids.entry(id.to_owned()).or_insert(0) += 1;
            *origins.entry(origin.to_owned()).or_insert(0) += 1;
        }
        assert!(
            ids.values()
                .chain(origins.values())
                .all(|count| *count == 1),
            "{rows:?}"
        );
    }
}

fn without_end(row: &str) -> String {
    match row.strip_prefix("sessions ") {
        Some(session) => {
            let mut session: Value = serde_json::from_str(session).unwrap();
            session.as_object_mut().unwrap().remove("revoked_at");
            session.to_string()
        }
        None => row.to_owned(),
    }
}

/// The permissions that work, as the API tells them.
fn works(status: &Value) -> usize {
    let categories = status["categories"].as_array().unwrap();
    categories
        .iter()
        .flat_map(|category| category["scopes"].as_array().unwrap())
        .filter(|scope| matches!(scope["state"].as_str(), Some("effective" | "unverified")))
        .count()
}
