//! The command line: one file per command, each a few lines around a use case.
//!
//! Exit status: 0 done, 1 failed, 2 wrong usage or configuration.

mod api_key;
mod audit;
mod catalog;
mod demo;
mod healthcheck;
mod keyring;
mod migrate;
mod output;
mod progress;
mod serve;
mod tenant;
mod webhook;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::{App, AppError, Listeners};
use crate::config::{Config, ConfigError, Environment};
use crate::domain::clock::SystemClock;
use crate::lifecycle;
use crate::store::StoreError;
use crate::web::Rates;

/// Connects customers' Okta organizations, and shows what is really granted.
#[derive(Debug, Parser)]
#[command(name = "grantway", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one process, with no configuration: for looking around
    Demo(demo::Args),
    /// The service, configured by environment variables
    Serve,
    /// Applies the database's migrations
    Migrate(migrate::Args),
    /// Tenants and their onboarding links
    #[command(subcommand)]
    Tenant(tenant::Command),
    /// The keys that let the vendor's programs call the API
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// The keys that seal secrets
    #[command(subcommand)]
    Keyring(keyring::Command),
    /// The audit trail: proves that it is whole, and hands it out
    #[command(subcommand)]
    Audit(audit::Command),
    /// Endpoints that are told of events
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// The list of permissions that is asked for
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Asks a running service whether it is ready; for containers without a shell
    Healthcheck(healthcheck::Args),
}

/// Why a command ended without its result.
#[derive(Debug)]
enum Failure {
    /// Wrong words on the command line or in the environment.
    Usage(String),
    /// Everything else.
    Failed(String),
}

/// Runs the command line.
#[must_use]
pub fn run() -> ExitCode {
    let command = Cli::parse().command;
    if let Err(error) = lifecycle::keep_memory_private() {
        output::complain(&format!(
            "Warning: core dumps could not be switched off ({error}). One would hold secrets."
        ));
    }
    let outcome = match command {
        Command::Demo(args) => in_runtime(demo::run(args)),
        Command::Serve => in_runtime(serve::run()),
        Command::Migrate(args) => in_runtime(migrate::run(args)),
        Command::Audit(command) => in_runtime(audit::run(command)),
        Command::Tenant(command) => in_runtime(tenant::run(command)),
        Command::ApiKey(command) => in_runtime(api_key::run(command)),
        Command::Keyring(command) => in_runtime(keyring::run(command)),
        Command::Webhook(command) => in_runtime(webhook::run(command)),
        Command::Catalog(command) => catalog::run(&command),
        Command::Healthcheck(args) => in_runtime(healthcheck::run(args)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(words)) => {
            output::complain(&words);
            ExitCode::from(2)
        }
        Err(Failure::Failed(words)) => {
            output::complain(&words);
            ExitCode::FAILURE
        }
    }
}

/// The house put together, for a command that uses its use cases and serves nothing.
async fn composed() -> Result<App, Failure> {
    let config = Config::read(&Environment::of_process())?;
    // Any free port will do for what is never opened to anybody.
    let nowhere = ([127, 0, 0, 1], 0).into();
    let listeners = Listeners::bind(nowhere, nowhere)
        .await
        .map_err(Failure::failed)?;
    let clock = Arc::new(SystemClock);
    let app = App::build(config, listeners, clock, Rates::default())?;
    app.check_database().await?;
    Ok(app)
}

fn in_runtime(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.map_err(Failure::failed)?.block_on(work)
}

impl Failure {
    /// A failure with everything that led to it.
    fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self::Failed(format!("{:#}", error.into()))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        match error {
            AppError::KeysMissing(needs) => Self::Usage(needs.to_string()),
            AppError::Store(StoreError::Unfit(why)) => Self::Usage(why.to_string()),
            AppError::Store(error @ StoreError::WeakTls { .. }) => {
                Self::Usage(format!("{error}. Nothing was started."))
            }
            other => Self::failed(other),
        }
    }
}
