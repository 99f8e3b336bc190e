//! Each act, done as a browser or a program does it. What the service refuses is refused; what it lets
//! happen is noted in the model, where the model allows it.

use grantway::flows::{Checks, Looked, Tempo};
use serde_json::json;
use time::Duration;
use tokio_util::sync::CancellationToken;

use super::acts::{Act, Place, Who};
use super::model::Standing;
use super::world::World;
use crate::support::Answer;
use crate::support::forms::PageForm;

impl World {
    pub async fn perform(&mut self, act: &Act) {
        match *act {
            Act::Invite { tenant } => self.invite(tenant).await,
            Act::Walk {
                browser,
                link,
                place,
                who,
                steps,
            } => {
                let link = link % self.model.links.len();
                self.walk(browser, link, place, who, steps).await;
            }
            Act::AuthorizeAgain { browser, who } => self.authorize_again(browser, who).await,
            Act::Return {
                browser,
                place,
                who,
            } => self.come_back(browser, place, who).await,
            Act::Grant { browser } => self.grant(browser).await,
            Act::HandOff { from, to, who } => self.hand_off(from, to, who).await,
            Act::Disconnect { browser } => self.disconnect(browser).await,
            Act::SignOut { browser } => self.sign_out(browser).await,
            Act::RevokeLink { link } => self.revoke_link(link % self.model.links.len()).await,
            Act::EndSessions { tenant } => self.end_sessions(tenant).await,
            Act::Remove { tenant, person } => self.remove(tenant, person).await,
            Act::DisconnectByVendor { tenant } => {
                let path = format!("/tenants/{}/connection", self.tenants[tenant].id);
                self.vendor.delete(&path).await;
            }
            Act::Activate { tenant } => {
                let path = format!("/tenants/{}/activation", self.tenants[tenant].id);
                self.vendor.post(&path, &json!({})).await;
                self.model.tenants[tenant].held = false;
            }
            Act::Wait { minutes } => {
                self.app.advance(Duration::minutes(minutes));
                self.run_checks().await;
            }
        }
    }

    async fn walk(&mut self, browser: usize, link: usize, place: Place, who: Who, steps: u8) {
        let tenant = self.model.links[link].tenant;
        if !self.model.links[link].revoked {
            self.model.gains(browser, tenant, Standing::Link(link));
        }
        let mut page = self.browsers[browser]
            .follow(&self.model.links[link].url)
            .await;
        for _ in 0..steps {
            let Some(next) = self.step(browser, tenant, &page, place).await else {
                break;
            };
            page = next;
        }
        if let Some(authorize) = page.link("/oauth2/v1/authorize").filter(|_| steps > 8) {
            self.finish(browser, Some(link), (place, who), &authorize)
                .await;
        }
    }

    /// Presses the button of the step that the page shows.
    async fn step(
        &self,
        browser: usize,
        tenant: usize,
        page: &Answer,
        place: Place,
    ) -> Option<Answer> {
        let browser = &self.browsers[browser];
        let origin = self.origin(place);
        let host = origin.trim_start_matches("http://");
        if let Some(form) = page.form("/organization/confirm") {
            let is_it = form.fields.iter().any(|(_, value)| value == host);
            if is_it {
                return Some(browser.submit(&form, &[]).await);
            }
            let mut other = form.clone();
            other.action = form.action.replace("/confirm", "");
            return Some(browser.submit(&other, &[("organization", &origin)]).await);
        }
        if let Some(form) = page.form("/organization") {
            return Some(browser.submit(&form, &[("organization", &origin)]).await);
        }
        if let Some(form) = page.form("/onboarding/app") {
            let client = self.client_id(tenant, place);
            let filled = [
                ("client_auth", "private_key_jwt"),
                ("client_id", client.as_str()),
            ];
            return Some(browser.submit(&form, &filled).await);
        }
        if let Some(form) = opens_beside(page) {
            return Some(browser.submit(&form, &[]).await);
        }
        for ending in ["/begin", "/permissions"] {
            if let Some(form) = page.form(ending) {
                return Some(browser.submit(&form, &[]).await);
            }
        }
        None
    }

    /// From the last page before Okta to wherever the answer leads; a check then shows what works.
    async fn finish(
        &mut self,
        browser: usize,
        link: Option<usize>,
        person: (Place, Who),
        authorize: &str,
    ) -> bool {
        // Whoever meant to go elsewhere signs in where the page leads.
        let Some(place) = self.place_of_address(authorize) else {
            return false;
        };
        let person = (place, person.1);
        let back = self.answer(browser, person, authorize).await;
        let Some(back) = back else { return false };
        let landed = self.browsers[browser].follow(back.as_str()).await;
        self.seen.held += u32::from(landed.url.path().ends_with("/held"));
        let has_landed = self.note_landing(browser, link, person, &landed);
        self.run_checks().await;
        has_landed
    }

