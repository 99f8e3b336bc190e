//! The onboarding as a person walks it: a service, a browser, an invitation, and the steps as verbs.

use fake_okta::AuthMethod;
use grantway::flows::{Invite, InviteRequest};
use grantway::vault;
use thirtyfour::prelude::*;

use crate::chrome::Chrome;
use crate::support::app::Invited;
use crate::support::{Settings, TestApp};
use crate::tab::Tab;

pub const ADA: &str = "ada@acme.example";
/// The account at the vendor.
pub const ACCOUNT: &str = "Acme Europe";

/// Everything that a journey needs. It ends in this order, also when the journey fails.
pub struct Scene {
    pub tab: Tab,
    pub chrome: Chrome,
    pub app: TestApp,
}

impl Scene {
    /// `None` where there is no browser.
    pub async fn open() -> Option<Self> {
        Self::open_with(Settings::default()).await
    }

    pub async fn open_with(settings: Settings) -> Option<Self> {
        let chrome = Chrome::start().await?;
        let app = TestApp::start_with(settings).await;
        let tab = chrome.browser(&app.url).await;
        Some(Self { tab, chrome, app })
    }

    /// Puts another browser in the place of the first one.
    pub async fn without_javascript(mut self) -> Self {
        let tab = self.chrome.browser_without_javascript(&self.app.url).await;
        std::mem::replace(&mut self.tab, tab).close().await;
        self
    }

    pub fn acme(&self) -> String {
        self.app.org("acme").origin().to_owned()
    }

    /// A link for an organization that the vendor does not know yet; nothing is set up in Okta.
    pub async fn link(&self) -> String {
        let request = InviteRequest {
            name: ACCOUNT.to_owned(),
            ..InviteRequest::default()
        };
        let invite = Invite::new(self.app.shared.clone());
        let invitation = invite.invite(&request).await.unwrap();
        vault::disclose(&invitation.link).to_owned()
    }

    /// A link, and in Okta an app that was granted all but `missing`, assigned to everybody.
    pub async fn invite_without(&self, missing: &[&str]) -> Invited {
        let catalog = self.app.catalog();
        let granted: Vec<String> = catalog
            .into_iter()
            .filter(|scope| !missing.contains(&scope.as_str()))
            .collect();
        self.app
            .invite_named(ACCOUNT, "acme", AuthMethod::PrivateKeyJwt, &granted)
            .await
    }

    /// From the link to the page before Okta.
    pub async fn walk_to_sign_in(&self, invited: &Invited) {
        let tab = &self.tab;
        tab.walk_to_app(&invited.link, None).await;
        tab.enter("client_id", &invited.client_id).await;
        tab.press("Check and continue").await;
        tab.arrive("/onboarding/sign-in").await;
    }

    /// From the link to the status page, signed in at Okta as `login`.
    pub async fn connect(&self, invited: &Invited, login: &str) -> String {
        self.walk_to_sign_in(invited).await;
        self.tab.press("Continue to 127.0.0.1").await;
        self.tab.sign_in_at_okta(login).await;
        let status = format!("/tenants/{}", invited.tenant);
        self.tab.arrive(&status).await;
        status
    }

    pub async fn end(mut self) {
        self.tab.close().await;
        self.chrome.stop().await;
        self.app.stop().await;
    }
}

impl Tab {
    /// From the link to the step *The app in Okta*. The organization is typed where none is pinned.
    pub async fn walk_to_app(&self, link: &str, organization: Option<&str>) {
        self.open(link).await;
        self.walk_on_to_app(organization).await;
    }

    /// The same, with the link open.
    pub async fn walk_on_to_app(&self, organization: Option<&str>) {
        self.arrive("/onboarding").await;
        self.press("Begin").await;
        self.arrive("/onboarding/organization").await;
        self.find_organization(organization).await;
        self.press("Yes, continue").await;
        self.arrive("/onboarding/permissions").await;
        self.press("Continue").await;
        self.arrive("/onboarding/app").await;
    }

    pub async fn find_organization(&self, organization: Option<&str>) {
        if let Some(organization) = organization {
            self.enter("organization", organization).await;
        }
        self.press("Look it up").await;
        self.find(By::XPath("//button[.='Yes, continue']")).await;
    }
}
