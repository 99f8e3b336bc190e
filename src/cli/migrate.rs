//! `grantway migrate`.

use super::{Failure, output};
use crate::config::{Config, Environment};
use crate::store::Store;
use crate::vault;

pub(super) async fn run() -> Result<(), Failure> {
    let url = Config::read_database(&Environment::of_process())?;
    let store = Store::connect_lazily(vault::disclose(&url)).map_err(Failure::failed)?;
    store.migrate().await.map_err(Failure::failed)?;
    output::say("The database has every migration.");
    Ok(())
}
