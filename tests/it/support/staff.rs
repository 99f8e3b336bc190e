//! The vendor's own people: their organization in the fake, and their way in.

use fake_okta::{App, FakeOkta, GroupsClaim, OrgSeed, Person, Role};
use url::Url;

use super::app::TestApp;
use super::browser::{Answer, Browser};

/// The vendor's organization in the fake.
pub const ORGANIZATION: &str = "northvault";
pub const SUPPORT_GROUP: &str = "Customer Support";
pub const OPERATOR_GROUP: &str = "Platform Operators";
/// The staff's cookie, on a loopback address.
pub const COOKIE: &str = "grantway-staff";

/// Somebody with the role `support`, and another one.
pub const SAM: &str = "sam@northvault.example";
pub const SUE: &str = "sue@northvault.example";
/// Somebody with the role `operator`.
pub const OLGA: &str = "olga@northvault.example";
/// Somebody whom no group lets in.
pub const NICK: &str = "nick@northvault.example";

/// Where the staff sign in.
#[derive(Debug, Clone, Copy)]
pub enum StaffAt {
    /// At the organization `northvault` of the fake Okta.
    Okta,
    /// At this issuer, as this client with this secret.
    Issuer(&'static str, &'static str, &'static str),
    NotSetUp,
}

pub fn seed() -> OrgSeed {
    let person = |login: &str, groups: &[&str]| Person {
        groups: groups.iter().map(ToString::to_string).collect(),
        ..Person::new(login, Role::None)
    };
    OrgSeed {
        name: ORGANIZATION.to_owned(),
        people: vec![
            person(SAM, &["Everyone", SUPPORT_GROUP]),
            person(SUE, &["Everyone", SUPPORT_GROUP]),
            person(OLGA, &["Everyone", OPERATOR_GROUP]),
            person(NICK, &["Everyone", "customer support"]),
        ],
        ..OrgSeed::default()
    }
}

/// Registers the service at `url` as the staff's app.
pub fn register(fake: &FakeOkta, url: &str) {
    fake.org(ORGANIZATION).add_app(App {
        label: "Staff".to_owned(),
        everyone: true,
        groups_claim: Some(GroupsClaim::All),
        redirect_uris: vec![format!("{url}/staff/callback")],
        post_logout_redirect_uris: vec![format!("{url}/staff/signed-out")],
        ..App::default()
    });
}

/// The staff's app.
pub fn app(fake: &FakeOkta) -> App {
    let apps = fake.org(ORGANIZATION).state().apps;
    apps.into_iter().next().unwrap()
}

impl StaffAt {
    pub fn variables(self, fake: &FakeOkta) -> Vec<(&'static str, String)> {
        let (issuer, client_id, secret) = match self {
            Self::NotSetUp => return Vec::new(),
            Self::Issuer(issuer, client_id, secret) => {
                (issuer.to_owned(), client_id.to_owned(), secret.to_owned())
            }
            Self::Okta => {
                let app = app(fake);
                let issuer = fake.org(ORGANIZATION).origin().to_owned();
                (issuer, app.client_id, app.client_secret.unwrap())
            }
        };
        vec![
            ("GRANTWAY_STAFF_ISSUER", issuer),
            ("GRANTWAY_STAFF_CLIENT_ID", client_id),
            ("GRANTWAY_STAFF_CLIENT_SECRET", secret),
            ("GRANTWAY_SUPPORT_GROUP", SUPPORT_GROUP.to_owned()),
            ("GRANTWAY_OPERATOR_GROUP", OPERATOR_GROUP.to_owned()),
        ]
    }
}

impl Browser {
    /// Opens the sign-in page; gives the provider's address that it leads to.
    pub async fn staff_departure(&self, return_to: Option<&str>) -> String {
        let path = match return_to {
            Some(path) => {
                let query = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("return_to", path)
                    .finish();
                format!("/staff/sign-in?{query}")
            }
            None => "/staff/sign-in".to_owned(),
        };
        let page = self.get(&path).await;
        page.assert_status(200).link("response_type=code").unwrap()
    }

    /// Signs in at the provider, anew; gives the address on the way back, not yet opened.
    pub async fn staff_way_back(&self, login: &str) -> Url {
        self.forget_elsewhere();
        let departure = self.staff_departure(None).await;
        self.sign_in_at_okta(&departure, login).await
    }

    /// Ways to the provider that are begun before anybody signs in, as in several tabs.
    pub async fn staff_departures(&self, count: usize) -> Vec<String> {
        let mut departures = Vec::new();
        for _ in 0..count {
            departures.push(self.staff_departure(None).await);
        }
        departures
    }

    /// Goes one of them, as somebody whom the provider asks anew; gives the address on the way back.
    pub async fn depart_as(&self, departure: &str, login: &str) -> Url {
        self.forget_elsewhere();
        self.sign_in_at_okta(departure, login).await
    }

    /// The whole way in, to whatever page that ends on.
    pub async fn sign_in_as_staff(&self, login: &str) -> Answer {
        let back = self.staff_way_back(login).await;
        self.follow(back.as_str()).await
    }

    pub fn staff_cookie(&self) -> Option<String> {
        self.own_cookie(COOKIE)
    }
}

impl TestApp {
    /// A browser in which this one of the vendor's people is signed in.
    pub async fn staff_browser(&self, login: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in_as_staff(login).await.assert_status(200);
        browser
    }
}
