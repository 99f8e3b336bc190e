//! `grantway tenant invite`.

use std::time::Duration;

use serde_json::json;
use time::format_description::well_known::Rfc3339;

use super::{Failure, composed, output};
use crate::flows::{Invitation, Invite, InviteRequest};
use crate::vault;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes a tenant and prints its onboarding link, once
    Invite(InviteArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct InviteArgs {
    /// The customer's name, as both sides know it
    #[arg(long)]
    name: String,
    /// The organization's address; the link then connects no other one
    #[arg(long, value_name = "HOST")]
    org: Option<String>,
    /// Your own id of this customer; inviting it again makes another link for the same tenant
    #[arg(long)]
    external_id: Option<String>,
    /// How long the link works, at most 30 days
    #[arg(long, default_value = "72h", value_parser = humantime::parse_duration)]
    expires: Duration,
    /// Prints one line of JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let Command::Invite(args) = command;
    let app = composed().await?;
    let request = InviteRequest {
        name: args.name,
        organization: args.org,
        external_id: args.external_id,
        lifetime: Some(args.expires.try_into().map_err(Failure::failed)?),
    };
    let invitation = Invite::new(app.shared().clone())
        .invite(&request)
        .await
        .map_err(|error| {
            if error.is_usage() {
                Failure::Usage(error.to_string())
            } else {
                Failure::failed(error)
            }
        })?;
    print(&invitation, args.json)
}

fn print(invitation: &Invitation, as_json: bool) -> Result<(), Failure> {
    let link = vault::disclose(&invitation.link);
    let expires_at = invitation
        .expires_at
        .format(&Rfc3339)
        .map_err(Failure::failed)?;
    if as_json {
        return output::say_json(&json!({
            "tenant": invitation.tenant, "connection": invitation.connection, "url": link, "expires_at": expires_at,
        }));
    }
    output::say(&format!(
        "Tenant  {}\nLink    {link}\nExpires {expires_at}\n",
        invitation.tenant
    ));
    output::say(
        "The link is shown this once. Send it to a Super Administrator of the organization, and to nobody else.",
    );
    Ok(())
}
