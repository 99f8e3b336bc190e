//! Starting and stopping: one listener on 127.0.0.1 for each organization, or one for all of them.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::handle::OrgHandle;
use crate::keys;
use crate::org::Org;
use crate::seed::{OrgSeed, Seed};
use crate::state::{OrgState, Saver};
use crate::web;

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub seed: Seed,
    /// Where to keep the state between runs. An organization that the file knows is taken from it;
    /// one that it doesn't is taken from the seed.
    pub state_file: Option<PathBuf>,
    /// The same in a folder with a file for each organization, so that a change costs the same
    /// however many there are.
    pub state_folder: Option<PathBuf>,
    /// All organizations at one address, told apart by the `Host` header as Okta's own are:
    /// `http://NAME.localhost:PORT`, which browsers take to this machine (RFC 6761 §6.3). They share
    /// their signing keys, because making some for hundreds takes long.
    pub one_address: bool,
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
        let (stop, stopped) = watch::channel(false);
        let origins = Arc::new(OnceLock::new());
        let mut fake = Self {
            organizations: Vec::new(),
            clock: options.clock.clone(),
            stop,
            servers: Vec::new(),
        };
        let started = Started {
            saver: Saver::of(options.state_file, options.state_folder).map(Arc::new),
            clock: options.clock,
            http: http_client(),
            origins: Arc::clone(&origins),
        };
        let states = states(&options.seed, started.saver.as_deref(), &started.clock)?;
        if options.one_address {
            fake.start_together(&started, states, stopped).await?;
        } else {
            fake.start_apart(&started, &options.seed, states, stopped)
                .await?;
        }
        let all = fake.organizations.iter();
        let _first = origins.set(all.map(|org| org.origin().to_owned()).collect());
        Ok(fake)
    }

    async fn start_apart(
        &mut self,
        started: &Started,
        seed: &Seed,
        states: Vec<OrgState>,
        stopped: watch::Receiver<bool>,
    ) -> io::Result<()> {
        for (index, (mut state, seed)) in states.into_iter().zip(&seed.organizations).enumerate() {
            let listener = listen(seed.port, state.port).await?;
            state.port = listener.local_addr()?.port();
            let origin = format!("http://127.0.0.1:{}", state.port);
            let org = started.org(index, origin, state);
            let router = web::router(Arc::clone(&org));
            self.servers
                .push(tokio::spawn(serve(listener, router, stopped.clone())));
            self.organizations.push(OrgHandle::new(org));
        }
        Ok(())
    }

    async fn start_together(
        &mut self,
        started: &Started,
        states: Vec<OrgState>,
        stopped: watch::Receiver<bool>,
    ) -> io::Result<()> {
        let last = states.iter().map(|state| state.port).max().unwrap_or(0);
        let listener = listen(0, last).await?;
        let port = listener.local_addr()?.port();
        let mut all = Vec::with_capacity(states.len());
        for state in states {
            let origin = format!("http://{}.localhost:{port}", state.name);
            let org = started.org(keys::SHARED, origin, OrgState { port, ..state });
            all.push(Arc::clone(&org));
            self.organizations.push(OrgHandle::new(org));
        }
        let router = web::by_host(all);
        self.servers
            .push(tokio::spawn(serve(listener, router, stopped)));
        Ok(())
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

/// What all organizations of one fake are made with.
struct Started {
    saver: Option<Arc<Saver>>,
    clock: Clock,
    http: reqwest::Client,
    origins: Arc<OnceLock<Vec<String>>>,
}

impl Started {
    fn org(&self, keys: usize, origin: String, state: OrgState) -> Arc<Org> {
        let org = Org::new(
            (keys, origin, state),
            self.clock.clone(),
            self.http.clone(),
            Arc::clone(&self.origins),
            self.saver.clone(),
        );
        org.change(|_| ());
        Arc::new(org)
    }
}

/// Each organization as it was left, else as the seed has it.
fn states(seed: &Seed, saver: Option<&Saver>, clock: &Clock) -> io::Result<Vec<OrgState>> {
    let mut kept = match saver {
        Some(saver) => saver.load()?,
        None => BTreeMap::new(),
    };
    let mut state = |seed: &OrgSeed| {
        let kept = kept.remove(&seed.name);
        kept.unwrap_or_else(|| OrgState::from_seed(seed, clock.now()))
    };
    Ok(seed.organizations.iter().map(&mut state).collect())
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
async fn serve(listener: TcpListener, router: Router, stopped: watch::Receiver<bool>) {
    let (mut soon, mut late) = (stopped.clone(), stopped);
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
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
