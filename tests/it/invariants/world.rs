//! The service under test with everything around it: organizations, people, browsers and a program.

use std::collections::BTreeMap;

use fake_okta::{App as OktaApp, AuthMethod, OrgHandle};
use grantway::domain::api_key::ApiRole;
use grantway::domain::id::TenantId;
use grantway::flows::{AppSetup, AuditTrail, Invite, InviteRequest};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;

use super::acts::{Place, Who};
use super::model::{Link, Model, Person};
use crate::api::caller::Caller;
use crate::support::hostile::HostileOrg;
use crate::support::{Answer, Browser, Settings, TestApp};

pub struct Tenant {
    pub id: TenantId,
    /// The app for it at each honest organization.
    apps: BTreeMap<Place, String>,
}

pub struct World {
    pub app: TestApp,
    pub hostile: HostileOrg,
    pub tenants: Vec<Tenant>,
    pub browsers: Vec<Browser>,
    /// The vendor's program for onboarding, and its worker.
    pub vendor: Caller,
    pub worker: Caller,
    pub model: Model,
    /// Where each secret that was ever seen belongs.
    pub secrets: BTreeMap<String, Place>,
    pub seen: Seen,
}

/// How often what matters happened, so that sequences in which nothing does prove nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// Connections at an honest organization, and at the hostile one.
    pub connected: u32,
    pub connected_hostile: u32,
    /// Sign-ins that would have made a connection weaker.
    pub held: u32,
    /// Grants that were written in Okta.
    pub written: u32,
    /// People who came back by the front page.
    pub returned: u32,
    pub disconnected: u32,
    pub removed: u32,
}

impl Seen {
    pub fn and(self, more: Self) -> Self {
        Self {
            connected: self.connected + more.connected,
            connected_hostile: self.connected_hostile + more.connected_hostile,
            held: self.held + more.held,
            written: self.written + more.written,
            returned: self.returned + more.returned,
            disconnected: self.disconnected + more.disconnected,
            removed: self.removed + more.removed,
        }
    }

    #[track_caller]
    pub fn assert_enough(self, sequences: u32) {
        let often = self.connected >= sequences / 4 && self.connected_hostile >= sequences / 12;
        let all = [
            self.held,
            self.written,
            self.returned,
            self.disconnected,
            self.removed,
        ];
        assert!(
            often && all.iter().all(|count| *count > 0),
            "too little happened: {self:?}"
        );
    }
}

/// What every app lacks, so that *Grant them for me* has something to write.
const LEFT_OUT: &str = "okta.groups.manage";

pub const HONEST: [Place; 2] = [Place::Acme, Place::Globex];

impl World {
    pub async fn new(hold: bool) -> Self {
        let hostile = HostileOrg::start().await;
        let settings = Settings {
            hold_new_connections: hold,
            listed_origins: hostile.listed(),
            ..Settings::default()
        };
        let app = TestApp::start_with(settings).await;
        let mut world = Self {
            hostile,
            tenants: Vec::new(),
            browsers: (0..3).map(|_| app.browser()).collect(),
            vendor: app.caller(ApiRole::Onboarding).await,
            worker: app.caller(ApiRole::Worker).await,
            model: Model::default(),
            secrets: BTreeMap::new(),
            seen: Seen::default(),
            app,
        };
        for tenant in 0..2 {
            world.make_tenant(tenant).await;
        }
        world
    }

    async fn make_tenant(&mut self, tenant: usize) {
        let request = InviteRequest {
            name: format!("Tenant {tenant}"),
            ..InviteRequest::default()
        };
        let shared = self.app.shared.clone();
        let made = Invite::new(shared.clone()).invite(&request).await.unwrap();
        let setup = AppSetup::new(shared);
        let mut granted = self.app.catalog();
        granted.retain(|scope| scope != LEFT_OUT);
        let apps = HONEST.map(|place| {
            let app = self.org(place).add_app(OktaApp {
                label: format!("Tenant {tenant}"),
                auth_method: AuthMethod::PrivateKeyJwt,
                redirect_uris: vec![setup.redirect_uri(made.connection).to_string()],
                jwks_uri: Some(setup.jwks_url(made.connection).to_string()),
                granted_scopes: granted.clone(),
                everyone: true,
                ..OktaApp::default()
            });
            (place, app.client_id)
        });
        self.tenants.push(Tenant {
            id: made.tenant,
            apps: apps.into(),
        });
        self.invite(tenant).await;
    }

