//! `grantway demo`: everything in one process tree, with no configuration. A private PostgreSQL, Okta
//! organizations that are made up, the service, and links to click.

mod announce;
mod api_keys;
mod crowd;
mod folder;
mod organizations;
mod staff;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use fake_okta::FakeOkta;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use url::Url;

use self::announce::Announcement;
use self::api_keys::DemoKeys;
use self::crowd::Crowd;
use self::folder::DemoFolder;
use self::organizations::{Link, Scenario};
use super::{Failure, output};
use crate::app::{App, AppError, Listeners};
use crate::config::Config;
use crate::domain::catalog::Catalog;
use crate::domain::clock::SystemClock;
use crate::domain::org_url::parse_extra_origins;
use crate::lifecycle;
use crate::private_postgres::{Options, PrivatePostgres};
use crate::telemetry::{self, metrics::Metrics};
use crate::web::Rates;

const DATABASE: &str = "grantway";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where the demo listens; port 0 for any free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where data is kept between runs [default: the user's data folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Fills in customers with a past, so that there are so many besides the three to begin with
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u16).range(..=crowd::MOST as i64))]
    tenants: u16,
    /// Forgets what an earlier run kept
    #[arg(long)]
    fresh: bool,
    /// Prints one line of JSON once everything is ready
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::Usage("The demo has well-known passwords, so it listens on this machine only: 127.0.0.1 or [::1].".to_owned()));
    }
    telemetry::init("warn").map_err(|error| Failure::Usage(error.to_string()))?;
    let stop = lifecycle::stop_on_signal().map_err(Failure::failed)?;
    let folder = DemoFolder::open(args.data.clone(), args.fresh).map_err(Failure::failed)?;
    // The port first: when it is taken, nothing else has to be started and stopped.
    let any = ([127, 0, 0, 1], 0).into();
    let listeners = Listeners::bind(args.listen, any)
        .await
        .map_err(|error| taken(&error, args.listen))?;
    // A power cut may cost the demo its latest seconds; that makes filling it several times as fast.
    let options = Options::kept_in(folder.path()).setting("synchronous_commit", "off");
    let postgres = PrivatePostgres::start(options)
        .await
        .map_err(Failure::failed)?;
    let outcome = with_postgres(&postgres, &folder, listeners, &args, stop).await;
    postgres.stop().await.map_err(Failure::failed)?;
    outcome
}

/// All organizations: those to be walked and the vendor's own, and the many.
struct Played {
    fake: FakeOkta,
    crowd: Option<Crowd>,
}

async fn with_postgres(
    postgres: &PrivatePostgres,
    folder: &DemoFolder,
    listeners: Listeners,
    args: &Args,
    stop: CancellationToken,
) -> Result<(), Failure> {
    postgres
        .create_database(DATABASE)
        .await
        .map_err(Failure::failed)?;
    let played = Played {
        fake: organizations::start(folder)
            .await
            .map_err(Failure::failed)?,
        crowd: Crowd::start(folder, args.tenants.into())
            .await
            .map_err(Failure::failed)?,
    };
    let outcome = serve(postgres, folder, listeners, &played, args.json, stop).await;
    if let Some(crowd) = played.crowd {
        crowd.shutdown().await;
    }
    played.fake.shutdown().await;
    outcome
}

async fn serve(
    postgres: &PrivatePostgres,
    folder: &DemoFolder,
    listeners: Listeners,
    played: &Played,
    json: bool,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let address =
        |listener: &tokio::net::TcpListener| listener.local_addr().map_err(Failure::failed);
    let (public, admin) = (address(&listeners.public)?, address(&listeners.admin)?);
    let database_url = postgres.url(DATABASE);
    let fake = &played.fake;
    let mut config = configuration(folder, &database_url, public, played)?;
    config.staff = Some(staff::prepare(fake, &config.public_url).map_err(Failure::failed)?);
    let app = App::build(config, listeners, Arc::new(SystemClock), Rates::default())
        .map_err(Failure::failed)?
        .with_metrics(Metrics::install().map_err(Failure::failed)?);
    app.migrate().await.map_err(Failure::failed)?;
    app.check_keys().await?;
    let (links, api_keys) = prepare(&app, played, json, &stop)
        .await
        .map_err(Failure::failed)?;
    let announcement = Announcement {
        url: format!("http://{public}"),
        admin_url: format!("http://{admin}"),
        database_url,
        links: &links,
        api_keys: &api_keys,
    };
    // Ready means that a script may ask at once, so the doors are open before anything is printed.
    let running = tokio::spawn(app.run(stop.clone()));
    if json {
        output::say_json(&announcement.as_json(fake))?;
    } else {
        output::say(&announcement.in_words(fake));
    }
    let ended = running.await.map_err(Failure::failed)?;
    ended.map_err(Failure::failed)
}

/// The customers, those to be walked first, and this run's keys.
async fn prepare(
    app: &App,
    played: &Played,
    json: bool,
    stop: &CancellationToken,
) -> anyhow::Result<(Vec<Link>, DemoKeys)> {
    let (shared, fake) = (app.shared(), &played.fake);
    let mut links = Vec::new();
    for scenario in Scenario::ALL {
        links.push(organizations::prepare(shared, fake, scenario).await?);
    }
    if let Some(crowd) = &played.crowd {
        crowd.fill(shared, fake, json, stop).await?;
    }
    Ok((links, DemoKeys::make(shared).await?))
}

fn configuration(
    folder: &DemoFolder,
    database_url: &str,
    public: SocketAddr,
    played: &Played,
) -> Result<Config, Failure> {
    let walked = played.fake.organizations().iter();
    let walked = walked.filter(|org| org.name() != staff::ORGANIZATION);
    let many = played.crowd.iter().flat_map(Crowd::origins);
    let origins: Vec<&str> = walked
        .map(fake_okta::OrgHandle::origin)
        .chain(many)
        .collect();
    let webhooks = played.crowd.as_ref().map_or("", Crowd::webhook_origin);
    Ok(Config {
        database_url: SecretString::from(database_url),
        database_tls: None,
        public_url: Url::parse(&format!("http://{public}")).map_err(Failure::failed)?,
        listen: public,
        admin_listen: public,
        key_ring: folder.key_ring().map_err(Failure::failed)?,
        vendor_name: organizations::VENDOR.to_owned(),
        support_email: "support@northvault.example".to_owned(),
        catalog: Catalog::default_catalog().clone(),
        extra_origins: parse_extra_origins(&origins.join(",")).map_err(Failure::failed)?,
        extra_webhook_origins: parse_extra_origins(webhooks).map_err(Failure::failed)?,
        hold_new_connections: false,
        staff: None,
        token_margin: time::Duration::minutes(5),
        trusted_proxies: Vec::new(),
        migrate: true,
    })
}

fn taken(error: &AppError, listen: SocketAddr) -> Failure {
    Failure::Failed(format!(
        "{error}\nAnother program uses {listen}. Choose another port: --listen 127.0.0.1:0 takes any."
    ))
}
