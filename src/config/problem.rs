//! What is wrong with the configuration, in words for whoever starts the service.

use std::fmt;

/// A variable with what it means and how one looks.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    pub name: &'static str,
    pub meaning: &'static str,
    pub example: &'static str,
}

const fn variable(name: &'static str, meaning: &'static str, example: &'static str) -> Variable {
    Variable {
        name,
        meaning,
        example,
    }
}

/// Every variable that is read, in the order of the README's table.
pub const VARIABLES: &[Variable] = &[
    variable(
        "DATABASE_URL",
        "the PostgreSQL database",
        "postgres://grantway:password@db.internal/grantway",
    ),
    variable(
        "GRANTWAY_DATABASE_TLS",
        "what has to hold on the way to the database: verify-full, require or off",
        "verify-full",
    ),
    variable(
        "GRANTWAY_PUBLIC_URL",
        "the origin that browsers see",
        "https://connect.example.com",
    ),
    variable(
        "GRANTWAY_LISTEN",
        "where the service listens",
        "127.0.0.1:8080",
    ),
    variable(
        "GRANTWAY_ADMIN_LISTEN",
        "where operators' health checks are answered",
        "127.0.0.1:9464",
    ),
    variable(
        "GRANTWAY_KEYRING",
        "the keys that seal secrets, the active one first",
        "the output of: grantway keyring generate",
    ),
    variable(
        "GRANTWAY_VENDOR_NAME",
        "your name, as customers know it",
        "Northvault",
    ),
    variable(
        "GRANTWAY_SUPPORT_EMAIL",
        "where a stuck administrator writes to",
        "support@example.com",
    ),
    variable(
        "GRANTWAY_CATALOG_FILE",
        "a catalog of permissions in place of the built-in one",
        "/etc/grantway/catalog.toml",
    ),
    variable(
        "GRANTWAY_EXTRA_ORG_ORIGINS",
        "origins accepted besides Okta's own domains",
        "https://login.acme.com,https://id.globex.com",
    ),
    variable(
        "GRANTWAY_EXTRA_WEBHOOK_ORIGINS",
        "origins accepted for webhooks besides https at public names",
        "https://hooks.corp.example:8443",
    ),
    variable(
        "GRANTWAY_HOLD_NEW_CONNECTIONS",
        "whether a new connection waits for your activation",
        "true",
    ),
    variable(
        "GRANTWAY_STAFF_ISSUER",
        "your own identity provider, as it names itself",
        "https://northvault.okta.com",
    ),
    variable(
        "GRANTWAY_STAFF_CLIENT_ID",
        "grantway's client at your identity provider",
        "0oa1example",
    ),
    variable(
        "GRANTWAY_STAFF_CLIENT_SECRET",
        "the secret of that client",
        "the secret that your identity provider shows",
    ),
    variable(
        "GRANTWAY_SUPPORT_GROUP",
        "the group whose members may look customers up",
        "Customer Support",
    ),
    variable(
        "GRANTWAY_OPERATOR_GROUP",
        "the group whose members may do everything that staff may",
        "Platform Operators",
    ),
    variable(
        "GRANTWAY_TOKEN_MARGIN",
        "how much time a token has left at least when a worker gets it",
        "5m",
    ),
    variable(
        "GRANTWAY_TRUSTED_PROXIES",
        "networks whose X-Forwarded-For is believed",
        "10.0.0.0/8",
    ),
    variable(
        "GRANTWAY_MIGRATE",
        "whether serve applies migrations",
        "false",
    ),
    variable("GRANTWAY_LOG", "what is logged", "info"),
    variable("GRANTWAY_LOG_FORMAT", "pretty or json", "json"),
];

/// One wrong variable. The words never hold its value where that is a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    pub variable: &'static str,
    pub what: String,
}

/// All that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    pub problems: Vec<ConfigProblem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The configuration is not complete:")?;
        for ConfigProblem { variable, what } in &self.problems {
            write!(f, "\n  {variable} {what}.")?;
            if let Some(known) = VARIABLES.iter().find(|known| known.name == *variable) {
                write!(
                    f,
                    "\n      Meaning: {}\n      Example: {variable}={}",
                    known.meaning, known.example
                )?;
            }
        }
        write!(
            f,
            "\n\nNothing was started. Secrets can also be given in a file: DATABASE_URL_FILE, GRANTWAY_KEYRING_FILE, GRANTWAY_STAFF_CLIENT_SECRET_FILE."
        )
    }
}
