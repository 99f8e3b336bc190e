//! The configuration: read from the environment once, checked as a whole. Whatever is wrong is named
//! at once, with its meaning and an example, so that nobody mends it one start at a time.

mod database;
mod environment;
mod problem;
mod staff;

use std::net::SocketAddr;

use ipnet::IpNet;
use secrecy::SecretString;
use time::Duration;
use url::{Host, Url};

use crate::domain::catalog::Catalog;
use crate::domain::database_tls::DatabaseTls;
use crate::domain::org_url::{OrgOrigin, parse_extra_origins};
use crate::domain::staff::StaffSettings;
use crate::vault::KeyRing;

use environment::margin;

pub use environment::Environment;
pub use problem::{ConfigError, ConfigProblem, VARIABLES, Variable};

/// Everything that `grantway serve` needs to know.
#[derive(Debug)]
pub struct Config {
    /// `DATABASE_URL`.
    pub database_url: SecretString,
    /// `GRANTWAY_DATABASE_TLS`; where it is not set, it depends on where the database is.
    pub database_tls: Option<DatabaseTls>,
    /// `GRANTWAY_PUBLIC_URL`: an origin, without a path.
    pub public_url: Url,
    /// `GRANTWAY_LISTEN`.
    pub listen: SocketAddr,
    /// `GRANTWAY_ADMIN_LISTEN`.
    pub admin_listen: SocketAddr,
    /// `GRANTWAY_KEYRING` or `GRANTWAY_KEYRING_FILE`.
    pub key_ring: KeyRing,
    /// `GRANTWAY_VENDOR_NAME`.
    pub vendor_name: String,
    /// `GRANTWAY_SUPPORT_EMAIL`.
    pub support_email: String,
    /// `GRANTWAY_CATALOG_FILE`, or the catalog in the binary.
    pub catalog: Catalog,
    /// `GRANTWAY_EXTRA_ORG_ORIGINS`.
    pub extra_origins: Vec<OrgOrigin>,
    /// `GRANTWAY_EXTRA_WEBHOOK_ORIGINS`.
    pub extra_webhook_origins: Vec<OrgOrigin>,
    /// `GRANTWAY_HOLD_NEW_CONNECTIONS`.
    pub hold_new_connections: bool,
    /// `GRANTWAY_STAFF_…`, `GRANTWAY_SUPPORT_GROUP`, `GRANTWAY_OPERATOR_GROUP`: all or none.
    pub staff: Option<StaffSettings>,
    /// `GRANTWAY_TOKEN_MARGIN`.
    pub token_margin: Duration,
    /// `GRANTWAY_TRUSTED_PROXIES`.
    pub trusted_proxies: Vec<IpNet>,
    /// `GRANTWAY_MIGRATE`.
    pub migrate: bool,
}

impl Config {
    /// Reads and checks all of it.
    pub fn read(environment: &Environment) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut reader = Reader {
            environment,
            problems: &mut problems,
        };
        let config = Self::read_all(&mut reader);
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(ConfigError { problems }),
        }
    }

    /// Every value is read before any is missed.
    fn read_all(reader: &mut Reader<'_>) -> Option<Self> {
        let database_url = reader.database();
        let database_tls = reader.database_tls();
        let public_url = reader.required("GRANTWAY_PUBLIC_URL", public_url);
        let listen = reader.or("GRANTWAY_LISTEN", "127.0.0.1:8080", address);
        let admin_listen = reader.or("GRANTWAY_ADMIN_LISTEN", "127.0.0.1:9464", address);
        let key_ring = reader.key_ring();
        let vendor_name = reader.required("GRANTWAY_VENDOR_NAME", words);
        let support_email = reader.required("GRANTWAY_SUPPORT_EMAIL", email);
        let catalog = reader.catalog();
        let extra_origins = reader.or("GRANTWAY_EXTRA_ORG_ORIGINS", "", origins);
        let extra_webhook_origins = reader.or("GRANTWAY_EXTRA_WEBHOOK_ORIGINS", "", origins);
        let hold_new_connections = reader.or("GRANTWAY_HOLD_NEW_CONNECTIONS", "false", yes_or_no);
        let staff = reader.staff();
        let token_margin = reader.or("GRANTWAY_TOKEN_MARGIN", "5m", margin);
        let trusted_proxies = reader.or("GRANTWAY_TRUSTED_PROXIES", "", networks);
        let migrate = reader.or("GRANTWAY_MIGRATE", "true", yes_or_no);
        Some(Self {
            database_url: database_url?,
            database_tls,
            public_url: public_url?,
            listen: listen?,
            admin_listen: admin_listen?,
            key_ring: key_ring?,
            vendor_name: vendor_name?,
            support_email: support_email?,
            catalog: catalog?,
            extra_origins: extra_origins?,
            extra_webhook_origins: extra_webhook_origins?,
            hold_new_connections: hold_new_connections?,
            staff,
            token_margin: token_margin?,
            trusted_proxies: trusted_proxies?,
            migrate: migrate?,
        })
    }
}

