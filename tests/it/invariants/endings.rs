//! Acts that end something, by whoever may.

use grantway::domain::audit::Actor;
use grantway::flows::Doors;

use super::model::Standing;
use super::world::World;

impl World {
    pub(super) async fn disconnect(&mut self, browser: usize) {
        let Some((tenant, _)) = self.visible_page(browser).await else {
            return;
        };
        let path = format!("/tenants/{}/disconnect", self.tenants[tenant].id);
        let page = self.browsers[browser].follow(&path).await;
        if let Some(form) = page.form("/disconnect") {
            let is_proven = self.model.is_proven(browser, tenant, self.now());
            self.browsers[browser].submit(&form, &[]).await;
            if self.state(tenant).await == "disconnected" {
                assert!(
                    is_proven,
                    "tenant {tenant} was disconnected without a Super Administrator of a moment ago"
                );
            }
        }
    }

    pub(super) async fn sign_out(&mut self, browser: usize) {
        let Some((tenant, page)) = self.visible_page(browser).await else {
            return;
        };
        if let Some(form) = page.form("/sign-out") {
            self.browsers[browser].submit(&form, &[]).await;
            let standings = self.model.standings[browser].get_mut(&tenant).unwrap();
            standings.retain(|standing| matches!(standing, Standing::Link(_)));
        }
    }

    pub(super) async fn revoke_link(&mut self, link: usize) {
        let held = &self.model.links[link];
        let path = format!(
            "/tenants/{}/links/{}",
            self.tenants[held.tenant].id, held.id
        );
        self.vendor.delete(&path).await;
        self.model.revoke(link);
    }

    pub(super) async fn end_sessions(&mut self, tenant: usize) {
        let doors = Doors::new(self.app.shared.clone());
        let id = self.tenants[tenant].id;
        doors
            .close_sessions(id, None, Actor::CommandLine)
            .await
            .unwrap();
        self.model.end_sessions(tenant);
    }

    /// The vendor removes one of the people of the list.
    pub(super) async fn remove(&mut self, tenant: usize, nth: usize) {
        let path = format!("/tenants/{}/people", self.tenants[tenant].id);
        let listed = self.vendor.get(&path).await.json();
        let people = listed["people"].as_array().cloned().unwrap_or_default();
        let Some(person) = people.get(nth % people.len().max(1)) else {
            return;
        };
        let id = person["id"].as_str().unwrap();
        let removed = self.vendor.delete(&format!("{path}/{id}")).await;
        assert!(removed.status < 300, "{}", removed.body);
        let of = self.person_of(person).await;
        self.model.tenants[tenant].let_in.remove(&of);
        self.seen.removed += 1;
    }
}
