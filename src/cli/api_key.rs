//! `grantway api-key create`, `list` and `revoke`.

use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Failure, composed, output};
use crate::domain::api_key::{ApiKeyFacts, ApiRole};
use crate::domain::audit::Actor;
use crate::domain::id::{ApiKeyId, TenantId};
use crate::flows::{ApiKeyError, ApiKeyRequest, ApiKeys};
use crate::vault;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes a key and prints it, once
    Create(CreateArgs),
    /// Lists the keys (secrets hidden)
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
    /// Only tokens for these categories of the catalog, for a worker; can be repeated
    #[arg(long = "category", value_name = "CATEGORY")]
    categories: Vec<String>,
    /// Only these tenants, by id; can be repeated
    #[arg(long = "tenant", value_name = "TENANT")]
    tenants: Vec<TenantId>,
    /// How long the key works, such as 90days; without it, until it is revoked
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    expires: Option<Duration>,
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
        Command::Create(args) => create(&keys, args).await,
        Command::List { json } => list(&keys, json).await,
        Command::Revoke { id, json } => revoke(&keys, id, json).await,
    }
}

async fn create(keys: &ApiKeys, args: CreateArgs) -> Result<(), Failure> {
    let role = match args.role {
        Role::Onboarding => ApiRole::Onboarding,
        Role::Worker => ApiRole::Worker,
        Role::Support => ApiRole::Support,
    };
    let lifetime = args.expires.map(time::Duration::try_from).transpose();
    let request = ApiKeyRequest {
        name: args.name,
        role,
        tenants: args.tenants,
        categories: args.categories,
        lifetime: lifetime.map_err(|_| Failure::Usage(ApiKeyError::Lifetime.to_string()))?,
    };
    let created = keys.create_limited(&request, Actor::CommandLine).await;
    let created = created.map_err(|error| match error {
        ApiKeyError::Flow(error) => Failure::failed(error),
        words => Failure::Usage(words.to_string()),
    })?;
    let key = vault::disclose(&created.key);
    if args.json {
        return output::say_json(&json!({
            "id": created.id, "name": request.name.trim(), "role": role.name(), "key": key,
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
                    "expires_at": written(key.expires_at), "tenants": key.limits.tenants(),
                    "categories": key.limits.categories(),
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
    let expires = written(key.expires_at).map(|at| format!(", expires {at}"));
    let categories = key
        .limits
        .categories()
        .map(|ids| format!(", only categories {}", ids.join(" ")));
    let tenants = key.limits.tenants().map(|ids| {
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        format!(", only tenants {}", ids.join(" "))
    });
    let rest = [revoked, expires, categories, tenants]
        .into_iter()
        .flatten();
    format!(
        "{}  {:10}  {}  {used}{}",
        key.id,
        key.role.name(),
        key.name,
        rest.collect::<String>()
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
