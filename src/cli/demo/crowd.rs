//! Many made-up customers with a past, in every state that there is, so that each page can be judged.
//! Their organizations are played by fake-okta at one address of this machine, and answer what the
//! pages say: what a check finds is found by a real check.

mod agreed;
mod dice;
mod life;
mod names;
mod onboarding;
mod organization;
mod past;
mod plot;
mod receiver;
mod said;
mod vendor;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use fake_okta::{FakeOkta, Options, Seed};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::names::{Company, PREFIX};
use self::past::When;
use self::plot::Plot;
use self::receiver::Receiver;
use super::folder::DemoFolder;
use crate::cli::progress::Progress;
use crate::flows::{AppSetup, Checks, LookUpIndex, Looked, Shared};

pub(super) use self::names::MOST;

/// So many customers are written, or checked, at the same time.
const AT_ONCE: usize = 8;

/// The customers of this demo.
#[derive(Debug)]
pub(super) struct Crowd {
    fake: Arc<FakeOkta>,
    receiver: Receiver,
    count: usize,
}

impl Crowd {
    /// Starts what the customers need around them; `None` when none are wanted and none are there.
    pub(super) async fn start(folder: &DemoFolder, wanted: usize) -> anyhow::Result<Option<Self>> {
        let organizations = folder.organizations();
        let count = wanted.max(kept(&organizations));
        if count == 0 {
            return Ok(None);
        }
        let seeds = (0..count).map(|number| organization::seed(&Company::of(number)));
        let fake = FakeOkta::start(Options {
            seed: Seed {
                organizations: seeds.collect(),
            },
            state_folder: Some(organizations),
            one_address: true,
            ..Options::default()
        });
        let port = folder.webhook_port();
        let receiver = Receiver::start(&port);
        Ok(Some(Self {
            fake: Arc::new(fake.await.context("cannot start the customers' Okta")?),
            receiver: receiver.await.context("cannot receive webhooks")?,
            count,
        }))
    }

    /// The customers' organizations.
    pub(super) fn origins(&self) -> impl Iterator<Item = &str> {
        let organizations = self.fake.organizations().iter();
        organizations.map(fake_okta::OrgHandle::origin)
    }

    pub(super) fn webhook_origin(&self) -> &str {
        self.receiver.origin()
    }

    /// Makes the customers that are missing, however an earlier run ended.
    pub(super) async fn fill(
        &self,
        shared: &Shared,
        vendor: &FakeOkta,
        quiet: bool,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        let mut progress = Progress::new(quiet);
        self.write(shared, vendor, &mut progress, stop).await?;
        self.introduce(shared).await?;
        self.check(shared, &mut progress, stop).await?;
        let index = LookUpIndex::new(shared.clone());
        while !stop.is_cancelled() && index.step().await? > 0 {}
        progress.end();
        Ok(())
    }

    async fn write(
        &self,
        shared: &Shared,
        vendor: &FakeOkta,
        progress: &mut Progress,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        let there = shared.store.find_samples(PREFIX).await?;
        let missing: Vec<Company> = (0..self.count)
            .map(Company::of)
            .filter(|company| !there.contains(&company.external_id()))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let vendor = vendor::prepare(shared, vendor, &self.receiver).await?;
        progress.begin("making customers", missing.len() as u64);
        let mut writing = JoinSet::new();
        for company in missing {
            if stop.is_cancelled() {
                break;
            }
            if writing.len() >= AT_ONCE {
                finished(writing.join_next().await)?;
                progress.advance(1);
            }
            let (shared, fake) = (shared.clone(), Arc::clone(&self.fake));
            writing.spawn(async move { write::write(&shared, &fake, vendor, company).await });
        }
        while let Some(written) = writing.join_next().await {
            finished(Some(written))?;
            progress.advance(1);
        }
        Ok(())
    }

    /// Tells each organization this run's addresses, and what goes wrong there.
    async fn introduce(&self, shared: &Shared) -> anyhow::Result<()> {
        let setup = AppSetup::new(shared.clone());
        for (external_id, connection) in shared.store.find_sample_connections(PREFIX).await? {
            let Some(company) = Company::by_external_id(&external_id) else {
                continue;
            };
            let org = self.fake.org(&company.slug);
            let connection = crate::domain::id::ConnectionId::from_uuid(connection);
            let redirect_uri = setup.redirect_uri(connection);
            let jwks_uri = setup.jwks_url(connection);
            let plot = Plot::of(company.number);
            organization::introduce(&org, plot, redirect_uri.as_str(), jwks_uri.as_str());
            organization::trouble(&org, plot);
        }
        Ok(())
    }

    /// Looks at the permissions of the new ones, as the service itself does; then lets happen what
    /// happened since.
    async fn check(
        &self,
        shared: &Shared,
        progress: &mut Progress,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        let now = shared.clock.now();
        let new = shared.store.find_unsettled_samples(PREFIX, now).await?;
        if new.is_empty() {
            return Ok(());
        }
        progress.begin("checking permissions", new.len() as u64);
        let mut checking = JoinSet::new();
        let mut is_idle = false;
        while !(is_idle && checking.is_empty()) {
            while !is_idle && checking.len() < AT_ONCE && !stop.is_cancelled() {
                let (checks, stop) = (Checks::new(shared.clone()), stop.clone());
                checking.spawn(async move { Ok(checks.look(&stop).await?) });
            }
            match finished(checking.join_next().await)? {
                Some(Looked::Ran(_)) => progress.advance(1),
                Some(Looked::Idle) | None => is_idle = true,
            }
        }
        if stop.is_cancelled() {
            return Ok(());
        }
        for (tenant, external_id) in new {
            if let Some(company) = Company::by_external_id(&external_id) {
                organization::break_it(&self.fake, &company);
                let when = When::of(company.number, now);
                let settled = life::settled(&when, tenant);
                shared.store.settle_sample(&settled).await?;
            }
        }
        shared.store.count_sample_refreshes(now).await?;
        Ok(())
    }

    pub(super) async fn shutdown(self) {
        // Whoever filled it has ended, or was ended with the demo.
        if let Some(fake) = Arc::into_inner(self.fake) {
            fake.shutdown().await;
        }
    }
}

type Joined<T> = Option<Result<anyhow::Result<T>, tokio::task::JoinError>>;

fn finished<T>(joined: Joined<T>) -> anyhow::Result<Option<T>> {
    match joined {
        Some(result) => Ok(Some(result??)),
        None => Ok(None),
    }
}

/// How many customers an earlier run began to make.
fn kept(organizations: &PathBuf) -> usize {
    let Ok(entries) = std::fs::read_dir(organizations) else {
        return 0;
    };
    let is_state = |name: &std::ffi::OsStr| {
        let path = std::path::Path::new(name);
        path.extension().is_some_and(|end| end == "json")
    };
    entries
        .flatten()
        .filter(|entry| is_state(&entry.file_name()))
        .count()
}
