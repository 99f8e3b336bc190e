//! What handlers may use: the use cases, and the web's own settings. There is no pool in it, so no
//! handler can reach one.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;
use ipnet::IpNet;
use url::Url;

use super::pages::{Layout, SignedIn};
use super::rate_limit::RateLimits;
use super::tenant::Watchers;
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::org_url::HostPolicy;
use crate::flows::{
    Activation, ApiKeys, AppSetup, Authorize, Broker, Checks, Connect, Disconnect, Doors, Health,
    Idempotency, Keys, LookUp, Onboarding, Overview, People, Repair, Sessions, Shared, SignIn,
    StaffSessions, StaffSignIn, Status, Support, Tenants, Webhooks,
};

/// The state of the router. Each layer and handler clones it for each request: one pointer.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Parts>);

/// Declares what is in it, and that a handler may take each part alone.
macro_rules! parts {
    ($(pub $name:ident: $part:ty,)*) => {
        /// What [`AppState`] leads to.
        #[derive(Debug)]
        pub struct Parts {
            $(pub $name: $part,)*
        }

        $(impl FromRef<AppState> for $part {
            fn from_ref(state: &AppState) -> Self {
                state.$name.clone()
            }
        })*
    };
}

parts! {
    pub site: Arc<Site>,
    pub catalog: Arc<Catalog>,
    pub clock: SharedClock,
    pub policy: HostPolicy,
    pub sessions: Sessions,
    pub onboarding: Onboarding,
    pub app_setup: AppSetup,
    pub authorize: Authorize,
    pub connect: Connect,
    pub sign_in: SignIn,
    pub status: Status,
    pub checks: Checks,
    pub disconnect: Disconnect,
    pub doors: Doors,
    pub repair: Repair,
    pub keys: Keys,
    pub look_up: LookUp,
    pub support: Support,
    pub overview: Overview,
    pub people: People,
    pub staff_sign_in: StaffSignIn,
    pub staff_sessions: StaffSessions,
    pub health: Health,
    pub activation: Activation,
    pub api_keys: ApiKeys,
    pub broker: Broker,
    pub idempotency: Idempotency,
    pub tenants: Tenants,
    pub webhooks: Webhooks,
    pub rate_limits: Arc<RateLimits>,
    pub watchers: Watchers,
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Who runs this service, and where browsers find it.
#[derive(Debug, Clone)]
pub struct Site {
    pub vendor_name: String,
    pub support_email: String,
    pub public_url: Url,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl AppState {
    #[must_use]
    pub fn new(shared: &Shared, site: Site, rates: super::Rates) -> Self {
        Self(Arc::new(Parts {
            site: Arc::new(site),
            catalog: Arc::clone(&shared.catalog),
            clock: shared.clock.clone(),
            policy: shared.policy.clone(),
            sessions: Sessions::new(shared.clone()),
            onboarding: Onboarding::new(shared.clone()),
            app_setup: AppSetup::new(shared.clone()),
            authorize: Authorize::new(shared.clone()),
            connect: Connect::new(shared.clone()),
            sign_in: SignIn::new(shared.clone(), rates.organization_sign_ins),
            status: Status::new(shared.clone()),
            checks: Checks::new(shared.clone()),
            disconnect: Disconnect::new(shared.clone()),
            doors: Doors::new(shared.clone()),
            repair: Repair::new(shared.clone()),
            keys: Keys::new(shared.clone()),
            look_up: LookUp::new(shared.clone()),
            support: Support::new(shared.clone()),
            overview: Overview::new(shared.clone()),
            people: People::new(shared.clone()),
            staff_sign_in: StaffSignIn::new(shared.clone()),
            staff_sessions: StaffSessions::new(shared.clone()),
            health: Health::new(shared.clone()),
            activation: Activation::new(shared.clone()),
            api_keys: ApiKeys::new(shared.clone()),
            broker: Broker::new(shared.clone()),
            idempotency: Idempotency::new(shared.clone()),
            tenants: Tenants::new(shared.clone()),
            webhooks: Webhooks::new(shared.clone()),
            rate_limits: Arc::new(RateLimits::new(rates)),
            watchers: Watchers::new(Checks::new(shared.clone()), Arc::clone(&shared.catalog)),
        }))
    }
}

impl Site {
    /// Whether browsers come by https, so that cookies may demand it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The frame of a page for somebody who is not signed in.
    #[must_use]
    pub fn layout(&self, title: &str) -> Layout {
        Layout {
            vendor_name: self.vendor_name.clone(),
            support_email: self.support_email.clone(),
            title: title.to_owned(),
            assets_version: super::assets::version(),
            signed_in: None,
        }
    }

    /// The frame of a page for an administrator.
    #[must_use]
    pub fn layout_for(&self, title: &str, signed_in: SignedIn) -> Layout {
        Layout {
            signed_in: Some(signed_in),
            ..self.layout(title)
        }
    }
}