    fn note_landing(
        &mut self,
        browser: usize,
        link: Option<usize>,
        person: (Place, Who),
        page: &Answer,
    ) -> bool {
        let Some(tenant) = self.tenant_of_path(page).filter(|_| page.status == 200) else {
            return false;
        };
        let admits = self.model.admits(tenant, link, person);
        if !admits && page.url.path().ends_with("/held") {
            // A colleague with a hand-off reads why their sign-in was not taken, and nothing else: the
            // next look at the tenant's pages finds them shut.
            return false;
        }
        assert!(
            admits || self.model.may_see(browser, tenant, self.now()),
            "{person:?} came back from Okta to the page of tenant {tenant}, whom nothing lets in"
        );
        if admits {
            if let Some(link) = link {
                self.model.tenants[tenant]
                    .let_in
                    .entry(person)
                    .or_insert(link);
            }
            let since = self.now();
            self.model
                .gains(browser, tenant, Standing::Person { person, since });
        }
        true
    }

    async fn run_checks(&self) {
        let tempo = Tempo {
            first_pause: std::time::Duration::from_millis(1),
            ..Tempo::default()
        };
        let checks = Checks::with_tempo(self.app.shared.clone(), tempo);
        for _ in 0..4 {
            let looked = checks.look(&CancellationToken::new()).await.unwrap();
            if !matches!(looked, Looked::Ran(_)) {
                break;
            }
        }
    }

    async fn authorize_again(&mut self, browser: usize, who: Who) {
        let Some((tenant, page)) = self.visible_page(browser).await else {
            return;
        };
        let Some(place) = self.model.tenants[tenant].place else {
            return;
        };
        if let Some(form) = page.form("/authorize") {
            let page = self.browsers[browser].submit(&form, &[]).await;
            if let Some(authorize) = page.link("/oauth2/v1/authorize") {
                self.finish(browser, None, (place, who), &authorize).await;
            }
        }
    }

    async fn come_back(&mut self, browser: usize, place: Place, who: Who) {
        let home = self.browsers[browser].get("/").await;
        let Some(form) = home.form("/sign-in") else {
            return;
        };
        let origin = self.origin(place);
        let page = self.browsers[browser]
            .submit(&form, &[("organization", &origin)])
            .await;
        if let Some(authorize) = page.link("/oauth2/v1/authorize") {
            let is_back = self.finish(browser, None, (place, who), &authorize).await;
            self.seen.returned += u32::from(is_back);
        }
    }

    async fn grant(&mut self, browser: usize) {
        let Some((tenant, _)) = self.visible_page(browser).await else {
            return;
        };
        let Some(place) = self.model.tenants[tenant]
            .place
            .filter(|place| *place != Place::Hostile)
        else {
            return;
        };
        let client = self.client_id(tenant, place);
        let path = format!("/tenants/{}", self.tenants[tenant].id);
        let page = self.browsers[browser]
            .follow(&format!("{path}/grants"))
            .await;
        if let Some(form) = page.form("/grants") {
            let proven = self.model.is_proven(browser, tenant, self.now());
            let may = proven && !self.model.tenants[tenant].held;
            self.browsers[browser].submit(&form, &[]).await;
            let path = format!("/api/v1/apps/{client}/grants");
            let requests = self.org(place).requests_to(&path);
            let written = requests.iter().any(|request| request.method == "POST");
            assert!(
                may || !written,
                "written in Okta without a Super Administrator of a moment ago"
            );
            self.seen.written += u32::from(written);
        }
    }

    async fn hand_off(&mut self, from: usize, to: usize, who: Who) {
        let Some((tenant, page)) = self.visible_page(from).await else {
            return;
        };
        let Some(form) = page.form("/hand-off") else {
            return;
        };
        let made = self.browsers[from]
            .submit(&form, &[("reason", "please")])
            .await;
        let Some(link) = made
            .between("/onboard/", "\"")
            .or_else(|| made.between("/onboard/", "<"))
        else {
            return;
        };
        let link = format!(
            "{}/onboard/{}",
            self.app.url,
            link.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
                .next()
                .unwrap()
        );
        let mut page = self.browsers[to].follow(&link).await;
        if let Some(form) = opens_beside(&page) {
            page = self.browsers[to].submit(&form, &[]).await;
        }
        if let Some(form) = page.form("/begin") {
            page = self.browsers[to].submit(&form, &[]).await;
        }
        let place = self.model.tenants[tenant].place.unwrap();
        if let Some(authorize) = page.link("/oauth2/v1/authorize") {
            self.finish(to, None, (place, who), &authorize).await;
        }
    }
}

/// The form of the page that asks before a link is opened beside what the browser holds.
fn opens_beside(page: &Answer) -> Option<PageForm> {
    let asks = page.url.path().starts_with("/onboard/");
    page.forms()
        .into_iter()
        .find(|form| asks && form.action == page.url.path())
}
