//! Starting and stopping: one listener on 127.0.0.1 for each organization.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::handle::OrgHandle;
use crate::org::Org;
use crate::seed::Seed;
use crate::state::{OrgState, Saver, load};
use crate::web;

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub seed: Seed,
    /// Where to keep the state between runs. An organization that the file knows is taken from it;
    /// one that it doesn't is taken from the seed.
    pub state_file: Option<PathBuf>,
    pub clock: Clock,
}

impl Options {
    /// A seed and nothing kept.
    pub fn new(seed: Seed) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }
}

/// Running organizations. Dropping it stops them too, without waiting.
#[derive(Debug)]
pub struct FakeOkta {
    organizations: Vec<OrgHandle>,
    clock: Clock,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

impl FakeOkta {
    /// Starts every organization of the seed.
    pub async fn start(options: Options) -> io::Result<Self> {
        let mut kept = match &options.state_file {
            Some(path) => load(path)?,
            None => std::collections::BTreeMap::new(),
        };
        let saver = options.state_file.map(|path| Arc::new(Saver::new(path)));
        let (stop, stopped) = watch::channel(false);
        let origins = Arc::new(OnceLock::new());
        let http = http_client();
        let mut fake = Self {
            organizations: Vec::new(),
            clock: options.clock.clone(),
            stop,
            servers: Vec::new(),
        };
        for (index, seed) in options.seed.organizations.iter().enumerate() {
            let mut state = kept
                .remove(&seed.name)
                .unwrap_or_else(|| OrgState::from_seed(seed, options.clock.now()));
            let listener = listen(seed.port, state.port).await?;
            state.port = listener.local_addr()?.port();
            let org = Arc::new(Org::new(
                (index, state),
                options.clock.clone(),
                http.clone(),
                Arc::clone(&origins),
                saver.clone(),
            ));
            org.change(|_| ());
            fake.servers.push(tokio::spawn(serve(
                listener,
                Arc::clone(&org),
                stopped.clone(),
            )));
            fake.organizations.push(OrgHandle::new(org));
        }
        let all = fake.organizations.iter();
        let _first = origins.set(all.map(|org| org.origin().to_owned()).collect());
        Ok(fake)
    }

    /// The organization of a name.
    ///
    /// # Panics
    /// When the seed had none of that name.
    pub fn org(&self, name: &str) -> OrgHandle {
        self.organizations
            .iter()
            .find(|org| org.name() == name)
            .unwrap_or_else(|| panic!("the seed has no organization {name}"))
            .clone()
    }

    pub fn organizations(&self) -> &[OrgHandle] {
        &self.organizations
    }

    /// The time that all organizations share.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Stops listening and closes all connections; an answer that takes longer than a second is given
    /// up.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        for server in std::mem::take(&mut self.servers) {
            let _ended = server.await;
        }
    }
}

impl Drop for FakeOkta {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// The seed's port, else the one used last time, else any.
async fn listen(wanted: u16, last: u16) -> io::Result<TcpListener> {
    if wanted != 0 {
        return TcpListener::bind(("127.0.0.1", wanted)).await;
    }
    match TcpListener::bind(("127.0.0.1", last)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await,
    }
}

/// Serves until told to stop; requests that are still being answered then get a second.
async fn serve(listener: TcpListener, org: Arc<Org>, stopped: watch::Receiver<bool>) {
    let (mut soon, mut late) = (stopped.clone(), stopped);
    let server = axum::serve(listener, web::router(org)).with_graceful_shutdown(async move {
        drop(soon.wait_for(|stop| *stop).await);
    });
    let too_late = async move {
        drop(late.wait_for(|stop| *stop).await);
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    tokio::select! {
        result = server => if let Err(error) = result {
            tracing::error!(%error, "an organization stopped serving");
        },
        () = too_late => {}
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the fake's only client, which fetches the key sets of its own clients"
)]
fn http_client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .expect("a client without special settings can be built")
}
