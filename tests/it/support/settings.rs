//! What a test wants of its service, and the configuration that follows.

use fake_okta::FakeOkta;
use grantway::config::{Config, Environment};
use grantway::domain::catalog::Catalog;
use grantway::web::Bounds;

use super::staff::{self, StaffAt};

/// A key ring of the tests' own.
pub const KEY_RING: &str = "test1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// What a test wants otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub hold_new_connections: bool,
    /// Whether the service checks by itself what is granted.
    pub checks: bool,
    /// Origins that webhooks may go to; without any the service sends none.
    pub webhook_origins: Option<&'static str>,
    /// Whether the service keeps tokens alive by itself.
    pub refreshes: bool,
    /// Scopes of the catalog that this release of the vendor's does not ask for yet.
    pub not_asked_yet: &'static [&'static str],
    /// Per minute.
    pub link_openings: u32,
    pub sign_ins: u32,
    pub api_calls: u32,
    pub wrong_keys: u32,
    pub callbacks: u32,
    pub key_sets: u32,
    pub organization_sign_ins: u32,
    /// What the public listener holds at most, and how long it waits.
    pub bounds: Option<Bounds>,
    /// The origin that browsers see, where it is another one than the one that is listened on.
    pub public_url: Option<&'static str>,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: &'static str,
    /// Origins that the operator listed besides those of the fake, separated by commas.
    pub listed_origins: &'static str,
    /// Where the vendor's own people sign in.
    pub staff: StaffAt,
}

impl Settings {
    pub const DEFAULT: Self = Self {
        hold_new_connections: false,
        checks: false,
        webhook_origins: None,
        refreshes: false,
        not_asked_yet: &[],
        link_openings: 10_000,
        sign_ins: 10_000,
        api_calls: 10_000,
        wrong_keys: 10_000,
        callbacks: 10_000,
        key_sets: 10_000,
        organization_sign_ins: 10_000,
        bounds: None,
        public_url: None,
        trusted_proxies: "",
        listed_origins: "",
        staff: StaffAt::Okta,
    };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

pub fn configuration(url: &str, database_url: &str, fake: &FakeOkta, settings: Settings) -> Config {
    let customers = fake.organizations().iter();
    let origins: Vec<&str> = customers
        .filter(|org| org.name() != staff::ORGANIZATION)
        .map(fake_okta::OrgHandle::origin)
        .chain([settings.listed_origins])
        .collect();
    let hold = settings.hold_new_connections.to_string();
    let staff = settings.staff.variables(fake);
    let mut variables: Vec<(&str, &str)> = staff
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let origins = origins.join(",");
    variables.extend([
        ("DATABASE_URL", database_url),
        ("GRANTWAY_PUBLIC_URL", settings.public_url.unwrap_or(url)),
        ("GRANTWAY_KEYRING", KEY_RING),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
        ("GRANTWAY_EXTRA_ORG_ORIGINS", origins.as_str()),
        (
            "GRANTWAY_EXTRA_WEBHOOK_ORIGINS",
            settings.webhook_origins.unwrap_or_default(),
        ),
        ("GRANTWAY_HOLD_NEW_CONNECTIONS", hold.as_str()),
        ("GRANTWAY_TRUSTED_PROXIES", settings.trusted_proxies),
    ]);
    let config = Config::read(&Environment::of(&variables)).unwrap();
    Config {
        catalog: catalog_without(settings.not_asked_yet),
        ..config
    }
}

/// The built-in catalog, whose paragraphs are one scope each, without some of them.
fn catalog_without(scopes: &[&str]) -> Catalog {
    let text = include_str!("../../../src/domain/catalog.toml");
    let is_left_out = |part: &str| {
        scopes
            .iter()
            .any(|id| part.contains(&format!("id = \"{id}\"")))
    };
    let kept: Vec<&str> = text
        .split("\n\n")
        .filter(|&part| !is_left_out(part))
        .collect();
    Catalog::parse(&kept.join("\n\n"), "catalog.toml").unwrap()
}