    /// Another link, by the vendor's program.
    pub async fn invite(&mut self, tenant: usize) {
        let path = format!("/tenants/{}/links", self.tenants[tenant].id);
        let made = self.vendor.post(&path, &json!({})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        self.model.links.push(Link {
            url: made["url"].as_str().unwrap().to_owned(),
            id: made["id"].as_str().unwrap().to_owned(),
            tenant,
            revoked: false,
        });
    }

    pub fn now(&self) -> OffsetDateTime {
        self.app.shared.clock.now()
    }

    pub fn org(&self, place: Place) -> OrgHandle {
        self.app.org(match place {
            Place::Acme => "acme",
            Place::Globex => "globex",
            Place::Hostile => unreachable!("it is no organization of the fake's"),
        })
    }

    pub fn origin(&self, place: Place) -> String {
        match place {
            Place::Hostile => self.hostile.origin().to_owned(),
            honest => self.org(honest).origin().to_owned(),
        }
    }

    pub fn place_of(&self, origin: &str) -> Option<Place> {
        let places = [Place::Acme, Place::Globex, Place::Hostile];
        places.into_iter().find(|place| {
            self.origin(*place)
                .contains(origin.trim_start_matches("http://"))
        })
    }

    pub fn client_id(&self, tenant: usize, place: Place) -> String {
        let apps = &self.tenants[tenant].apps;
        // The hostile place takes any app, also one of the honest ones' names.
        apps.get(&place)
            .unwrap_or_else(|| &apps[&Place::Acme])
            .clone()
    }

    pub fn login((place, who): Person) -> String {
        let name = match who {
            Who::Ada => "ada",
            Who::Oscar => "oscar",
            Who::Nora => "nora",
        };
        match place {
            Place::Globex => format!("{name}@globex.example"),
            // The hostile place vouches for acme's people.
            Place::Acme | Place::Hostile => format!("{name}@acme.example"),
        }
    }

    /// Signs in at Okta; where Okta sends the browser.
    pub async fn answer(&self, browser: usize, person: Person, authorize: &str) -> Option<Url> {
        let browser = &self.browsers[browser];
        browser.forget_elsewhere();
        let login = Self::login(person);
        if authorize.starts_with(self.hostile.origin()) {
            // Whoever was meant to sign in, here it is the attacker who says who did.
            let subject = self.org(Place::Acme).person(&login)?.id;
            self.hostile.vouches_for(&subject);
            return browser.get(authorize).await.location();
        }
        Some(browser.sign_in_at_okta(authorize, &login).await)
    }

    pub fn place_of_address(&self, address: &str) -> Option<Place> {
        self.place_of(&Url::parse(address).ok()?.origin().ascii_serialization())
    }

    /// The tenant whose page this is.
    pub fn tenant_of_path(&self, page: &Answer) -> Option<usize> {
        let path = page.url.path().strip_prefix("/tenants/")?;
        // Whom a link lets in although their sign-in was held.
        let path = path.strip_suffix("/held").unwrap_or(path).to_owned();
        self.tenants
            .iter()
            .position(|tenant| tenant.id.to_string() == path)
    }

    /// A tenant's page that this browser is shown, and which.
    pub async fn visible_page(&self, browser: usize) -> Option<(usize, Answer)> {
        for (number, tenant) in self.tenants.iter().enumerate() {
            let page = self.browsers[browser]
                .get(&format!("/tenants/{}", tenant.id))
                .await;
            if page.status == 200 && self.model.tenants[number].place.is_some() {
                return Some((number, page));
            }
        }
        None
    }

    pub async fn status(&self, tenant: usize) -> Value {
        let path = format!("/tenants/{}/status", self.tenants[tenant].id);
        let told = self.vendor.get(&path).await;
        assert_eq!(told.status, 200, "{}", told.body);
        told.json()
    }

    pub async fn state(&self, tenant: usize) -> String {
        let status = self.status(tenant).await;
        status["connection"]["state"].as_str().unwrap().to_owned()
    }

    /// Who a row of the API's list of people is.
    pub async fn person_of(&self, row: &Value) -> Person {
        let place = self.place_of(row["issuer"].as_str().unwrap()).unwrap();
        let id = row["id"].as_str().unwrap();
        let subject = format!("SELECT okta_user_id FROM people WHERE id = '{id}'");
        let subject = self.app.database.column(&subject).await.remove(0);
        let is_subject = |who: &Who| {
            let home = if place == Place::Globex {
                Place::Globex
            } else {
                Place::Acme
            };
            let person = self.org(home).person(&Self::login((place, *who)));
            person.is_some_and(|person| person.id == subject)
        };
        let who = [Who::Ada, Who::Oscar, Who::Nora]
            .into_iter()
            .find(is_subject);
        (place, who.unwrap())
    }

    pub async fn verify_the_trail(&self) {
        let trail = AuditTrail::new(self.app.shared.clone());
        let proof = trail.verify(&BTreeMap::new(), |_| {}).await.unwrap();
        assert!(proof.is_ok(), "{proof:?}");
    }
}
