//! `grantway api-key create`, `list` and `revoke`.

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Failure, composed, output};
use crate::domain::api_key::{ApiKeyFacts, ApiRole};
use crate::domain::audit::Actor;
use crate::domain::id::ApiKeyId;
use crate::flows::{ApiKeyError, ApiKeys};
use crate::vault;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes a key and prints it, once
    Create(CreateArgs),
    /// Lists the keys, without what is secret of them
    List {
        /// Prints one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Revokes a key at once
    Revoke {
        /// The key's id, as list prints it
        id: ApiKeyId,
        /// Prints one line of JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct CreateArgs {
    /// Which program is to have it
    #[arg(long)]
    name: String,
    /// What the program may do
    #[arg(long)]
    role: Role,
    /// Prints one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Role {
    /// Makes tenants and links
    Onboarding,
    /// Takes access tokens
    Worker,
    /// Looks things up
    Support,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let keys = ApiKeys::new(composed().await?.shared().clone());
    match command {
        Command::Create(args) => create(&keys, &args).await,
        Command::List { json } => list(&keys, json).await,
        Command::Revoke { id, json } => revoke(&keys, id, json).await,
    }
}

async fn create(keys: &ApiKeys, args: &CreateArgs) -> Result<(), Failure> {
    let role = match args.role {
        Role::Onboarding => ApiRole::Onboarding,
        Role::Worker => ApiRole::Worker,
        Role::Support => ApiRole::Support,
    };
    let created = keys.create(&args.name, role, Actor::CommandLine).await;
    let created = created.map_err(|error| match error {
        ApiKeyError::Name => Failure::Usage(error.to_string()),
        ApiKeyError::Flow(error) => Failure::failed(error),
    })?;
    let key = vault::disclose(&created.key);
    if args.json {
        return output::say_json(&json!({
            "id": created.id, "name": args.name.trim(), "role": role.name(), "key": key,
        }));
    }
    output::say(&format!("Id   {}\nKey  {key}\n", created.id));
    output::say("The key is shown this once. Keep it where the program's other secrets are.");
    Ok(())
}

async fn list(keys: &ApiKeys, as_json: bool) -> Result<(), Failure> {
    let found = keys.list().await.map_err(Failure::failed)?;
    if as_json {
        let keys: Vec<_> = found
            .iter()
            .map(|key| {
                json!({
                    "id": key.id, "name": key.name, "role": key.role.name(),
                    "created_at": written(Some(key.created_at)),
                    "last_used_at": written(key.last_used_at), "revoked_at": written(key.revoked_at),
                })
            })
            .collect();
        return output::say_json(&json!({ "api_keys": keys }));
    }
    for key in &found {
        output::say(&in_words(key));
    }
    if found.is_empty() {
        output::say("There are no keys yet: grantway api-key create makes one.");
    }
    Ok(())
}

fn in_words(key: &ApiKeyFacts) -> String {
    let used = match written(key.last_used_at) {
        Some(at) => format!("last used {at}"),
        None => "never used".to_owned(),
    };
    let revoked = written(key.revoked_at).map(|at| format!(", revoked {at}"));
    format!(
        "{}  {:10}  {}  {used}{}",
        key.id,
        key.role.name(),
        key.name,
        revoked.unwrap_or_default()
    )
}

async fn revoke(keys: &ApiKeys, id: ApiKeyId, as_json: bool) -> Result<(), Failure> {
    let revoked = keys.revoke(id, Actor::CommandLine).await;
    if !revoked.map_err(Failure::failed)? {
        return Err(Failure::Failed(format!(
            "No key with the id {id} works: it was revoked before, or there is none. grantway api-key list shows all."
        )));
    }
    if as_json {
        return output::say_json(&json!({ "id": id, "revoked": true }));
    }
    output::say("The key is revoked: its next call is refused.");
    Ok(())
}

fn written(at: Option<OffsetDateTime>) -> Option<String> {
    at?.replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
}
