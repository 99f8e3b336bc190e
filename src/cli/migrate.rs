//! `grantway migrate`.

use super::{Failure, output};
use crate::app::AppError;
use crate::config::{Config, Environment};
use crate::store;
use crate::vault;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Gives this database role what the service needs and no more, so that the service, running
    /// as that role, can add to the audit trail and never change it
    #[arg(long, value_name = "ROLE")]
    service_role: Option<String>,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let (url, tls) = Config::read_database(&Environment::of_process())?;
    let role = args.service_role.as_deref();
    store::migrate_as_owner(vault::disclose(&url), tls, role)
        .await
        .map_err(AppError::from)?;
    output::say("The database has every migration.");
    if let Some(role) = role {
        output::say(&format!(
            "The role {role} has what the service needs. Start the service with it and GRANTWAY_MIGRATE=false."
        ));
    }
    Ok(())
}
