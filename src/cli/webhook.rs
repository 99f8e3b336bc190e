//! `grantway webhook …`: endpoints that are told of events.

mod words;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::Failure;
use crate::domain::audit::Actor;
use crate::domain::id::EndpointId;
use crate::domain::webhook::DeliveryState;
use crate::flows::{DeliveryFilter, EndpointRequest, Replay, WebhookError, Webhooks};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes an endpoint and prints its secret, once
    Create {
        /// Where messages are sent: https, at a public name
        #[arg(long)]
        url: String,
        /// Only these types of events, separated by commas; all when left out
        #[arg(long, value_delimiter = ',')]
        events: Vec<String>,
        /// What it is for
        #[arg(long, default_value = "")]
        description: String,
        #[command(flatten)]
        how: How,
    },
    /// Lists the endpoints
    List {
        #[command(flatten)]
        how: How,
    },
    /// Sends nothing more; what waits is kept
    Disable(Which),
    /// Sends again, at once
    Enable(Which),
    /// Forgets an endpoint with all that waits for it
    Delete(Which),
    /// Makes a new secret; the old one goes on signing besides for 24 hours
    RotateSecret(Which),
    /// Sends a message of the type webhook.test and prints how it was answered
    Test(Which),
    /// Lists the latest deliveries, the newest first
    Deliveries {
        #[command(flatten)]
        which: Which,
        /// Only those that were given up
        #[arg(long)]
        dead: bool,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
    },
    /// Sends events again
    Replay(ReplayArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct How {
    /// Prints one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// The endpoint's id
    id: EndpointId,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["event", "dead", "since"])))]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    which: Which,
    /// This event, by the id in its webhook-id header
    #[arg(long)]
    event: Option<Uuid>,
    /// All that were given up
    #[arg(long)]
    dead: bool,
    /// All since then, as 2026-11-25T08:00:00Z; those that came while it was disabled included
    #[arg(long, value_parser = moment)]
    since: Option<OffsetDateTime>,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    let app = super::composed().await?;
    let webhooks = Webhooks::new(app.shared().clone());
    perform(&webhooks, command).await
}

async fn perform(webhooks: &Webhooks, command: Command) -> Result<(), Failure> {
    match command {
        Command::Create {
            url,
            events,
            description,
            how,
        } => {
            let request = EndpointRequest {
                url,
                events,
                description,
            };
            let made = webhooks.create(&request, Actor::CommandLine).await?;
            words::secret(&made, how.json)
        }
        Command::List { how } => words::endpoints(&webhooks.list().await?, how.json),
        Command::Disable(which) => {
            webhooks.disable(which.id, Actor::CommandLine).await?;
            words::done(which.id, "disabled", which.how.json)
        }
        Command::Enable(which) => {
            webhooks.enable(which.id, Actor::CommandLine).await?;
            words::done(which.id, "enabled", which.how.json)
        }
        Command::Delete(which) => {
            webhooks.delete(which.id, Actor::CommandLine).await?;
            words::done(which.id, "deleted", which.how.json)
        }
        Command::RotateSecret(which) => {
            let made = webhooks.rotate_secret(which.id, Actor::CommandLine).await?;
            words::secret(&made, which.how.json)
        }
        Command::Test(which) => {
            let trial = webhooks.test(which.id, Actor::CommandLine).await?;
            words::trial(trial, which.how.json)
        }
        Command::Deliveries { which, dead, limit } => {
            let filter = DeliveryFilter {
                state: dead.then_some(DeliveryState::Dead),
                before: None,
            };
            let found = webhooks.deliveries(which.id, filter, limit.into()).await?;
            words::deliveries(&found, which.how.json)
        }
        Command::Replay(args) => replay(webhooks, args).await,
    }
}

async fn replay(webhooks: &Webhooks, args: ReplayArgs) -> Result<(), Failure> {
    let what = match (args.event, args.since) {
        (Some(event), _) => Replay::Event(event),
        (None, Some(since)) => Replay::Since(since),
        (None, None) => Replay::Dead,
    };
    let endpoint = args.which.id;
    let count = webhooks.replay(endpoint, what, Actor::CommandLine).await?;
    words::replayed(endpoint, count, args.which.how.json)
}

fn moment(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| "is not a moment such as 2026-11-25T08:00:00Z".to_owned())
}

impl From<WebhookError> for Failure {
    fn from(error: WebhookError) -> Self {
        if error.is_usage() {
            Self::Usage(error.to_string())
        } else {
            Self::failed(error)
        }
    }
}