/// Reads values and collects what is wrong with them.
struct Reader<'a> {
    environment: &'a Environment,
    problems: &'a mut Vec<ConfigProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, variable: &'static str, what: impl Into<String>) {
        self.problems.push(ConfigProblem {
            variable,
            what: what.into(),
        });
    }

    fn required<T>(
        &mut self,
        name: &'static str,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self
            .environment
            .text(name)
            .ok_or_else(|| "is not set".to_owned());
        let value = text.and_then(|text| parse(&text));
        value.map_err(|what| self.problem(name, what)).ok()
    }

    fn or<T>(
        &mut self,
        name: &'static str,
        default: &str,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self
            .environment
            .text(name)
            .unwrap_or_else(|| default.to_owned());
        parse(&text).map_err(|what| self.problem(name, what)).ok()
    }

    /// A secret, in its variable or in the file that `…_FILE` names.
    fn secret(&mut self, name: &'static str) -> Option<SecretString> {
        match self.environment.secret(name) {
            Ok(Some(secret)) => Some(secret),
            Ok(None) => {
                self.problem(name, "is not set");
                None
            }
            Err(what) => {
                self.problem(name, what);
                None
            }
        }
    }

    fn key_ring(&mut self) -> Option<KeyRing> {
        let text = self.secret("GRANTWAY_KEYRING")?;
        KeyRing::parse(&text)
            .map_err(|error| self.problem("GRANTWAY_KEYRING", error.to_string()))
            .ok()
    }

    fn catalog(&mut self) -> Option<Catalog> {
        let Some(path) = self.environment.text("GRANTWAY_CATALOG_FILE") else {
            return Some(Catalog::default_catalog().clone());
        };
        let text = std::fs::read_to_string(&path);
        let text = text
            .map_err(|error| self.problem("GRANTWAY_CATALOG_FILE", format!("{path}: {error}")))
            .ok()?;
        Catalog::parse(&text, &path)
            .map_err(|error| self.problem("GRANTWAY_CATALOG_FILE", error.to_string()))
            .ok()
    }
}

fn public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "is not a URL")?;
    if url.path() != "/"
        || url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
    {
        return Err("is more than an origin: leave out path, query and user".to_owned());
    }
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err("names no host".to_owned()),
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback => Ok(url),
        "http" => {
            Err("must begin with https://, unless its host is this machine itself".to_owned())
        }
        _ => Err("must begin with https://".to_owned()),
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "is not an IP address with a port".to_owned())
}

fn words(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 80 || text.chars().any(char::is_control) {
        return Err("must be 1 to 80 characters on one line".to_owned());
    }
    Ok(text.to_owned())
}

fn email(text: &str) -> Result<String, String> {
    let text = words(text)?;
    let plausible = text
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let clean = !text
        .chars()
        .any(|c| c.is_whitespace() || matches!(c, '?' | '&' | '"' | '<' | '>' | ','));
    if plausible && clean {
        Ok(text)
    } else {
        Err("is not an e-mail address".to_owned())
    }
}

fn origins(text: &str) -> Result<Vec<OrgOrigin>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    parse_extra_origins(text).map_err(|error| error.to_string())
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            part.parse()
                .map_err(|_| format!("“{part}” is not a network in CIDR notation"))
        })
        .collect()
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("is neither true nor false".to_owned()),
    }
}

#[cfg(test)]
mod tests;
