//! What the vendor's support does, as verbs: looks a customer up, says why, reads what the page says.

use grantway::flows::LookUpIndex;
use thirtyfour::prelude::*;

use crate::onboarding::Scene;
use crate::support::app::Invited;
use crate::tab::Tab;

pub const REASON: &str = "Ticket 4711: backups stopped";

impl Scene {
    /// A browser of its own in which one of the vendor's people is signed in, at the look-up.
    pub async fn staff(&self, login: &str) -> Tab {
        let tab = self.chrome.browser(&self.app.url).await;
        tab.sign_staff_in("/support", login).await;
        tab.arrive("/support").await;
        tab
    }

    /// Lets the look-up know of everything that has happened, as its worker does within seconds.
    pub async fn index(&self) {
        let index = LookUpIndex::new(self.app.shared.clone());
        while index.step().await.unwrap() > 0 {}
    }
}

/// The path of a customer's page.
pub fn page_of(invited: &Invited) -> String {
    format!("/support/tenants/{}", invited.tenant)
}

impl Tab {
    /// Types into the search box and presses *Search*.
    pub async fn look_up(&self, text: &str) {
        self.enter("q", text).await;
        self.press("Search").await;
        self.find_results_of(text).await;
    }

    /// Waits for the page that answers a search.
    pub async fn find_results_of(&self, text: &str) {
        self.until(format!("what “{text}” leads to"), async || {
            let url = self.url().await;
            url.query_pairs()
                .any(|(name, value)| name == "q" && value == text)
        })
        .await;
        self.find(By::Id("found")).await;
    }

    /// The names of those who were found, in order.
    pub async fn found(&self) -> Vec<String> {
        let names =
            "[...document.querySelectorAll('[data-found] strong')].map(name => name.innerText)";
        serde_json::from_value(self.js(names).await).unwrap()
    }

    /// Opens a customer's page, for the usual reason.
    pub async fn visit(&self, invited: &Invited) {
        self.open(&page_of(invited)).await;
        self.find_heading("Why are you looking at").await;
        self.enter("reason", REASON).await;
        self.press("Open").await;
        self.find(By::Id("cause")).await;
    }

    /// The cause, in its one sentence.
    pub async fn cause(&self) -> String {
        self.find(By::Id("cause")).await.text().await.unwrap()
    }

    /// What to tell the customer.
    pub async fn tell(&self) -> String {
        let told = self.find(By::Css(".tell p")).await;
        told.text().await.unwrap()
    }
}
