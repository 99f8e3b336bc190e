//! The fake as a program: starts the organizations of a seed file, prints where they are and runs
//! until Ctrl-C.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use fake_okta::{FakeOkta, Options, Seed};

/// Stand-ins for Okta organizations, for tests and demonstrations.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Organizations, people and apps, in TOML; a sample organization `acme` without it.
    #[arg(long)]
    seed: Option<PathBuf>,
    /// Where to keep apps, grants and tokens between runs.
    #[arg(long)]
    state: Option<PathBuf>,
    /// Gives the organizations this port and the ones after it, instead of the seed's.
    #[arg(long)]
    port_base: Option<u16>,
    /// Prints one line of JSON instead of text.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tracing::error!("{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let mut seed = match &arguments.seed {
        None => Seed::sample(&["acme"]),
        Some(path) => {
            let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let text = std::fs::read_to_string(path).map_err(|error| named(&error))?;
            Seed::from_toml(&text).map_err(|error| named(&error))?
        }
    };
    if let Some(base) = arguments.port_base {
        for (organization, port) in seed.organizations.iter_mut().zip(base..) {
            organization.port = port;
        }
    }
    let options = Options {
        state_file: arguments.state,
        ..Options::new(seed)
    };
    let fake = FakeOkta::start(options)
        .await
        .map_err(|error| error.to_string())?;
    print(&fake, arguments.json).map_err(|error| error.to_string())?;
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| error.to_string())?;
    fake.shutdown().await;
    Ok(())
}

fn print(fake: &FakeOkta, json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        let all: Vec<_> = fake
            .organizations()
            .iter()
            .map(|org| {
                serde_json::json!({"name": org.name(), "id": org.id(), "origin": org.origin(),
                "people": org.state().people})
            })
            .collect();
        return writeln!(out, "{}", serde_json::json!({ "organizations": all }));
    }
    for org in fake.organizations() {
        writeln!(out, "{} ({}) at {}", org.name(), org.id(), org.origin())?;
        for person in org.state().people {
            writeln!(
                out,
                "  {} / {} ({:?})",
                person.login, person.password, person.role
            )?;
        }
    }
    out.flush()
}
